import { readBytes } from "../block/byte-range.ts";
import type { ByteRange } from "../block/byte-range.ts";

/** Changes bytes of a volume for a repair: whole sectors are written, each read just before. */
export class SectorWriter {
  readonly range: ByteRange;

  constructor(range: ByteRange) {
    this.range = range;
  }

  /** Puts `data` at a byte offset of the volume; what shares its sectors stays. */
  async patch(offset: number, data: Uint8Array): Promise<void> {
    await this.update(offset, data.length, (bytes) => bytes.set(data));
  }

  async flush(): Promise<void> {
    await this.range.flush();
  }

  protected async update(
    offset: number,
    length: number,
    change: (bytes: Buffer) => void,
  ): Promise<void> {
    const { sectorSize } = this.range;
    const start = Math.floor(offset / sectorSize) * sectorSize;
    const end = Math.ceil((offset + length) / sectorSize) * sectorSize;
    const sectors = await readBytes(this.range, start, end - start);
    change(sectors.subarray(offset - start, offset - start + length));
    await this.range.write(start, sectors);
  }
}
