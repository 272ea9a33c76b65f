import { MemoryRange } from "../../../src/block/memory.ts";

/** Memory that refuses what a raw device refuses: accesses of anything but whole sectors. */
export class SectorsOnly extends MemoryRange {
  override async read(offset: number, into: Uint8Array): Promise<void> {
    this.#check(offset, into.length);
    await super.read(offset, into);
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    this.#check(offset, data.length);
    await super.write(offset, data);
  }

  #check(offset: number, length: number): void {
    if (offset % this.sectorSize !== 0 || length % this.sectorSize !== 0) {
      throw new Error(`EINVAL: ${length} bytes at ${offset}`);
    }
  }
}
