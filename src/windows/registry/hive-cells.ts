import type { ByteRange } from "../../block/byte-range.ts";
import { BASE_BLOCK_BYTES } from "./base-block.ts";
import { CachedRange } from "./cached-range.ts";
import { CELL_HEADER_BYTES, allocatedBytes, checkCellOffset } from "./cell.ts";
import type { Cells } from "./cell.ts";
import { BIN_HEADER_BYTES, decodeHiveBin } from "./hive-bin.ts";
import type { HiveBin } from "./hive-bin.ts";

/**
 * A hive's cells, read when they are asked for. That a cell lies within one bin isn't checked: that would take reading the
 * headers of all bins.
 */
export class HiveCells implements Cells {
  readonly hiveBinsDataSize: number;
  readonly minorVersion: number;
  readonly #cached: CachedRange;

  constructor(range: ByteRange, block: { hiveBinsDataSize: number; minorVersion: number }) {
    this.hiveBinsDataSize = block.hiveBinsDataSize;
    this.minorVersion = block.minorVersion;
    this.#cached = new CachedRange(range, BASE_BLOCK_BYTES + block.hiveBinsDataSize);
  }

  async cell(offset: number, most: number, what: string): Promise<Buffer> {
    const size = await this.cellSize(offset, what);
    const data = allocatedBytes(size, offset, this.hiveBinsDataSize, what);
    return this.#read(offset + CELL_HEADER_BYTES, Math.min(data, most));
  }

  /** As it is stored: negative of an allocated cell. @throws LifeboatError `hive-bad-offset`. */
  async cellSize(offset: number, what: string): Promise<number> {
    checkCellOffset(offset, this.hiveBinsDataSize, what);
    return (await this.#read(offset, CELL_HEADER_BYTES)).readInt32LE();
  }

  /** @throws LifeboatError `hive-bad-bin`. */
  async bin(offset: number): Promise<HiveBin> {
    const header = await this.#read(offset, BIN_HEADER_BYTES);
    return decodeHiveBin(header, offset, this.hiveBinsDataSize);
  }

  /** As they are, whatever they are. */
  async bytes(offset: number, length: number): Promise<Buffer> {
    return this.#read(offset, length);
  }

  async #read(offset: number, length: number): Promise<Buffer> {
    return this.#cached.read(BASE_BLOCK_BYTES + offset, length);
  }
}
