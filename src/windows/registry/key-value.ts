/** The key value (vk), and the list of a key's values. */
import { Struct, ascii, u16le, u32le } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { fileOffset, needBytes, needSignature } from "./cell.ts";
import type { Cells } from "./cell.ts";
import { damaged } from "./errors.ts";
import { valueCountOf } from "./key-node.ts";
import type { KeyNode } from "./key-node.ts";
import { say } from "./messages.ts";
import { loadName, storeName } from "./names.ts";

const WHAT = "key value (vk)";
const LIST = "key values list";
const COMPRESSED_NAME = 0x0001;
/** In the data size: the data lie in the offset's place. */
export const INLINE = 0x8000_0000;
export const MOST_INLINE_BYTES = 4;
/** 16,383 characters, by Microsoft's "Registry element size limits". */
const MOST_NAME_BYTES = 32_767;
const LEAST_CELL_BYTES = 24;

const RawKeyValue = new Struct("key value", 20, {
  signature: ascii(2),
  nameLength: u16le,
  dataSize: u32le,
  dataOffset: u32le,
  dataType: u32le,
  flags: u16le,
  spare: u16le,
});

type RawKeyValue = Infer<typeof RawKeyValue>;

export interface KeyValue extends Omit<RawKeyValue, "signature" | "nameLength"> {
  name: string;
}

export const KEY_VALUE_BYTES = RawKeyValue.size;

/** @throws LifeboatError as `readKeyNode` does. */
export async function readKeyValue(cells: Cells, offset: number): Promise<KeyValue> {
  const cell = await cells.cell(offset, RawKeyValue.size + MOST_NAME_BYTES, WHAT);
  needSignature(cell, "vk", offset, WHAT);
  needBytes(cell, RawKeyValue.size, offset, WHAT);
  const { signature: _, nameLength, ...value } = RawKeyValue.decode(cell);
  const compressed = (value.flags & COMPRESSED_NAME) !== 0;
  const bad = (field: string, number: number) =>
    damaged("hive-bad-field", say.badField(WHAT, fileOffset(offset), field, number));
  if (nameLength > MOST_NAME_BYTES || (!compressed && nameLength % 2 !== 0)) {
    throw bad("nameLength", nameLength);
  }
  const inline = value.dataSize >= INLINE;
  const dataBytes = inline ? value.dataSize - INLINE : value.dataSize;
  if (dataBytes > (inline ? MOST_INLINE_BYTES : cells.hiveBinsDataSize)) {
    throw bad("dataSize", value.dataSize);
  }
  needBytes(cell, RawKeyValue.size + nameLength, offset, WHAT);
  const stored = cell.subarray(RawKeyValue.size, RawKeyValue.size + nameLength);
  return { ...value, name: loadName(stored, compressed) };
}

/** The cell's data. The flag of a compressed name is set as the name needs it. */
export function encodeKeyValue(value: KeyValue): Buffer {
  const { bytes, compressed } = storeName(value.name);
  const flag = compressed ? COMPRESSED_NAME : 0;
  // Windows doesn't set the flag of the default value, which has no name.
  const flags = bytes.length === 0 ? value.flags : (value.flags & ~COMPRESSED_NAME) | flag;
  const raw = {
    ...value,
    signature: "vk",
    flags,
    nameLength: bytes.length,
  };
  return Buffer.concat([RawKeyValue.encode(raw), bytes]);
}

/**
 * Offsets of a key's values, in the list's order, each once: a small hive could name one value as often as its list has room.
 * @throws LifeboatError `hive-bad-offset`, `hive-bad-cell`, `hive-cell-too-short`, `hive-bad-field`, `hive-cycle`.
 */
export async function readValuesList(cells: Cells, key: number, node: KeyNode): Promise<number[]> {
  const count = valueCountOf(node);
  if (count === 0) return [];
  if (count > cells.hiveBinsDataSize / LEAST_CELL_BYTES) {
    const text = say.badField("key node (nk)", fileOffset(key), "numberOfKeyValues", count);
    throw damaged("hive-bad-field", text);
  }
  const cell = await cells.cell(node.keyValuesListOffset, count * 4, LIST);
  needBytes(cell, count * 4, node.keyValuesListOffset, LIST);
  const offsets = new Set<number>();
  for (let index = 0; index < count; index++) {
    const offset = cell.readUInt32LE(index * 4);
    if (offsets.has(offset)) throw damaged("hive-cycle", say.cycle(WHAT, fileOffset(offset)));
    offsets.add(offset);
  }
  return [...offsets];
}

export function encodeOffsets(offsets: readonly number[]): Buffer {
  const list = Buffer.alloc(offsets.length * 4);
  for (const [index, offset] of offsets.entries()) list.writeUInt32LE(offset, index * 4);
  return list;
}
