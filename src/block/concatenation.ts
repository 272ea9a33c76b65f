import type { ByteRange, Extent } from "./byte-range.ts";
import { checkBounds } from "./bounds.ts";
import { SliceRange } from "./slice.ts";

/** Several byte ranges one after the other: the extents of a file, the pieces of a split image. */
export class ConcatenatedRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly #parts: readonly ByteRange[];
  /** Where each part begins; one more element than parts. */
  readonly #starts: number[] = [0];

  constructor(parts: readonly ByteRange[]) {
    this.#parts = parts;
    let size = 0;
    for (const part of parts) this.#starts.push((size += part.size));
    this.size = size;
    this.sectorSize = parts[0]?.sectorSize ?? 512;
    this.writable = parts.every((part) => part.writable);
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("concatenation", offset, into.length, this.size);
    for (const piece of this.#pieces(offset, into.length)) {
      await piece.part.read(piece.offset, into.subarray(piece.at, piece.at + piece.length));
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    checkBounds("concatenation", offset, data.length, this.size);
    for (const piece of this.#pieces(offset, data.length)) {
      await piece.part.write(piece.offset, data.subarray(piece.at, piece.at + piece.length));
    }
  }

  async flush(): Promise<void> {
    for (const part of this.#parts) await part.flush();
  }

  async close(): Promise<void> {
    for (const part of this.#parts) await part.close();
  }

  *#pieces(offset: number, length: number) {
    let index = this.#partAt(offset);
    for (let at = 0; at < length; index++) {
      const part = this.#parts[index];
      if (part === undefined) return;
      const within = offset + at - (this.#starts[index] ?? 0);
      const take = Math.min(length - at, part.size - within);
      if (take > 0) yield { part, offset: within, at, length: take };
      at += Math.max(take, 0);
    }
  }

  /** Index of the part that holds the byte at `offset`, by bisection. */
  #partAt(offset: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The bytes at `extents` of `parent`, in order, as one range. */
export function rangeOfExtents(parent: ByteRange, extents: readonly Extent[]): ByteRange {
  const parts = extents.map((extent) => new SliceRange(parent, extent.start, extent.length));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : new ConcatenatedRange(parts);
}
