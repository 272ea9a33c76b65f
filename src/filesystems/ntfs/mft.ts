/** The Master File Table: one record a file, found by number. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { TYPE } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import type { Geometry } from "./boot-sector.ts";
import { damaged, isDamage } from "./failures.ts";
import { attributeOfEntry, openPieces, readList, runsOfPieces } from "./file-record.ts";
import type { ListEntry, NtfsFile } from "./file-record.ts";
import { decodeRecord, RECORD } from "./mft-record.ts";
import type { MftRecord } from "./mft-record.ts";
import { clustersOf } from "./runs.ts";
import { RunStream } from "./stream.ts";

/** Records are read this many bytes at a time: a directory's files tend to be neighbours. */
const WINDOW_BYTES = 64 << 10;
const WINDOWS = 32;

export class Mft {
  readonly volume: ByteRange;
  readonly geometry: Geometry;
  #stream: RunStream;
  readonly #windows = new Map<number, Buffer>();

  private constructor(volume: ByteRange, geometry: Geometry, stream: RunStream) {
    this.volume = volume;
    this.geometry = geometry;
    this.#stream = stream;
  }

  /** Finds the whole MFT from its first record, or from the mirror where that record is damaged. */
  static async open(volume: ByteRange, geometry: Geometry): Promise<Mft> {
    const first = await readFirstRecord(volume, geometry);
    const pieces = first.attributes.filter(isMftData);
    const mft = new Mft(volume, geometry, openMapped(pieces, volume, geometry));
    // The MFT's own extension records lie in the part that is mapped before them.
    const list = (await readList(first, volume, geometry)) ?? [];
    const ordered = list.filter(isMftData).sort((a, b) => a.firstVcn - b.firstVcn);
    for (const entry of ordered) {
      if (entry.where.record === first.number) continue;
      const record = await mft.record(entry.where.record);
      pieces.push(attributeOfEntry(record, first, entry));
      mft.#stream = openMapped(pieces, volume, geometry);
    }
    mft.#stream = openMft(pieces, volume, geometry);
    mft.#windows.clear();
    return mft;
  }

  /** How many records the table has room for. */
  get records(): number {
    return Math.floor(this.#stream.size / this.geometry.recordBytes);
  }

  get stream(): RunStream {
    return this.#stream;
  }

  /** One record as it is, in use or not. @throws LifeboatError `ntfs-damaged`. */
  async record(number: number): Promise<MftRecord> {
    return decodeRecord(await this.raw(number), number);
  }

  /** A copy of one record's bytes as they are stored. @throws LifeboatError `ntfs-damaged` where the table is shorter. */
  async raw(number: number): Promise<Buffer> {
    if (number >= this.records) throw damaged(`MFT record ${number}`, "the table is shorter");
    const { recordBytes } = this.geometry;
    const offset = number * recordBytes;
    const window = await this.#window(Math.floor(offset / WINDOW_BYTES));
    const at = offset % WINDOW_BYTES;
    return Buffer.from(window.subarray(at, at + recordBytes));
  }

  /**
   * A file by its base record. `sequence` is what a reference to it says; 0 asks for no check.
   * @throws LifeboatError `ntfs-damaged` where the record is not in use, or belongs to another file by now.
   */
  async file(number: number, sequence = 0): Promise<NtfsFile> {
    const record = await this.record(number);
    const what = `MFT record ${number}`;
    if (!record.inUse || record.header.base.record !== 0) throw damaged(what, "it holds no file");
    if (sequence !== 0 && record.header.sequence !== sequence) {
      throw damaged(what, "it was used again for another file");
    }
    const list = await readList(record, this.volume, this.geometry);
    if (list === undefined) {
      return { record, attributes: record.attributes, extensions: [], hasList: false };
    }
    return this.#gather(record, list);
  }

  /** Takes note of a record that was written. */
  changed(number: number, raw: Buffer): void {
    const offset = number * this.geometry.recordBytes;
    const window = this.#windows.get(Math.floor(offset / WINDOW_BYTES));
    if (window !== undefined) raw.copy(window, offset % WINDOW_BYTES);
  }

  /** Takes note that the table has become longer. */
  grown(stream: RunStream): void {
    this.#stream = stream;
    this.#windows.clear();
  }

  async #gather(base: MftRecord, list: readonly ListEntry[]): Promise<NtfsFile> {
    const records = new Map([[base.number, base]]);
    const attributes: Attribute[] = base.attributes.filter(
      ({ type }) => type === TYPE.attributeList,
    );
    const ordered = list.toSorted((a, b) => a.type - b.type || a.firstVcn - b.firstVcn);
    for (const entry of ordered) {
      const number = entry.where.record;
      const record = records.get(number) ?? (await this.record(number));
      records.set(number, record);
      attributes.push(attributeOfEntry(record, base, entry));
    }
    const extensions = [...records.values()].filter((record) => record !== base);
    return { record: base, attributes, extensions, hasList: true };
  }

  async #window(index: number): Promise<Buffer> {
    const known = this.#windows.get(index);
    if (known !== undefined) {
      this.#windows.delete(index);
      this.#windows.set(index, known);
      return known;
    }
    const offset = index * WINDOW_BYTES;
    const length = Math.min(WINDOW_BYTES, this.#stream.size - offset);
    const window = await readBytes(this.#stream, offset, length);
    this.#windows.set(index, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > WINDOWS && oldest !== undefined) this.#windows.delete(oldest);
    return window;
  }
}

function isMftData({ type, name }: { type: number; name: string }): boolean {
  return type === TYPE.data && name === "";
}

async function readFirstRecord(volume: ByteRange, geometry: Geometry): Promise<MftRecord> {
  const at = (lcn: number) => readBytes(volume, lcn * geometry.clusterBytes, geometry.recordBytes);
  try {
    return decodeRecord(await at(geometry.mftLcn), RECORD.mft);
  } catch (error) {
    if (!isDamage(error) || geometry.mftMirrorLcn >= geometry.clusters) throw error;
    return decodeRecord(await at(geometry.mftMirrorLcn), RECORD.mft);
  }
}

/** The table at its full length. */
function openMft(pieces: readonly Attribute[], volume: ByteRange, geometry: Geometry): RunStream {
  const stream = openPieces(pieces, volume, geometry, "$MFT", { writable: true });
  if (!(stream instanceof RunStream)) throw damaged("$MFT", "its data is resident");
  return stream;
}

/** The part of the table that the pieces found so far map. */
function openMapped(
  pieces: readonly Attribute[],
  volume: ByteRange,
  geometry: Geometry,
): RunStream {
  const runs = runsOfPieces(pieces, geometry);
  const mapped = clustersOf(runs) * geometry.clusterBytes;
  const sizes = pieces[0]?.nonResident;
  if (sizes === undefined) throw damaged("$MFT", "it has no run list");
  return new RunStream(
    volume,
    geometry.clusterBytes,
    runs,
    {
      dataBytes: Math.min(sizes.dataBytes, mapped),
      initializedBytes: Math.min(sizes.initializedBytes, mapped),
    },
    { what: "$MFT" },
  );
}
