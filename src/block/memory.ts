import type { ByteRange } from "./byte-range.ts";
import { checkBounds } from "./bounds.ts";

/** A byte range in memory, for small structures and for tests. */
export class MemoryRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = true;
  readonly bytes: Buffer;

  constructor(bytes: Buffer | number, sectorSize = 512) {
    this.bytes = typeof bytes === "number" ? Buffer.alloc(bytes) : bytes;
    this.size = this.bytes.length;
    this.sectorSize = sectorSize;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("memory", offset, into.length, this.size);
    into.set(this.bytes.subarray(offset, offset + into.length));
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("memory", offset, data.length, this.size);
    this.bytes.set(data, offset);
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
