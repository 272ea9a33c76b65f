/** The disk of a crash state: in memory, and its two partitions also as files, so that fsck reads the same bytes. */
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

export class CrashDisk implements ByteRange {
  readonly size: number;
  readonly sectorSize = 512;
  readonly writable = true;
  readonly #bytes: Buffer;
  readonly #mirrors: Mirror[] = [];
  /** What was there before each write since `mark`, the last one last. */
  #undo: Piece[] | undefined;

  /** @param bytes becomes the disk's own. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.size = bytes.length;
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

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("crash disk", offset, into.length, this.size);
    into.set(this.#bytes.subarray(offset, offset + into.length));
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("crash disk", offset, data.length, this.size);
    const old = this.#bytes.subarray(offset, offset + data.length);
    this.#undo?.push({ offset, data: Buffer.from(old) });
    this.#put(offset, data);
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
    for (const { offset, data } of (this.#undo ?? []).toReversed()) this.#put(offset, data);
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
}
