import type { Extent } from "../../block/byte-range.ts";

/** A dying medium can have millions of bad places; the answer stays the same. */
const MOST_RANGES = 10_000;

/** Extents of a medium: sorted, those that touch joined, and bounded in number. */
export class RangeList {
  #ranges: Extent[] = [];

  get ranges(): readonly Extent[] {
    return this.#ranges;
  }

  /** Cheap where ranges come in order. Beyond the bound, the last one grows over what follows it. */
  add(start: number, length: number): void {
    const last = this.#ranges.at(-1);
    if (last === undefined || (start > endOf(last) && this.#ranges.length < MOST_RANGES)) {
      this.#ranges.push({ start, length });
    } else if (start >= last.start) {
      const end = Math.max(endOf(last), start + length);
      this.#ranges[this.#ranges.length - 1] = { start: last.start, length: end - last.start };
    } else {
      this.#insert({ start, length });
    }
  }

  #insert(range: Extent): void {
    const sorted = [...this.#ranges, range].toSorted((a, b) => a.start - b.start);
    this.#ranges = [];
    for (const { start, length } of sorted) this.add(start, length);
  }

  /** What of them lies before `end`. */
  before(end: number): Extent[] {
    return this.#ranges
      .filter(({ start }) => start < end)
      .map(({ start, length }) => ({ start, length: Math.min(length, end - start) }));
  }
}

function endOf({ start, length }: Extent): number {
  return start + length;
}
