import { LifeboatError } from "../system/errors.ts";
import { checkBounds } from "./bounds.ts";
import type { ByteRange } from "./byte-range.ts";
import { say } from "./messages.ts";

/**
 * Turns any access into accesses of whole sectors, for media that take nothing else: macOS's raw devices (`/dev/rdiskN`) and
 * Windows' `\\.\PhysicalDriveN`. Whole sectors pass straight through; a sector that is written in part is read first.
 */
export class AlignedRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly #base: ByteRange;
  /** The last write that was asked for: two of them must not read, change and write the same sector at once. */
  #lastWrite: Promise<void> = Promise.resolve();

  /** @throws LifeboatError `unaligned-size` where the base doesn't end at a sector's end. */
  constructor(base: ByteRange, sectorSize: number = base.sectorSize) {
    if (base.size % sectorSize !== 0) {
      throw new LifeboatError("unaligned-size", say.unalignedSize(base.size, sectorSize), {
        kind: "damaged",
      });
    }
    this.#base = base;
    this.size = base.size;
    this.sectorSize = sectorSize;
    this.writable = base.writable;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("device", offset, into.length, this.size);
    for (const part of this.#parts(offset, into.length)) {
      const wanted = into.subarray(part.at, part.at + part.length);
      if (part.whole) {
        await this.#base.read(offset + part.at, wanted);
      } else {
        const sector = await this.#readSector(part.sector);
        wanted.set(sector.subarray(part.within, part.within + part.length));
      }
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("device", offset, data.length, this.size);
    const write = this.#lastWrite.then(() => this.#writeNow(offset, data));
    this.#lastWrite = write.catch(() => undefined);
    await write;
  }

  async flush(): Promise<void> {
    await this.#base.flush();
  }

  async close(): Promise<void> {
    await this.#base.close();
  }

  async #writeNow(offset: number, data: Uint8Array): Promise<void> {
    for (const part of this.#parts(offset, data.length)) {
      const given = data.subarray(part.at, part.at + part.length);
      if (part.whole) {
        await this.#base.write(offset + part.at, given);
      } else {
        const sector = await this.#readSector(part.sector);
        sector.set(given, part.within);
        await this.#base.write(part.sector, sector);
      }
    }
  }

  async #readSector(offset: number): Promise<Buffer> {
    const sector = Buffer.alloc(this.sectorSize);
    await this.#base.read(offset, sector);
    return sector;
  }

  /** At most three: the end of a sector, whole sectors, the beginning of one. `sector` is the byte offset of the first one. */
  *#parts(offset: number, length: number) {
    for (let at = 0; at < length;) {
      const within = (offset + at) % this.sectorSize;
      const sector = offset + at - within;
      const left = length - at;
      const whole = within === 0 && left >= this.sectorSize;
      const take = whole
        ? left - (left % this.sectorSize)
        : Math.min(left, this.sectorSize - within);
      yield { at, within, sector, whole, length: take };
      at += take;
    }
  }
}
