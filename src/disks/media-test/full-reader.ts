/** Reads a medium that is full of test blocks, from its beginning, until it is known how much it holds. */
import type { Extent } from "../../block/byte-range.ts";
import { MIB } from "../../system/sizes.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import { mediaTestSay } from "./messages.ts";
import { BLOCK_BYTES } from "./positions.ts";
import { randomPosition } from "./random.ts";
import { RangeList } from "./range-list.ts";
import { extentsOf, isThere } from "./sector-states.ts";
import type { Session } from "./session.ts";
import { findWrapSize, fitsAll } from "./wrap-size.ts";

const CHUNK_BYTES = 4 * MIB;
/** After so much in one piece that isn't there, a few samples tell whether anything behind it is. */
const SUSPICIOUS_BYTES = 64 * MIB;
const SAMPLES = 64;
const MOST_GOOD_SAMPLES = 2;
/** A medium that misses less than this in one piece is worn; one that misses more, and most of what follows, lies. */
const LEAST_LIE_BYTES = MIB;
/** Known sectors that a wrap size is tried on, at the end: nothing was written after them. */
const KNOWN_SECTORS = 4;

export class FullReader {
  /** Bytes after which the medium begins again at its start; undefined where it doesn't. */
  wrap: number | undefined;
  readonly #session: Session;
  /** Where what was written isn't. */
  readonly #missing = new RangeList();
  #triedWrap = false;

  constructor(session: Session) {
    this.#session = session;
  }

  get size(): number {
    return this.#session.size;
  }

  /** @returns how much the medium holds, in bytes. Bad places are noted in the session. */
  async readAll(): Promise<number> {
    const { size, watch } = this.#session;
    const progress = this.#session.progress(mediaTestSay.readingBack(), size);
    for (let position = 0; position < (this.wrap ?? size); position += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, size - position);
      await watch.read.time(length, async () => this.#readChunk(position, length));
      progress(length);
      const last = this.#missing.ranges.at(-1);
      if (last !== undefined && (await this.#nothingAfter(last, position + length))) {
        return last.start;
      }
    }
    return this.wrap ?? this.#endOfWhatIsThere();
  }

  async #readChunk(position: number, length: number): Promise<void> {
    const { contents, reader } = this.#session;
    const states = await reader.states(position, length);
    if (reader.aliases.length > 0 && !this.#triedWrap) {
      this.#triedWrap = true;
      const known = Array.from({ length: KNOWN_SECTORS }, (_, index) => {
        return this.size - SECTOR_BYTES * (1 + index * index);
      });
      this.wrap = await findWrapSize(this.size, reader.aliases, known, reader, contents);
    }
    // It looked like that at first; where all goes to one place, it isn't.
    if (this.wrap !== undefined && !fitsAll(this.wrap, reader.aliases)) this.wrap = undefined;
    this.#session.noteBad(position, states);
    // On a medium that wraps around, what another address wrote is as good.
    if (this.wrap !== undefined) return;
    const missing = extentsOf(position, states, (state) => !isThere(state));
    for (const extent of missing) this.#missing.add(extent.start, extent.length);
  }

  /** True where the run of missing sectors goes on to the end, as far as samples tell: a fake is known after a part of it. */
  async #nothingAfter(run: Extent, read: number): Promise<boolean> {
    const { random, reader } = this.#session;
    if (this.wrap !== undefined) return false;
    if (run.start + run.length < read || run.length < SUSPICIOUS_BYTES) return false;
    if (this.size - read < SUSPICIOUS_BYTES) return false;
    let good = 0;
    for (let sample = 0; sample < SAMPLES && good <= MOST_GOOD_SAMPLES; sample++) {
      const position = randomPosition(random, read, this.size, BLOCK_BYTES);
      if ((await reader.states(position, BLOCK_BYTES)).every(isThere)) good++;
    }
    return good <= MOST_GOOD_SAMPLES;
  }

  /** Where the first large hole begins after which more is missing than there. */
  #endOfWhatIsThere(): number {
    const { ranges } = this.#missing;
    let missing = ranges.reduce((sum, { length }) => sum + length, 0);
    for (const { start, length } of ranges) {
      if (length >= LEAST_LIE_BYTES && missing * 2 >= this.size - start) return start;
      missing -= length;
    }
    return this.size;
  }
}
