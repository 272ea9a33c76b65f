/**
 * Where a hive has room: its unallocated cells, which are joined with their neighbours as they come. The header of the next bin
 * lies between cells of two bins, so what touches is in the same one.
 */
export class FreeCells {
  readonly #sizes = new Map<number, number>();
  /** Where a free cell begins, by its end. */
  readonly #startsByEnd = new Map<number, number>();

  [Symbol.iterator](): IterableIterator<[offset: number, size: number]> {
    return this.#sizes.entries();
  }

  sizeOf(offset: number): number | undefined {
    return this.#sizes.get(offset);
  }

  add(offset: number, size: number): void {
    let start = offset;
    let end = offset + size;
    const before = this.#startsByEnd.get(start);
    if (before !== undefined) {
      this.#remove(before);
      start = before;
    }
    const after = this.#sizes.get(end);
    if (after !== undefined) {
      this.#remove(end);
      end += after;
    }
    this.#sizes.set(start, end - start);
    this.#startsByEnd.set(end, start);
  }

  /** The beginning of the smallest cell that has room, of equal ones the first. @returns undefined where none has. */
  take(size: number): number | undefined {
    let best: number | undefined;
    let bestSize = Infinity;
    for (const [offset, room] of this.#sizes) {
      const better = room < bestSize || (room === bestSize && best !== undefined && offset < best);
      if (room >= size && better) {
        best = offset;
        bestSize = room;
      }
    }
    if (best === undefined) return undefined;
    this.#remove(best);
    if (bestSize > size) this.add(best + size, bestSize - size);
    return best;
  }

  #remove(offset: number): void {
    const size = this.#sizes.get(offset) ?? 0;
    this.#sizes.delete(offset);
    this.#startsByEnd.delete(offset + size);
  }
}
