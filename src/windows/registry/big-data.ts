/** A value's data: in the key value itself, in a cell, or as big data (db), in several cells. */
import { Struct, ascii, u16le, u32le } from "../../block/struct.ts";
import { fileOffset, needBytes, needSignature } from "./cell.ts";
import type { CellStore, Cells } from "./cell.ts";
import { LifeboatError } from "../../system/errors.ts";
import { damaged } from "./errors.ts";
import { INLINE, MOST_INLINE_BYTES, encodeOffsets } from "./key-value.ts";
import type { KeyValue } from "./key-value.ts";
import { say } from "./messages.ts";

const WHAT = "big data (db)";
const SEGMENTS = "list of data segments";
export const SEGMENT_BYTES = 16_344;
/** From this minor version on, data longer than a segment is big data. */
const FIRST_WITH_BIG_DATA = 4;
/** Where there is no big data, a value is one cell, which Windows limits to a MiB. */
const MOST_BYTES_OF_A_CELL = 1024 * 1024 - 8;
const MOST_SEGMENTS = 0xffff;

const RawBigData = new Struct("big data", 8, {
  signature: ascii(2),
  numberOfSegments: u16le,
  segmentsListOffset: u32le,
});

export function dataSizeOf({ dataSize }: Pick<KeyValue, "dataSize">): number {
  return dataSize >= INLINE ? dataSize - INLINE : dataSize;
}

export function isBigData(minorVersion: number, dataBytes: number): boolean {
  return minorVersion >= FIRST_WITH_BIG_DATA && dataBytes > SEGMENT_BYTES;
}

/** @throws LifeboatError as `Cells.cell` does, `hive-cell-too-short`, `hive-bad-signature`, `hive-bad-field`, `hive-cycle`. */
export async function readData(cells: Cells, value: KeyValue): Promise<Buffer> {
  const size = dataSizeOf(value);
  if (value.dataSize >= INLINE) {
    const inline = Buffer.alloc(MOST_INLINE_BYTES);
    inline.writeUInt32LE(value.dataOffset);
    return inline.subarray(0, size);
  }
  if (size === 0) return Buffer.alloc(0);
  if (!isBigData(cells.minorVersion, size)) {
    return readWhole(cells, value.dataOffset, size, "value data");
  }
  const parts: Buffer[] = [];
  const { segments } = await readSegments(cells, value);
  for (const [index, offset] of segments.entries()) {
    const take = Math.min(SEGMENT_BYTES, size - index * SEGMENT_BYTES);
    parts.push(await readWhole(cells, offset, take, "data segment"));
  }
  return Buffer.concat(parts);
}

/** Where the pieces of big data lie, and the list of them. */
export async function readSegments(
  cells: Cells,
  value: KeyValue,
): Promise<{ listOffset: number; segments: number[] }> {
  const at = value.dataOffset;
  const cell = await cells.cell(at, RawBigData.size, WHAT);
  needSignature(cell, "db", at, WHAT);
  needBytes(cell, RawBigData.size, at, WHAT);
  const { numberOfSegments: count, segmentsListOffset: listOffset } = RawBigData.decode(cell);
  if (count !== Math.ceil(dataSizeOf(value) / SEGMENT_BYTES)) {
    throw damaged("hive-bad-field", say.badField(WHAT, fileOffset(at), "numberOfSegments", count));
  }
  const list = await cells.cell(listOffset, count * 4, SEGMENTS);
  needBytes(list, count * 4, listOffset, SEGMENTS);
  const segments = Array.from({ length: count }, (_, index) => list.readUInt32LE(index * 4));
  const distinct = new Set(segments);
  if (distinct.size !== count) throw damaged("hive-cycle", say.cycle(WHAT, fileOffset(at)));
  return { listOffset, segments };
}

async function readWhole(cells: Cells, at: number, size: number, what: string): Promise<Buffer> {
  const cell = await cells.cell(at, size, what);
  needBytes(cell, size, at, what);
  return Buffer.from(cell);
}

/**
 * Stores a value's data in cells of its own where they don't fit in the key value.
 * @returns the fields of the key value.
 * @throws LifeboatError `registry-data-too-large`.
 */
export function storeData(
  store: CellStore,
  data: Buffer,
): Pick<KeyValue, "dataSize" | "dataOffset"> {
  checkDataSize(store.minorVersion, data.length);
  if (data.length <= MOST_INLINE_BYTES) {
    const inline = Buffer.alloc(MOST_INLINE_BYTES);
    data.copy(inline);
    return { dataSize: INLINE + data.length, dataOffset: inline.readUInt32LE() };
  }
  if (!isBigData(store.minorVersion, data.length)) {
    return { dataSize: data.length, dataOffset: store.store(data) };
  }
  const segments: number[] = [];
  for (let at = 0; at < data.length; at += SEGMENT_BYTES) {
    segments.push(store.store(data.subarray(at, at + SEGMENT_BYTES)));
  }
  const segmentsListOffset = store.store(encodeOffsets(segments));
  const raw = { signature: "db", numberOfSegments: segments.length, segmentsListOffset };
  return { dataSize: data.length, dataOffset: store.store(RawBigData.encode(raw)) };
}

/** @throws LifeboatError `registry-data-too-large`. */
export function checkDataSize(minorVersion: number, dataBytes: number): void {
  const limit =
    minorVersion >= FIRST_WITH_BIG_DATA ? SEGMENT_BYTES * MOST_SEGMENTS : MOST_BYTES_OF_A_CELL;
  if (dataBytes <= limit) return;
  throw new LifeboatError("registry-data-too-large", say.dataTooLarge(dataBytes, limit), {
    kind: "usage",
  });
}
