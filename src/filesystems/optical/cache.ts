import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** Directories and their neighbours lie close together on optical volumes: one read brings several. */
const CHUNK_BYTES = 32 << 10;
/** 2 MiB an open volume. */
const MAX_CHUNKS = 64;

/** Small metadata reads over a byte range, with the chunks last used kept in memory. */
export class ReadCache {
  readonly size: number;
  readonly #range: ByteRange;
  /** In order of last use, oldest first. */
  readonly #chunks = new Map<number, Buffer>();

  constructor(range: ByteRange) {
    this.#range = range;
    this.size = range.size;
  }

  /**
   * The bytes at `offset`; not to be changed. `length` must be bounded by the caller; `what` names them in the message.
   * @throws LifeboatError `truncated-volume` where they lie beyond the end of the range.
   */
  async read(what: string, offset: number, length: number): Promise<Buffer> {
    checkInside(what, offset, length, this.size);
    const index = Math.floor(offset / CHUNK_BYTES);
    const within = offset - index * CHUNK_BYTES;
    if (within + length > CHUNK_BYTES) return readBytes(this.#range, offset, length);
    const chunk = await this.#chunk(index);
    return chunk.subarray(within, within + length);
  }

  async #chunk(index: number): Promise<Buffer> {
    const start = index * CHUNK_BYTES;
    const chunk =
      this.#chunks.get(index) ??
      (await readBytes(this.#range, start, Math.min(CHUNK_BYTES, this.size - start)));
    this.#chunks.delete(index);
    this.#chunks.set(index, chunk);
    if (this.#chunks.size > MAX_CHUNKS) {
      const [oldest] = this.#chunks.keys();
      if (oldest !== undefined) this.#chunks.delete(oldest);
    }
    return chunk;
  }
}

/** @throws LifeboatError `truncated-volume` where the bytes at `offset` lie beyond `size`. */
export function checkInside(what: string, offset: number, length: number, size: number): void {
  if (offset >= 0 && offset + length <= size) return;
  throw new LifeboatError("truncated-volume", say.truncatedVolume(what, offset, length, size), {
    kind: "damaged",
    hint: say.truncatedVolumeHint(),
  });
}
