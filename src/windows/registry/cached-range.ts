import type { ByteRange } from "../../block/byte-range.ts";

const PAGE_BYTES = 64 * 1024;
const MOST_PAGES = 64;

/** Small reads of a byte range through a few pages in memory: the ones used last, 4 MiB at most. */
export class CachedRange {
  readonly #range: ByteRange;
  readonly #size: number;
  /** In order of their last use. */
  readonly #pages = new Map<number, Buffer>();

  /** @param size how much of the range is read; nothing beyond it is touched. */
  constructor(range: ByteRange, size: number) {
    this.#range = range;
    this.#size = size;
  }

  /** The bytes may be the page's own: they are neither to be changed nor kept. */
  async read(offset: number, length: number): Promise<Buffer> {
    const first = offset - (offset % PAGE_BYTES);
    if (offset + length <= first + PAGE_BYTES) {
      return (await this.#page(first)).subarray(offset - first, offset - first + length);
    }
    const into = Buffer.alloc(length);
    await this.#range.read(offset, into);
    return into;
  }

  async #page(start: number): Promise<Buffer> {
    const present = this.#pages.get(start);
    if (present !== undefined) {
      this.#pages.delete(start);
      this.#pages.set(start, present);
      return present;
    }
    const page = Buffer.alloc(Math.min(PAGE_BYTES, this.#size - start));
    await this.#range.read(start, page);
    if (this.#pages.size >= MOST_PAGES) {
      for (const oldest of this.#pages.keys()) {
        this.#pages.delete(oldest);
        break;
      }
    }
    this.#pages.set(start, page);
    return page;
  }
}
