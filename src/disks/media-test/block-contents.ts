/**
 * What the test writes. Each 512-byte sector tells which run of the test wrote it and for which position, so that one that turns
 * up elsewhere tells how the stick maps its addresses. The rest is a keystream (AES-128 in counter mode), which nothing can
 * compress or guess, and of which any part can be made again from its position alone.
 */
import { createCipheriv, createHash } from "node:crypto";
import type { Cipher } from "node:crypto";

/** The unit in which the test marks and judges, whatever the medium's own sectors are. */
export const SECTOR_BYTES = 512;
/** Of the random seed of a run. */
export const SEED_BYTES = 16;

const AES_BLOCK_BYTES = 16;
/** A mark: eight bytes of the run, and the position as a little-endian number of 64 bits. */
const RUN_BYTES = 8;
/** Of a sector's 4096 bits, how many may be wrong for it to be the same sector, damaged. Of foreign bytes every second one is. */
const MOST_FLIPPED_BITS = 512;

/** What became of a sector that was written. */
export type SectorState =
  /** It holds what was written. */
  | "held"
  /** It holds what was written elsewhere. */
  | "alias"
  /** It holds what was written, with a few bits changed. */
  | "flipped"
  /** It holds something else. */
  | "lost";

export class BlockContents {
  readonly #key: Buffer;
  readonly #run: Buffer;

  /** @param seed `SEED_BYTES` random bytes: the blocks of another run are foreign. */
  constructor(seed: Uint8Array) {
    this.#key = Buffer.from(seed.subarray(0, SEED_BYTES));
    this.#run = createHash("sha256").update(this.#key).digest().subarray(0, RUN_BYTES);
  }

  /** The contents for `length` bytes at `position`, both in whole sectors. */
  at(position: number, length: number): Buffer {
    const bytes = this.#keystream(position).update(Buffer.alloc(length));
    for (let at = 0; at < length; at += SECTOR_BYTES) {
      bytes.set(this.#run, at);
      writeUint64(bytes, at + RUN_BYTES, position + at);
    }
    return bytes;
  }

  /** The position for which a sector was written; undefined where this run didn't write it. */
  positionIn(sector: Uint8Array): number | undefined {
    const bytes = Buffer.from(sector.buffer, sector.byteOffset, sector.byteLength);
    if (bytes.compare(this.#run, 0, RUN_BYTES, 0, RUN_BYTES) !== 0) return undefined;
    const position = readUint64(bytes, RUN_BYTES);
    if (!Number.isSafeInteger(position) || position % SECTOR_BYTES !== 0) return undefined;
    // A mark alone could be chance, or a position with flipped bits.
    return bytes.equals(this.at(position, SECTOR_BYTES)) ? position : undefined;
  }

  /**
   * The state of each sector of `found`, which is read now from `position` on.
   * @param onAlias is told of each sector that was written for another position.
   */
  statesOf(
    position: number,
    found: Buffer,
    onAlias: (position: number, from: number) => void = () => {},
  ): SectorState[] {
    const expected = this.at(position, found.length);
    const sectors = found.length / SECTOR_BYTES;
    if (expected.equals(found)) return Array.from({ length: sectors }, () => "held");
    return Array.from({ length: sectors }, (_, index) => {
      const at = index * SECTOR_BYTES;
      const wanted = expected.subarray(at, at + SECTOR_BYTES);
      const sector = found.subarray(at, at + SECTOR_BYTES);
      if (wanted.equals(sector)) return "held";
      const from = this.positionIn(sector);
      if (from === undefined) return isNearly(wanted, sector) ? "flipped" : "lost";
      onAlias(position + at, from);
      return "alias";
    });
  }

  /** Counter mode: the initial counter is the number of the first AES block (NIST SP 800-38A, 6.5). */
  #keystream(position: number): Cipher {
    const counter = Buffer.alloc(AES_BLOCK_BYTES);
    counter.writeBigUInt64BE(BigInt(position / AES_BLOCK_BYTES), AES_BLOCK_BYTES - 8);
    return createCipheriv("aes-128-ctr", this.#key, counter);
  }
}

function writeUint64(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

function readUint64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
}

/** True where few bits are different. */
function isNearly(a: Uint8Array, b: Uint8Array): boolean {
  let bits = 0;
  for (let index = 0; index < a.length && bits <= MOST_FLIPPED_BITS; index++) {
    for (let rest = (a[index] ?? 0) ^ (b[index] ?? 0); rest !== 0; rest &= rest - 1) bits++;
  }
  return bits <= MOST_FLIPPED_BITS;
}
