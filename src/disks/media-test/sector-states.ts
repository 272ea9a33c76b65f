/** Reads test blocks back and tells, sector by sector, what became of them. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { BlockContents, SectorState } from "./block-contents.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import { BLOCK_BYTES } from "./positions.ts";

/** `unreadable`: the medium reports an error. */
export type FoundState = SectorState | "unreadable";

/** A sector at `position` that holds what was written for `from`. */
export interface Alias {
  readonly position: number;
  readonly from: number;
}

/** Many are all alike. */
const MOST_ALIASES = 64;
/** A stick can take half a minute to give up on a bad place. Beyond these, errors are no longer narrowed down. */
const MOST_FAILED_READS = 64;
const MOST_FAILED_MS = 15_000;

/** The test blocks of one run, and what was found in all of them. */
export class BlockReader {
  /** One of each distance. */
  readonly aliases: Alias[] = [];
  readonly #distances = new Set<number>();
  readonly #range: ByteRange;
  readonly #contents: BlockContents;
  readonly #now: () => number;
  #failedReads = 0;
  #failedMs = 0;

  /** @param now a clock in milliseconds. */
  constructor(range: ByteRange, contents: BlockContents, now: () => number) {
    this.#range = range;
    this.#contents = contents;
    this.#now = now;
  }

  /** True once there were too many errors, or they took too much time. */
  get exhausted(): boolean {
    return this.#failedReads >= MOST_FAILED_READS || this.#failedMs > MOST_FAILED_MS;
  }

  /** The states of the sectors from `position` on. */
  async states(position: number, length: number): Promise<FoundState[]> {
    const bytes = await this.tryRead(position, length);
    if (bytes !== undefined) {
      return this.#contents.statesOf(position, bytes, (at, from) => this.#remember(at, from));
    }
    if (length <= BLOCK_BYTES || this.exhausted) {
      return Array.from({ length: length / SECTOR_BYTES }, (): FoundState => "unreadable");
    }
    const half = Math.ceil(length / 2 / BLOCK_BYTES) * BLOCK_BYTES;
    const first = await this.states(position, half);
    return [...first, ...(await this.states(position + half, length - half))];
  }

  /** Undefined where the medium reports an error. */
  async tryRead(position: number, length: number): Promise<Buffer | undefined> {
    const bytes = Buffer.alloc(length);
    const started = this.#now();
    try {
      await this.#range.read(position, bytes);
      return bytes;
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      this.#failedReads++;
      this.#failedMs += this.#now() - started;
      return undefined;
    }
  }

  /** Test blocks in `bytes` that belong elsewhere are remembered; true where there is one. */
  seeAliases(position: number, bytes: Buffer): boolean {
    let seen = false;
    for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
      const from = this.#contents.positionIn(bytes.subarray(at, at + SECTOR_BYTES));
      if (from === undefined || from === position + at) continue;
      seen = true;
      this.#remember(position + at, from);
    }
    return seen;
  }

  #remember(position: number, from: number): void {
    const distance = Math.abs(position - from);
    if (this.aliases.length >= MOST_ALIASES || this.#distances.has(distance)) return;
    this.#distances.add(distance);
    this.aliases.push({ position, from });
  }
}

/** Runs of sectors in one of the states `which`. */
export function extentsOf(
  position: number,
  states: readonly FoundState[],
  which: (state: FoundState) => boolean,
): Extent[] {
  const extents: { start: number; length: number }[] = [];
  states.forEach((state, index) => {
    if (!which(state)) return;
    const start = position + index * SECTOR_BYTES;
    const last = extents.at(-1);
    if (last !== undefined && last.start + last.length === start) last.length += SECTOR_BYTES;
    else extents.push({ start, length: SECTOR_BYTES });
  });
  return extents;
}

/** There is memory at the sector, even if it errs. */
export function isThere(state: FoundState): boolean {
  return state === "held" || state === "flipped";
}

/** The medium failed, in a way that no mapping of addresses explains. */
export function isBad(state: FoundState): boolean {
  return state === "flipped" || state === "lost" || state === "unreadable";
}
