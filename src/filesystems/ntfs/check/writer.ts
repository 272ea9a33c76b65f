/** Writes what a repair of NTFS changes. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { TYPE } from "../attribute.ts";
import { ClusterBitmap } from "../cluster-bitmap.ts";
import { isDamage } from "../failures.ts";
import { openPieces, piecesOf } from "../file-record.ts";
import type { WriteParts } from "../index-writer.ts";
import type { Mft } from "../mft.ts";
import { MftWriter } from "../mft-writer.ts";
import { RECORD, unusedRecord } from "../mft-record.ts";
import type { RecordContents } from "../mft-record.ts";
import { SectorWriter } from "../../sector-writer.ts";

export class RepairWriter extends SectorWriter {
  readonly #mft: Mft | undefined;
  /** Before the first change: empties the journal, which says nothing of what follows. */
  readonly #prepare: () => Promise<void>;
  #records: Promise<MftWriter> | undefined;
  #parts: Promise<WriteParts> | undefined;
  #isPrepared = false;

  constructor(range: ByteRange, mft?: Mft, prepare: () => Promise<void> = async () => {}) {
    super(range);
    this.#mft = mft;
    this.#prepare = prepare;
  }

  async prepare(): Promise<void> {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    await this.#prepare();
  }

  /** Makes a record one that no file uses, and its number ready for another file. */
  async freeRecord(number: number): Promise<void> {
    this.#records ??= this.#open().then(({ mft }) => mft);
    const records = await this.#records;
    await records.write(unusedRecord(number, nextSequence(await this.#sequenceOf(number))));
    await this.flush();
    await records.giveBack(number);
  }

  async writeRecord(contents: RecordContents): Promise<void> {
    this.#records ??= this.#open().then(({ mft }) => mft);
    await (await this.#records).write(contents);
  }

  /** What directories are written with. Asked for only after everything in use is marked. */
  async parts(): Promise<WriteParts> {
    this.#parts ??= this.#open();
    return this.#parts;
  }

  async #open(): Promise<WriteParts> {
    const mft = this.#mft;
    if (mft === undefined) throw new RangeError("the volume wasn't opened");
    const { volume, geometry } = mft;
    const file = await mft.file(RECORD.bitmap);
    const open = { writable: true };
    const stream = openPieces(piecesOf(file, TYPE.data), volume, geometry, "$Bitmap", open);
    const clusters = await ClusterBitmap.load(stream, geometry.clusters);
    return { volume, geometry, clusters, mft: await MftWriter.open(mft, clusters) };
  }

  async #sequenceOf(number: number): Promise<number> {
    const raw = await this.#mft?.raw(number);
    if (raw === undefined) return 0;
    try {
      return (await this.#mft?.record(number))?.header.sequence ?? 0;
    } catch (error) {
      if (!isDamage(error)) throw error;
      // A torn record's head is whole: it lies in one sector.
      return raw.toString("latin1", 0, 4) === "FILE" ? raw.readUInt16LE(16) : 0;
    }
  }
}

function nextSequence(sequence: number): number {
  const next = (sequence + 1) & 0xffff;
  return next === 0 ? 1 : next;
}
