/** Media that lie, as byte ranges: what they report is one thing, what they keep another. Nothing is mapped twice by chance. */
import type { ByteRange, Extent } from "../../src/block/byte-range.ts";
import { checkBounds } from "../../src/block/bounds.ts";
import { OverlayRange } from "../../src/block/overlay.ts";
import { LifeboatError } from "../../src/system/errors.ts";

const SECTOR = 512;

/** Contents that follow from the position, so that a large medium takes no memory: each sector is full of its own number. */
class NumberedSectors implements ByteRange {
  readonly sectorSize = SECTOR;
  readonly writable = false;
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("numbered", offset, into.length, this.size);
    const first = offset - (offset % SECTOR);
    const whole = Buffer.allocUnsafe(Math.ceil((offset + into.length - first) / SECTOR) * SECTOR);
    for (let at = 0; at < whole.length; at += SECTOR) {
      const sector = (first + at) / SECTOR;
      whole.fill(sector & 0xff, at, at + SECTOR);
      whole.writeUInt32LE(sector, at);
    }
    into.set(whole.subarray(offset - first, offset - first + into.length));
  }

  async write(): Promise<void> {
    throw new Error("never written");
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}

/** The memory chips: `size` bytes, full of a user's data, which know what was changed. */
export class Chips extends OverlayRange {
  constructor(size: number) {
    super(new NumberedSectors(size), { chunkBytes: 4096 });
  }

  /** Positions of 4-KiB pieces that are no longer what they were. */
  async changed(): Promise<number[]> {
    const original = new NumberedSectors(this.size);
    const changed: number[] = [];
    for (const { offset, data } of await this.changes()) {
      const before = Buffer.alloc(data.length);
      await original.read(offset, before);
      if (!before.equals(data)) changed.push(offset);
    }
    return changed;
  }
}

/** Where an address leads: a place in the chips, or nowhere. For addresses of one sector. */
type Mapping = (address: number) => number | undefined;

interface FakeOptions {
  readonly reported: number;
  readonly chips: Chips;
  readonly map: Mapping;
  /** Fills what is read from nowhere. Default: zeroes. */
  readonly nowhere?: (address: number, into: Buffer) => void;
  /** The longest piece for which `map` is linear from a multiple of it on. Default: a sector. */
  readonly pieceBytes?: number;
}

/** A medium with a mapping of its own. */
export class FakeMedium implements ByteRange {
  readonly sectorSize = SECTOR;
  readonly writable = true;
  readonly size: number;
  /** Simulated time in milliseconds, where a speed is set. */
  ms = 0;
  readonly #options: FakeOptions;
  #speed: { readonly bytesPerMs: number; readonly accessMs: number } | undefined;

  constructor(options: FakeOptions) {
    this.#options = options;
    this.size = options.reported;
  }

  readonly now = (): number => this.ms;

  /** Every access costs `accessMs`, and its bytes at `bytesPerMs`. */
  at(bytesPerMs: number, accessMs: number): this {
    this.#speed = { bytesPerMs, accessMs };
    return this;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("medium", offset, into.length, this.size);
    this.#spend(into.length);
    const { chips, nowhere } = this.#options;
    for (const { address, at, length } of this.#pieces(offset, into.length)) {
      const part = Buffer.from(into.buffer, into.byteOffset + at, length);
      const place = this.#options.map(address);
      if (place !== undefined) await chips.read(place, part);
      else if (nowhere === undefined) part.fill(0);
      else nowhere(address, part);
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("medium", offset, data.length, this.size);
    this.#spend(data.length);
    for (const { address, at, length } of this.#pieces(offset, data.length)) {
      const place = this.#options.map(address);
      if (place !== undefined) {
        await this.#options.chips.write(place, data.subarray(at, at + length));
      }
    }
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  #spend(bytes: number): void {
    if (this.#speed !== undefined) {
      this.ms += this.#speed.accessMs + bytes / this.#speed.bytesPerMs;
    } else {
      this.ms += 0.001;
    }
  }

  /** Pieces end at multiples of `pieceBytes` and at the end of the chips, where mappings change. */
  *#pieces(offset: number, length: number) {
    const { chips, pieceBytes = SECTOR } = this.#options;
    for (let at = 0; at < length;) {
      const address = offset + at;
      const place = this.#options.map(address);
      const toEdge = address < chips.size ? chips.size - address : pieceBytes;
      const take = Math.min(
        length - at,
        pieceBytes - (address % pieceBytes),
        toEdge,
        place === undefined ? pieceBytes : chips.size - place,
      );
      yield { address, at, length: take };
      at += take;
    }
  }
}

/** What mappings are linear over. */
const PIECE = 64 * 1024;

export interface Fake {
  readonly medium: FakeMedium;
  readonly chips: Chips;
}

function make(real: number, options: Omit<FakeOptions, "chips">): Fake {
  const chips = new Chips(real);
  return { chips, medium: new FakeMedium({ ...options, chips }) };
}

/** Keeps what it reports. */
export function genuine(size: number): Fake {
  return make(size, { reported: size, map: (address) => address, pieceBytes: PIECE });
}

/** Begins again at its start after `real` bytes. */
export function wrapping(real: number, reported: number): Fake {
  return make(real, { reported, map: (address) => address % real, pieceBytes: PIECE });
}

/** Forgets what is written beyond; what is read there is `nowhere`'s. */
export function dropping(real: number, reported: number, nowhere?: FakeOptions["nowhere"]): Fake {
  const map: Mapping = (address) => (address < real ? address : undefined);
  const beyond = nowhere === undefined ? {} : { nowhere };
  return make(real, { reported, map, pieceBytes: PIECE, ...beyond });
}

/** Everything beyond is one block, in the chips' own last bytes or, as here, at their beginning. */
export function oneBlock(real: number, reported: number, blockBytes: number, place = 0): Fake {
  const map: Mapping = (address) => (address < real ? address : place + (address % blockBytes));
  return make(real, { reported, map, pieceBytes: blockBytes });
}

/** Forgets what is beyond, but for the last bytes of all, where the backup partition table is. Sizes in whole pieces. */
export function keepingItsEnd(real: number, reported: number, endBytes: number): Fake {
  const map: Mapping = (address) => {
    if (address < real - endBytes) return address;
    return address >= reported - endBytes ? real - (reported - address) : undefined;
  };
  return make(real, { reported, map, pieceBytes: PIECE });
}

/** In front of any medium: answers from memory for the last `bytes` that were written. */
export class Caching implements ByteRange {
  readonly size: number;
  readonly sectorSize = SECTOR;
  readonly writable = true;
  readonly #base: ByteRange;
  readonly #sectors: number;
  /** By sector number, the oldest first. */
  readonly #held = new Map<number, Buffer>();

  constructor(base: ByteRange, bytes: number) {
    this.#base = base;
    this.size = base.size;
    this.#sectors = bytes / SECTOR;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    await this.#base.read(offset, into);
    for (let at = 0; at < into.length; at += SECTOR) {
      const held = this.#held.get((offset + at) / SECTOR);
      if (held !== undefined) into.set(held, at);
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    await this.#base.write(offset, data);
    for (let at = 0; at < data.length; at += SECTOR) {
      const number = (offset + at) / SECTOR;
      this.#held.delete(number);
      this.#held.set(number, Buffer.from(data.subarray(at, at + SECTOR)));
      if (this.#held.size <= this.#sectors) continue;
      const [oldest] = this.#held.keys();
      this.#held.delete(oldest ?? number);
    }
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}

/** In front of any medium: places that fail, or that come back with one bit changed. */
export class Worn implements ByteRange {
  readonly size: number;
  readonly sectorSize = SECTOR;
  readonly writable = true;
  readonly #base: ByteRange;
  readonly #bad: { readonly unreadable: readonly Extent[]; readonly flipped: readonly Extent[] };

  constructor(base: ByteRange, bad: { unreadable?: Extent[]; flipped?: Extent[] }) {
    this.#base = base;
    this.size = base.size;
    this.#bad = { unreadable: bad.unreadable ?? [], flipped: bad.flipped ?? [] };
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    if (this.#bad.unreadable.some((extent) => touches(extent, offset, into.length))) {
      throw new LifeboatError("read-failed", { en: `EIO at ${offset}`, zh: `EIO：${offset}` });
    }
    await this.#base.read(offset, into);
    for (const { start, length } of this.#bad.flipped) {
      for (let at = start; at < start + length; at += SECTOR) {
        const index = at + 100 - offset;
        if (index >= 0 && index < into.length) into[index] = (into[index] ?? 0) ^ 0x10;
      }
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    await this.#base.write(offset, data);
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}

function touches({ start, length }: Extent, offset: number, bytes: number): boolean {
  return start < offset + bytes && offset < start + length;
}
