/**
 * What stood where the quick test writes. Each place is read before it is written for the first time, and the places are put
 * back in the reverse order of their first writing. On a stick that stores several addresses in one place, the block read before
 * the first of these writes is so the one that is written last: whatever the mapping, each place ends up with its own bytes.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { BlockContents } from "./block-contents.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import type { BlockReader } from "./sector-states.ts";
import { RangeList } from "./range-list.ts";

export interface KeptBlock {
  readonly position: number;
  readonly bytes: Buffer;
}

export class UndoLog {
  readonly #range: ByteRange;
  readonly #contents: BlockContents;
  readonly #reader: BlockReader;
  /** In the order of their first writing. */
  readonly #written = new Set<KeptBlock>();

  constructor(range: ByteRange, contents: BlockContents, reader: BlockReader) {
    this.#range = range;
    this.#contents = contents;
    this.#reader = reader;
  }

  /** Reads a block that is to be written. Undefined where it can't be read: then it mustn't be written. */
  async keep(position: number, length: number): Promise<KeptBlock | undefined> {
    const bytes = await this.#reader.tryRead(position, length);
    return bytes === undefined ? undefined : { position, bytes };
  }

  /** Writes test contents over a kept block, again where it was written before. False where the medium refuses. */
  async write(block: KeptBlock): Promise<boolean> {
    this.#written.add(block);
    const { position, bytes } = block;
    return this.#write(position, this.#contents.at(position, bytes.length));
  }

  /**
   * Puts everything back and reads it back.
   * @returns the places that don't hold what they held before.
   */
  async putBack(
    beforeReadBack: () => Promise<void>,
    onProgress: (doneBytes: number, totalBytes: number) => void = () => {},
  ): Promise<RangeList> {
    const blocks = [...this.#written].toReversed();
    const total = blocks.reduce((sum, { bytes }) => sum + 2 * bytes.length, 0);
    let done = 0;
    for (const { position, bytes } of blocks) {
      await this.#write(position, bytes);
      onProgress((done += bytes.length), total);
    }
    const wrong = new RangeList();
    try {
      await this.#range.flush();
      await beforeReadBack();
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      // What is read back below decides.
    }
    for (const block of blocks) {
      if (!(await this.#isBack(block))) wrong.add(block.position, block.bytes.length);
      onProgress((done += block.bytes.length), total);
    }
    return wrong;
  }

  async #write(position: number, bytes: Buffer): Promise<boolean> {
    try {
      await this.#range.write(position, bytes);
      return true;
    } catch (error) {
      if (error instanceof LifeboatError) return false;
      throw error;
    }
  }

  async #isBack({ position, bytes }: KeptBlock): Promise<boolean> {
    const found = await this.keep(position, bytes.length);
    if (found === undefined) return false;
    if (found.bytes.equals(bytes)) return true;
    for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
      const before = bytes.subarray(at, at + SECTOR_BYTES);
      const now = found.bytes.subarray(at, at + SECTOR_BYTES);
      // A block read after another that shares its place was ours already; that other one has the user's bytes.
      if (!before.equals(now) && this.#contents.positionIn(before) === undefined) return false;
    }
    return true;
  }
}
