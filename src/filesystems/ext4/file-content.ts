import type { ByteRange } from "../../block/byte-range.ts";
import { checkBounds } from "../../block/bounds.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";
import type { Run } from "./runs.ts";

/** The bytes of a file by its runs; holes read as zeroes. Read-only. */
export class FileContent implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = false;
  readonly #volume: ByteRange;
  readonly #runs: readonly Run[];
  readonly #blockSize: number;

  /** @param runs in file order; what they don't cover of `size` bytes is holes. */
  constructor(volume: ByteRange, runs: readonly Run[], size: number, blockSize: number) {
    this.#volume = volume;
    this.#runs = runs;
    this.#blockSize = blockSize;
    this.size = size;
    this.sectorSize = volume.sectorSize;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("ext4 file", offset, into.length, this.size);
    const end = offset + into.length;
    let done = offset;
    for (let index = this.#firstRunBehind(offset); done < end; index++) {
      const run = this.#runs[index];
      const runStart = run === undefined ? end : Math.min(end, run.logical * this.#blockSize);
      if (runStart > done) {
        into.fill(0, done - offset, runStart - offset);
        done = runStart;
      }
      if (run === undefined || done >= end) return;
      const within = done - run.logical * this.#blockSize;
      const length = Math.min(end - done, run.length * this.#blockSize - within);
      const piece = into.subarray(done - offset, done - offset + length);
      await this.#volume.read(run.physical * this.#blockSize + within, piece);
      done += length;
    }
  }

  async write(): Promise<void> {
    throw new LifeboatError("read-only", say.readOnly());
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  /** Index of the first run that ends behind `offset`, by bisection. */
  #firstRunBehind(offset: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = this.#runs[middle];
      if (run !== undefined && (run.logical + run.length) * this.#blockSize <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
