/**
 * The disk of a crash state: in memory, and its two partitions also as files, so that fsck reads the same bytes. It knows equal bytes
 * when it meets them again (`keyOf`), so that what was looked at once needn't be looked at for every state.
 */
import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { ByteRange } from "../../src/block/byte-range.ts";
import { checkBounds } from "../../src/block/bounds.ts";
import type { Piece } from "./states.ts";

interface Mirror {
  readonly path: string;
  readonly start: number;
  readonly length: number;
  readonly file: number;
}

/** Where a partition lies, and the file that is to hold it. */
export interface MirroredPart {
  readonly path: string;
  /** Bytes on the disk. */
  readonly start: number;
  readonly length: number;
}

interface Undo extends Piece {
  /** Of the sectors that it touches. */
  readonly contents: Uint32Array;
}

const SECTOR = 512;
/** A MiB. */
const BLOCK_SECTORS = 2048;

export class CrashDisk implements ByteRange {
  readonly size: number;
  readonly sectorSize = SECTOR;
  readonly writable = true;
  /** Keys of partitions in which the repair of `verify --fix` has nothing to do. */
  readonly repaired = new Set<string>();
  readonly #bytes: Buffer;
  /** The number of each sector's content, once it is asked for. Sectors with equal bytes have one number, and others another one. */
  readonly #contents: Uint32Array;
  readonly #numbers = new Map<string, number>();
  /** Of the numbers in each block, until one of them changes. */
  readonly #blockKeys: (Buffer | undefined)[] = [];
  readonly #answers = new Map<string, unknown>();
  readonly #mirrors: Mirror[] = [];
  /** What was there before each write since `mark`, the last one last. */
  #undo: Undo[] | undefined;

  /** @param bytes becomes the disk's own. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.size = bytes.length;
    this.#contents = new Uint32Array(Math.ceil(bytes.length / SECTOR)).fill(UNKNOWN);
  }

  /** Where the bytes are the same, it is the same; where one of them differs, or one of the sectors that they lie in, another one. */
  keyOf(offset: number, length: number): string {
    const { first, end } = sectorsOf(offset, length);
    const hash = createHash("sha256").update(`${offset % SECTOR} ${length}`);
    for (let at = first; at < end;) {
      const block = Math.floor(at / BLOCK_SECTORS);
      const next = Math.min((block + 1) * BLOCK_SECTORS, end);
      const isWhole = at === block * BLOCK_SECTORS && next - at === BLOCK_SECTORS;
      hash.update(isWhole ? this.#keyOfBlock(block) : this.#numbersOf(at, next));
      at = next;
    }
    return hash.digest("base64");
  }

  #keyOfBlock(block: number): Buffer {
    const known = this.#blockKeys[block];
    if (known !== undefined) return known;
    const first = block * BLOCK_SECTORS;
    const numbers = this.#numbersOf(first, first + BLOCK_SECTORS);
    const key = createHash("sha256").update(numbers).digest();
    this.#blockKeys[block] = key;
    return key;
  }

  #numbersOf(first: number, end: number): Uint8Array {
    const numbers = this.#contents.subarray(first, end);
    for (let at = numbers.indexOf(UNKNOWN); at >= 0; at = numbers.indexOf(UNKNOWN, at + 1)) {
      const offset = (first + at) * SECTOR;
      numbers[at] = this.#numberOf(this.#bytes.subarray(offset, offset + SECTOR));
    }
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }

  /** Keeps `part` as a file too, from now on; holes stay holes. */
  mirror(part: MirroredPart): void {
    const file = openSync(part.path, "w+");
    ftruncateSync(file, part.length);
    const mirror = { ...part, file };
    this.#mirrors.push(mirror);
    const step = 1 << 16;
    const zeroes = Buffer.alloc(step);
    for (let at = part.start; at < part.start + part.length; at += step) {
      const piece = this.#bytes.subarray(at, Math.min(at + step, part.start + part.length));
      if (!piece.equals(zeroes.subarray(0, piece.length)))
        writeSync(file, piece, 0, piece.length, at - part.start);
    }
  }

  /** `work`'s answer, worked out once. @param key made of `keyOf` all bytes that the answer depends on, and of what is asked. */
  async once<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (!this.#answers.has(key)) this.#answers.set(key, await work());
    return this.#answers.get(key) as T;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("crash disk", offset, into.length, this.size);
    into.set(this.#bytes.subarray(offset, offset + into.length));
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("crash disk", offset, data.length, this.size);
    const { first, end } = sectorsOf(offset, data.length);
    const old = this.#bytes.subarray(offset, offset + data.length);
    const contents = this.#contents.slice(first, end);
    this.#undo?.push({ offset, data: Buffer.from(old), contents });
    for (let sector = first; sector < end; sector++) {
      const from = Math.max(0, sector * SECTOR - offset);
      const to = Math.min(data.length, (sector + 1) * SECTOR - offset);
      if (old.compare(data, from, to, from, to) !== 0) this.#contents[sector] = UNKNOWN;
    }
    this.#put(offset, data);
    this.#forget(first, end);
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    for (const { file } of this.#mirrors) closeSync(file);
  }

  /** What is written from now on is taken back by `rollBack`. */
  mark(): void {
    this.#undo = [];
  }

  rollBack(): void {
    for (const { offset, data, contents } of (this.#undo ?? []).toReversed()) {
      this.#put(offset, data);
      const first = Math.floor(offset / SECTOR);
      this.#contents.set(contents, first);
      this.#forget(first, first + contents.length);
    }
    this.#undo = undefined;
  }

  #put(offset: number, data: Uint8Array): void {
    this.#bytes.set(data, offset);
    for (const { file, start, length } of this.#mirrors) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + data.length, start + length);
      if (from < to) writeSync(file, data, from - offset, to - from, from - start);
    }
  }

  #forget(first: number, end: number): void {
    const last = Math.floor((end - 1) / BLOCK_SECTORS);
    for (let block = Math.floor(first / BLOCK_SECTORS); block <= last; block++)
      this.#blockKeys[block] = undefined;
  }

  #numberOf(bytes: Buffer): number {
    if (bytes.equals(ZEROES)) return 0;
    const content = bytes.toString("latin1");
    const known = this.#numbers.get(content);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(content, number);
    return number;
  }
}

const ZEROES = Buffer.alloc(SECTOR);
const UNKNOWN = 2 ** 32 - 1;

/** Those that a run of bytes lies in. */
function sectorsOf(offset: number, length: number): { first: number; end: number } {
  return { first: Math.floor(offset / SECTOR), end: Math.ceil((offset + length) / SECTOR) };
}
