/** Writes what a repair of exFAT changes. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { SectorWriter } from "../../sector-writer.ts";
import type { Geometry } from "../boot-sector.ts";

export class RepairWriter extends SectorWriter {
  readonly geometry: Geometry;

  constructor(range: ByteRange, geometry: Geometry) {
    super(range);
    this.geometry = geometry;
  }

  /** Changes an entry of the FAT in use. */
  async setEntry(cluster: number, value: number): Promise<void> {
    await this.update(this.geometry.fatStart + cluster * 4, 4, (entry) =>
      entry.writeUInt32LE(value),
    );
  }
}
