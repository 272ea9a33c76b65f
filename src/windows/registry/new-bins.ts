/** Hive bins that are filled from nothing, one cell behind the other. */
import { BIN_ALIGNMENT } from "./base-block.ts";
import { CELL_HEADER_BYTES, cellSizeFor } from "./cell.ts";
import type { CellStore } from "./cell.ts";
import { BIN_HEADER_BYTES, binSizeFor, encodeHiveBin } from "./hive-bin.ts";
import type { HiveBin } from "./hive-bin.ts";

/** Ends of bins that small cells may still go to; older ones stay free, so that a hive of any size is written in linear time. */
const GAPS_LOOKED_AT = 8;

interface Gap {
  at: number;
  size: number;
}

export class NewBins implements CellStore {
  readonly minorVersion: number;
  #bytes = Buffer.alloc(16 * BIN_ALIGNMENT);
  #size = 0;
  readonly #bins: HiveBin[] = [];
  #gaps: Gap[] = [];
  readonly #closed: Gap[] = [];

  constructor(minorVersion: number) {
    this.minorVersion = minorVersion;
  }

  store(data: Buffer): number {
    const size = cellSizeFor(data.length);
    const gap = this.#gaps.find((one) => one.size >= size) ?? this.#newBin(size);
    const offset = gap.at;
    gap.at += size;
    gap.size -= size;
    this.#bytes.writeInt32LE(-size, offset);
    data.copy(this.#bytes, offset + CELL_HEADER_BYTES);
    return offset;
  }

  /** Writes over the data of a cell that was stored before, which has room for it. */
  replace(offset: number, data: Buffer): void {
    data.copy(this.#bytes, offset + CELL_HEADER_BYTES);
  }

  /** The hive bins data. @param timestamp FILETIME for the first bin. */
  finish(timestamp: bigint): Buffer {
    for (const { at, size } of [...this.#closed, ...this.#gaps]) {
      if (size > 0) this.#bytes.writeInt32LE(size, at);
    }
    for (const [index, bin] of this.#bins.entries()) {
      encodeHiveBin(bin, index === 0 ? timestamp : 0n).copy(this.#bytes, bin.offset);
    }
    return this.#bytes.subarray(0, this.#size);
  }

  #newBin(cellBytes: number): Gap {
    const bin = { offset: this.#size, size: binSizeFor(cellBytes) };
    this.#bins.push(bin);
    this.#size += bin.size;
    if (this.#size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#size, this.#bytes.length * 2));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    const gap = { at: bin.offset + BIN_HEADER_BYTES, size: bin.size - BIN_HEADER_BYTES };
    this.#gaps.push(gap);
    if (this.#gaps.length > GAPS_LOOKED_AT) {
      const oldest = this.#gaps.shift();
      if (oldest !== undefined) this.#closed.push(oldest);
    }
    return gap;
  }
}
