/** Writes what a repair changes: whole sectors, each read just before. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { FREE_SLOT } from "../short-name.ts";
import type { FatGeometry } from "../geometry.ts";

const RESERVED_BITS = 0xf0000000;

export class RepairWriter {
  readonly geometry: FatGeometry;
  readonly range: ByteRange;

  constructor(range: ByteRange, geometry: FatGeometry) {
    this.range = range;
    this.geometry = geometry;
  }

  /** Puts `data` at a byte offset of the volume; what shares its sectors stays. */
  async patch(offset: number, data: Uint8Array): Promise<void> {
    await this.#update(offset, data.length, (bytes) => bytes.set(data));
  }

  /** Changes an entry in every FAT in use, its reserved bits kept. */
  async setEntry(cluster: number, value: number): Promise<void> {
    for (const start of this.geometry.fatStarts) {
      await this.#update(start + cluster * 4, 4, (entry) => {
        entry.writeUInt32LE(((entry.readUInt32LE() & RESERVED_BITS) | value) >>> 0);
      });
    }
  }

  async #update(offset: number, length: number, change: (bytes: Buffer) => void): Promise<void> {
    const { sectorSize } = this.range;
    const start = Math.floor(offset / sectorSize) * sectorSize;
    const end = Math.ceil((offset + length) / sectorSize) * sectorSize;
    const sectors = await readBytes(this.range, start, end - start);
    change(sectors.subarray(offset - start, offset - start + length));
    await this.range.write(start, sectors);
  }

  /** Marks directory slots as free, in the order given. */
  async freeSlots(offsets: readonly number[]): Promise<void> {
    for (const offset of offsets) await this.patch(offset, Buffer.from([FREE_SLOT]));
  }

  async flush(): Promise<void> {
    await this.range.flush();
  }
}
