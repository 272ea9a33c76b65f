import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { PERCENT_IN_USE_AT, VOLUME_DIRTY, VOLUME_FLAGS_AT } from "./boot-sector.ts";

/** The two fields of the main boot sector that change while a volume is written: VolumeFlags and PercentInUse. */
export class VolumeState {
  /** True where the volume was marked as dirty before we touched it: then nobody but a check may take that mark away. */
  readonly wasDirty: boolean;
  readonly #range: ByteRange;
  readonly #sector: Buffer;

  static async load(range: ByteRange, sectorSize: number): Promise<VolumeState> {
    return new VolumeState(range, await readBytes(range, 0, sectorSize));
  }

  private constructor(range: ByteRange, sector: Buffer) {
    this.#range = range;
    this.#sector = sector;
    this.wasDirty = (sector.readUInt16LE(VOLUME_FLAGS_AT) & VOLUME_DIRTY) !== 0;
  }

  /** Before a change. */
  async markDirty(): Promise<void> {
    await this.#write(true, this.#sector.readUInt8(PERCENT_IN_USE_AT));
  }

  /** After a change that is complete and flushed. */
  async settle(percentInUse: number): Promise<void> {
    await this.#write(this.wasDirty, percentInUse);
  }

  async #write(dirty: boolean, percentInUse: number): Promise<void> {
    const old = this.#sector.readUInt16LE(VOLUME_FLAGS_AT);
    const flags = dirty ? old | VOLUME_DIRTY : old & ~VOLUME_DIRTY;
    if (flags === old && percentInUse === this.#sector.readUInt8(PERCENT_IN_USE_AT)) return;
    this.#sector.writeUInt16LE(flags, VOLUME_FLAGS_AT);
    this.#sector.writeUInt8(percentInUse, PERCENT_IN_USE_AT);
    await this.#range.write(0, this.#sector);
  }
}
