import type { ByteRange } from "./byte-range.ts";
import { checkBounds } from "./bounds.ts";

const DEFAULT_CHUNK_BYTES = 64 * 1024;

/** A run of bytes that was written over the base. */
export interface OverlayChange {
  readonly offset: number;
  readonly data: Buffer;
}

/**
 * Copy on write: reads fall through to `base`, writes stay in memory, in chunks that exist only where something was written.
 * The base is never written, so a repair can be tried, shown and thrown away.
 */
export class OverlayRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = true;
  readonly #base: ByteRange;
  readonly #chunkBytes: number;
  /** By chunk number. A promise while the rest of a partly written chunk is being read, so that two writers share one chunk. */
  readonly #chunks = new Map<number, Buffer | Promise<Buffer>>();

  constructor(base: ByteRange, options: { chunkBytes?: number } = {}) {
    this.#base = base;
    this.#chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
    this.size = base.size;
    this.sectorSize = base.sectorSize;
  }

  /** Bytes of memory that the written chunks take. */
  get heldBytes(): number {
    return this.#chunks.size * this.#chunkBytes;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("overlay", offset, into.length, this.size);
    let unwritten = 0; // bytes just before `at` that only the base has: read in one go
    let at = 0;
    for (const piece of this.#pieces(offset, into.length)) {
      const chunk = await this.#chunks.get(piece.chunk);
      if (chunk === undefined) {
        unwritten += piece.length;
      } else {
        await this.#readBase(offset + at - unwritten, into.subarray(at - unwritten, at));
        unwritten = 0;
        into.set(chunk.subarray(piece.within, piece.within + piece.length), at);
      }
      at += piece.length;
    }
    await this.#readBase(offset + at - unwritten, into.subarray(at - unwritten, at));
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("overlay", offset, data.length, this.size);
    let at = 0;
    for (const piece of this.#pieces(offset, data.length)) {
      const chunk = await this.#chunkForWriting(piece.chunk, piece.length === this.#chunkBytes);
      chunk.set(data.subarray(at, at + piece.length), piece.within);
      at += piece.length;
    }
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  /** The chunks that were written, in order: whole chunks, so some bytes may equal the base's. */
  async changes(): Promise<OverlayChange[]> {
    const numbers = [...this.#chunks.keys()].sort((a, b) => a - b);
    const changes: OverlayChange[] = [];
    for (const number of numbers) {
      const chunk = await this.#chunks.get(number);
      const offset = number * this.#chunkBytes;
      if (chunk !== undefined) {
        changes.push({ offset, data: Buffer.from(chunk.subarray(0, this.size - offset)) });
      }
    }
    return changes;
  }

  async #readBase(offset: number, into: Uint8Array): Promise<void> {
    if (into.length > 0) await this.#base.read(offset, into);
  }

  async #chunkForWriting(number: number, whole: boolean): Promise<Buffer> {
    const present = this.#chunks.get(number);
    if (present !== undefined) return present;
    if (whole) {
      const chunk = Buffer.alloc(this.#chunkBytes);
      this.#chunks.set(number, chunk);
      return chunk;
    }
    const filling = this.#copyOfBase(number);
    this.#chunks.set(number, filling);
    try {
      const chunk = await filling;
      this.#chunks.set(number, chunk);
      return chunk;
    } catch (error) {
      this.#chunks.delete(number);
      throw error;
    }
  }

  async #copyOfBase(number: number): Promise<Buffer> {
    const chunk = Buffer.alloc(this.#chunkBytes);
    const offset = number * this.#chunkBytes;
    await this.#readBase(offset, chunk.subarray(0, Math.min(this.#chunkBytes, this.size - offset)));
    return chunk;
  }

  *#pieces(offset: number, length: number) {
    for (let at = 0; at < length;) {
      const chunk = Math.floor((offset + at) / this.#chunkBytes);
      const within = offset + at - chunk * this.#chunkBytes;
      const take = Math.min(length - at, this.#chunkBytes - within);
      yield { chunk, within, length: take };
      at += take;
    }
  }
}
