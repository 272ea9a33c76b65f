/**
 * A seed as bytes that are changed in place and put right again afterwards, page by page: a copy for each of 100,000 inputs would
 * cost more than reading them does.
 */
export const PAGE_BYTES = 4096;

export class Scratch {
  readonly bytes: Buffer;
  readonly #sound: Buffer;
  readonly #changed = new Set<number>();

  constructor(sound: Buffer) {
    this.#sound = sound;
    this.bytes = Buffer.from(sound);
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Bytes that are about to be changed, as far as there are any. */
  change(at: number, length: number): Buffer {
    const start = Math.max(0, Math.min(at, this.size));
    const end = Math.max(start, Math.min(at + length, this.size));
    for (let page = start - (start % PAGE_BYTES); page < end; page += PAGE_BYTES) {
      this.#changed.add(page);
    }
    return this.bytes.subarray(start, end);
  }

  /** Where the pages begin that were changed since the last `restore`. */
  changedPages(): number[] {
    return [...this.#changed].sort((a, b) => a - b);
  }

  isChanged(at: number, length: number): boolean {
    for (let page = at - (at % PAGE_BYTES); page < at + length; page += PAGE_BYTES) {
      if (this.#changed.has(page)) return true;
    }
    return false;
  }

  restore(): void {
    for (const page of this.#changed) {
      this.#sound.copy(this.bytes, page, page, page + PAGE_BYTES);
    }
    this.#changed.clear();
  }
}
