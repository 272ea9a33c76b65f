import type { ByteRange } from "./byte-range.ts";
import { checkBounds } from "./bounds.ts";

/** A window on another byte range: a partition of a disk, a file of one extent. */
export class SliceRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly #parent: ByteRange;
  readonly #start: number;

  /** @throws LifeboatError `out-of-range` where the window reaches beyond the parent. */
  constructor(parent: ByteRange, start: number, length: number) {
    checkBounds("slice", start, length, parent.size);
    this.#parent = parent;
    this.#start = start;
    this.size = length;
    this.sectorSize = parent.sectorSize;
    this.writable = parent.writable;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("slice", offset, into.length, this.size);
    await this.#parent.read(this.#start + offset, into);
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("slice", offset, data.length, this.size);
    await this.#parent.write(this.#start + offset, data);
  }

  async flush(): Promise<void> {
    await this.#parent.flush();
  }

  async close(): Promise<void> {}
}
