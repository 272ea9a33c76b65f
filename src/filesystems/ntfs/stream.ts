/** The value of an attribute as a byte range: what a file, a directory's index or a bitmap holds. */
import type { ByteRange } from "../../block/byte-range.ts";
import { checkBounds } from "../../block/bounds.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";
import { clustersOf } from "./runs.ts";
import type { Run } from "./runs.ts";
import { beyondUs, damaged } from "./failures.ts";

interface StreamSizes {
  readonly dataBytes: number;
  readonly initializedBytes: number;
}

/** Clusters of the volume as one range; holes and what was never initialized read as zeroes. */
export class RunStream implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly runs: readonly Run[];
  readonly #volume: ByteRange;
  readonly #clusterBytes: number;
  readonly #initializedBytes: number;

  /** @throws LifeboatError `ntfs-damaged` where the runs have gaps or end before the data does. */
  constructor(
    volume: ByteRange,
    clusterBytes: number,
    runs: readonly Run[],
    sizes: StreamSizes,
    options: { what: string; writable?: boolean },
  ) {
    let next = 0;
    for (const run of runs) {
      if (run.vcn !== next) throw damaged(options.what, "its run list has a gap");
      next += run.clusters;
    }
    if (!(sizes.dataBytes <= clustersOf(runs) * clusterBytes)) {
      throw damaged(options.what, "its run list is shorter than its data");
    }
    this.size = sizes.dataBytes;
    this.sectorSize = volume.sectorSize;
    this.writable = options.writable === true && volume.writable;
    this.runs = runs;
    this.#volume = volume;
    this.#clusterBytes = clusterBytes;
    this.#initializedBytes = Math.min(sizes.initializedBytes, sizes.dataBytes);
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("NTFS stream", offset, into.length, this.size);
    const initialized = Math.min(Math.max(this.#initializedBytes - offset, 0), into.length);
    into.fill(0, initialized);
    for (const piece of this.#pieces(offset, initialized)) {
      const part = into.subarray(piece.at, piece.at + piece.length);
      if (piece.offset === undefined) part.fill(0);
      else await this.#volume.read(piece.offset, part);
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    if (!this.writable) throw readOnlyStream();
    checkBounds("NTFS stream", offset, data.length, this.size);
    if (offset + data.length > this.#initializedBytes)
      throw beyondUs("a stream's end isn't initialized");
    for (const piece of this.#pieces(offset, data.length)) {
      if (piece.offset === undefined) throw beyondUs("a hole in a system file");
      await this.#volume.write(piece.offset, data.subarray(piece.at, piece.at + piece.length));
    }
  }

  async flush(): Promise<void> {
    await this.#volume.flush();
  }

  async close(): Promise<void> {}

  *#pieces(offset: number, length: number) {
    let index = this.#runAt(Math.floor(offset / this.#clusterBytes));
    for (let at = 0; at < length; index++) {
      const run = this.runs[index];
      if (run === undefined) return;
      const within = offset + at - run.vcn * this.#clusterBytes;
      const take = Math.min(length - at, run.clusters * this.#clusterBytes - within);
      const start = run.lcn === undefined ? undefined : run.lcn * this.#clusterBytes + within;
      yield { offset: start, at, length: take };
      at += take;
    }
  }

  /** Index of the run that holds a VCN, by bisection. */
  #runAt(vcn: number): number {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.runs[middle]?.vcn ?? 0) <= vcn) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** A resident value as a range. */
export class ValueStream implements ByteRange {
  readonly size: number;
  readonly sectorSize = 512;
  readonly writable = false;
  readonly #value: Buffer;

  constructor(value: Buffer) {
    this.#value = value;
    this.size = value.length;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("NTFS stream", offset, into.length, this.size);
    into.set(this.#value.subarray(offset, offset + into.length));
  }

  async write(): Promise<void> {
    throw readOnlyStream();
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}

function readOnlyStream(): LifeboatError {
  return new LifeboatError("read-only", say.streamReadOnly());
}
