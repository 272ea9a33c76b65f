/** Writes what a repair of FAT32 changes. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { SectorWriter } from "../../sector-writer.ts";
import type { FatGeometry } from "../geometry.ts";
import { FREE_SLOT } from "../short-name.ts";

const RESERVED_BITS = 0xf0000000;

export class RepairWriter extends SectorWriter {
  readonly geometry: FatGeometry;

  constructor(range: ByteRange, geometry: FatGeometry) {
    super(range);
    this.geometry = geometry;
  }

  /** Changes an entry in every FAT in use, its reserved bits kept. */
  async setEntry(cluster: number, value: number): Promise<void> {
    for (const start of this.geometry.fatStarts) {
      await this.update(start + cluster * 4, 4, (entry) => {
        entry.writeUInt32LE(((entry.readUInt32LE() & RESERVED_BITS) | value) >>> 0);
      });
    }
  }

  /** Marks directory slots as free, in the order given. */
  async freeSlots(offsets: readonly number[]): Promise<void> {
    for (const offset of offsets) await this.patch(offset, Buffer.from([FREE_SLOT]));
  }
}
