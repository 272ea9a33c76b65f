/** Changing the MFT: writing records and their mirror, taking and freeing them, and letting the table grow. */
import { readBytes } from "../../block/byte-range.ts";
import { nonResidentAttribute, TYPE } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import type { ClusterBitmap } from "./cluster-bitmap.ts";
import { beyondUs, damaged, isDamage, volumeFull } from "./failures.ts";
import { openPieces, piecesOf } from "./file-record.ts";
import { roundUp } from "./fields.ts";
import type { FileReference } from "./fields.ts";
import type { Mft } from "./mft.ts";
import {
  changedSectors,
  encodeRecord,
  encodeRecordOver,
  RECORD,
  RECORD_FLAG,
  unusedRecord,
} from "./mft-record.ts";
import type { MftRecord, RecordContents } from "./mft-record.ts";
import { clustersOf } from "./runs.ts";
import type { Run } from "./runs.ts";
import { RunStream } from "./stream.ts";

/** The table grows by this much at a time. */
const GROWTH_BYTES = 64 << 10;
/** The clusters behind the table that files leave to it. */
const ZONE_BYTES = 16 << 20;
const MAX_MFT_BITMAP_BYTES = 64 << 20;

export class MftWriter {
  readonly #mft: Mft;
  readonly #clusters: ClusterBitmap;
  readonly #mirror: RunStream;
  #bits: Buffer;
  #bitmapStream: RunStream;
  /** Bytes of the table that hold records; what lies behind was never written. */
  #initializedBytes: number;

  private constructor(
    mft: Mft,
    clusters: ClusterBitmap,
    parts: { mirror: RunStream; bits: Buffer; bitmap: RunStream; initializedBytes: number },
  ) {
    this.#mft = mft;
    this.#clusters = clusters;
    this.#mirror = parts.mirror;
    this.#bits = parts.bits;
    this.#bitmapStream = parts.bitmap;
    this.#initializedBytes = parts.initializedBytes;
    this.#setZone();
  }

  /** @throws LifeboatError `ntfs-damaged`, `ntfs-beyond-us`. */
  static async open(mft: Mft, clusters: ClusterBitmap): Promise<MftWriter> {
    const own = await mft.file(RECORD.mft);
    const mirrorFile = await mft.file(RECORD.mftMirror);
    const { volume, geometry } = mft;
    const open = (pieces: readonly Attribute[], what: string): RunStream => {
      const stream = openPieces(pieces, volume, geometry, what, { writable: true });
      if (stream instanceof RunStream) return stream;
      throw beyondUs(`${what} is resident`);
    };
    const mirror = open(piecesOf(mirrorFile, TYPE.data), "$MFTMirr");
    const bitmap = open(piecesOf(own, TYPE.bitmap), "$MFT's bitmap");
    const initializedBytes = piecesOf(own, TYPE.data)[0]?.nonResident?.initializedBytes ?? 0;
    const needed = Math.ceil(initializedBytes / geometry.recordBytes / 8);
    if (bitmap.size < needed) throw damaged("$MFT's bitmap", "it is shorter than the table");
    if (bitmap.size > MAX_MFT_BITMAP_BYTES) throw beyondUs("it has too many files");
    const bits = await readBytes(bitmap, 0, bitmap.size);
    return new MftWriter(mft, clusters, { mirror, bits, bitmap, initializedBytes });
  }

  /** Encodes and writes a record; before it its mirror where it has one, so that one of the two is whole at any time. */
  async write(contents: RecordContents): Promise<void> {
    const { recordBytes } = this.#mft.geometry;
    const { raw } = await this.#encode(contents);
    const at = contents.number * recordBytes;
    if (at + recordBytes <= this.#mirror.size) {
      await this.#mirror.write(at, raw);
      await this.#mirror.flush();
    }
    await this.#mft.stream.write(at, raw);
    this.#mft.changed(contents.number, raw);
  }

  /** Whether writing a record changes no more than one sector, so that it can't be torn. */
  async changesOneSector(contents: RecordContents): Promise<boolean> {
    return (await this.#encode(contents)).sectors <= 1;
  }

  async #encode(contents: RecordContents): Promise<{ raw: Buffer; sectors: number }> {
    const { sectorSize } = this.#mft.volume;
    const old = await this.#mft.raw(contents.number);
    const raw = encodeRecordOver(contents, old, sectorSize);
    return { raw, sectors: changedSectors(raw, old, sectorSize) };
  }

  /** Takes a free record and says so in the bitmap; the table grows where none is free. */
  async take(): Promise<FileReference> {
    for (;;) {
      const records = Math.floor(this.#initializedBytes / this.#mft.geometry.recordBytes);
      for (let number: number = RECORD.firstUser; number < records; number++) {
        const byte = this.#bits[number >> 3];
        if (byte === 0xff) number |= 7;
        else if (((byte ?? 0) & (1 << (number & 7))) === 0) {
          const fresh = await this.#fresh(number);
          await this.#setBit(number, true);
          if (fresh !== undefined) return fresh;
        }
      }
      await this.#grow();
    }
  }

  /**
   * Marks a record as not in use. Once that is on the medium, `giveBack` makes its number ready for another file.
   */
  async free(record: MftRecord): Promise<void> {
    const sequence = (record.header.sequence + 1) & 0xffff;
    await this.write({
      number: record.number,
      sequence: sequence === 0 ? 1 : sequence,
      links: 0,
      flags: record.header.flags & ~RECORD_FLAG.inUse,
      attributes: [],
    });
  }

  /** Gives back the number of a record that was taken and not written, or freed. */
  async giveBack(number: number): Promise<void> {
    await this.#setBit(number, false);
  }

  /** Undefined where the record is in use after all, though the bitmap says that it isn't. */
  async #fresh(number: number): Promise<FileReference | undefined> {
    try {
      const { header, inUse } = await this.#mft.record(number);
      const sequence = header.sequence === 0 ? 1 : header.sequence;
      return inUse ? undefined : { record: number, sequence };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return { record: number, sequence: 1 };
    }
  }

  async #setBit(number: number, taken: boolean): Promise<void> {
    const byte = number >> 3;
    const bit = 1 << (number & 7);
    const old = this.#bits[byte] ?? 0;
    this.#bits[byte] = taken ? old | bit : old & ~bit;
    await this.#bitmapStream.write(byte, this.#bits.subarray(byte, byte + 1));
  }

  /** Makes room for more records: free ones are written first, the table's own record makes them part of it. */
  async #grow(): Promise<void> {
    const { geometry, volume } = this.#mft;
    const { clusterBytes, recordBytes } = geometry;
    const own = await this.#mft.file(RECORD.mft);
    if (own.hasList) throw beyondUs("its MFT is in too many pieces to grow");
    const end = this.#initializedBytes + roundUp(GROWTH_BYTES, clusterBytes);
    const runs = this.#extend(this.#mft.stream.runs, end);
    const records = Math.floor(end / recordBytes);
    const bitmapBytes = Math.max(this.#bits.length, roundUp(Math.ceil(records / 8), 8));
    const bitmapRuns = this.#extend(this.#bitmapStream.runs, bitmapBytes);
    await this.#clusters.store();

    // Windows may have given the table room that it hasn't initialized yet.
    const dataBytes = Math.max(end, this.#mft.stream.size);
    const sizes = { dataBytes, initializedBytes: end };
    const options = { what: "$MFT", writable: true };
    const stream = new RunStream(volume, clusterBytes, runs, sizes, options);
    for (let at = this.#initializedBytes; at < end; at += recordBytes) {
      await stream.write(at, encodeRecord(unusedRecord(at / recordBytes, 1), recordBytes));
    }
    const bits = Buffer.alloc(bitmapBytes);
    this.#bits.copy(bits);
    const bitmapSizes = { dataBytes: bits.length, initializedBytes: bits.length };
    const bitmap = new RunStream(volume, clusterBytes, bitmapRuns, bitmapSizes, options);
    await bitmap.write(0, bits);
    await volume.flush();

    await this.write({
      ...contentsOf(own.record),
      attributes: own.record.attributes.map((attribute) => {
        if (attribute.name !== "") return attribute.raw;
        if (attribute.type === TYPE.data) {
          const initialized = { initializedBytes: end };
          return nonResidentAttribute(TYPE.data, runs, clusterBytes, dataBytes, initialized);
        }
        if (attribute.type === TYPE.bitmap) {
          return nonResidentAttribute(TYPE.bitmap, bitmapRuns, clusterBytes, bits.length);
        }
        return attribute.raw;
      }),
    });
    await volume.flush();
    this.#mft.grown(stream);
    this.#bits = bits;
    this.#bitmapStream = bitmap;
    this.#initializedBytes = end;
    this.#setZone();
  }

  /** A run list long enough for so many bytes: behind its last run where the clusters there are free. */
  #extend(runs: readonly Run[], sizeBytes: number): readonly Run[] {
    const { clusterBytes } = this.#mft.geometry;
    const have = clustersOf(runs);
    const missing = Math.ceil(sizeBytes / clusterBytes) - have;
    const last = runs.at(-1);
    if (missing <= 0 || last?.lcn === undefined) return runs;
    const behind = this.#clusters.reserveAt(last.lcn + last.clusters, missing);
    const pieces = behind === undefined ? this.#clusters.reserve(missing) : [behind];
    if (pieces === undefined) throw volumeFull(missing * clusterBytes, 0);
    this.#clusters.commit(pieces);
    const extended = [...runs];
    for (const piece of pieces) {
      const before = extended.at(-1);
      const vcn = clustersOf(extended);
      if (before?.lcn !== undefined && before.lcn + before.clusters === piece.lcn) {
        extended[extended.length - 1] = { ...before, clusters: before.clusters + piece.clusters };
      } else extended.push({ vcn, ...piece });
    }
    return extended;
  }

  #setZone(): void {
    const { clusterBytes, clusters } = this.#mft.geometry;
    const last = this.#mft.stream.runs.at(-1);
    const start = (last?.lcn ?? 0) + (last?.clusters ?? 0);
    const length = Math.min(Math.floor(ZONE_BYTES / clusterBytes), Math.floor(clusters / 8));
    this.#clusters.zone = { start, end: Math.min(start + length, clusters) };
  }
}

/** A record's contents for writing it again. */
export function contentsOf(record: MftRecord): RecordContents {
  const { sequence, links, flags } = record.header;
  return {
    number: record.number,
    sequence,
    links,
    flags,
    attributes: record.attributes.map(({ raw }) => raw),
  };
}
