/** The power cut at each event of a recorded log: what a medium may hold then, each state once, in the order of the log. */
import type { ByteRange } from "../../src/block/byte-range.ts";
import { OverlayRange } from "../../src/block/overlay.ts";
import type { RecordedEvent } from "../../src/block/recorder.ts";
import { randomFrom } from "./random.ts";

/** Which of the writes behind the last flush are on the medium, by their index in the log. */
export type Reached = (index: number) => boolean;

export const ALL: Reached = () => true;
export const NONE: Reached = () => false;
export const EVERY_OTHER: Reached = (index) => index % 2 === 0;
export const THE_OTHERS: Reached = (index) => index % 2 === 1;

/** Those, and two draws. */
export const FIVE_WAYS: readonly Reached[] = [
  ALL,
  NONE,
  EVERY_OTHER,
  (index) => randomFrom(index)(2) === 0,
  (index) => randomFrom(index + 10_000)(2) === 0,
];

export interface PowerCut {
  /** What the medium holds. Its own: what is written to it is in no later state. */
  readonly disk: OverlayRange;
  /** So many events of the log had happened. */
  readonly count: number;
  /** Counts the states from 0. */
  readonly number: number;
}

/**
 * All states that `ways` make of a log over `base`, which is what the recorder's base was at first. What has been flushed is
 * played once and not anew for each state; a state is to be done with before the next one is asked for.
 *
 * @param counts numbers of events after which the power is cut, ascending; after each of them where nothing is said.
 */
export async function* powerCuts(
  base: ByteRange,
  log: readonly RecordedEvent[],
  ways: readonly Reached[] = FIVE_WAYS,
  counts: Iterable<number> = Array(log.length + 1).keys(),
): AsyncGenerator<PowerCut> {
  const flushed = new OverlayRange(base);
  let pending: number[] = [];
  let played = 0;
  let number = 0;
  const seen = new Set<string>();
  for (const count of counts) {
    for (; played < count; played++) {
      if (log[played]?.kind === "write") {
        pending.push(played);
        continue;
      }
      await play(log, pending, flushed);
      pending = [];
    }
    for (const reached of ways) {
      const there = pending.filter(reached);
      const key = stateOf(log, pending[0] ?? played, there);
      if (seen.has(key)) continue;
      seen.add(key);
      const disk = new OverlayRange(flushed, { chunkBytes: 4096 });
      await play(log, there, disk);
      yield { disk, count, number: number++ };
    }
  }
}

async function play(
  log: readonly RecordedEvent[],
  indexes: readonly number[],
  onto: ByteRange,
): Promise<void> {
  for (const index of indexes) {
    const event = log[index];
    if (event?.kind === "write") await onto.write(event.offset, event.data);
  }
}

/** The same for the same bytes: so many writes in a row from the log's beginning, and which ones of those behind. */
function stateOf(log: readonly RecordedEvent[], from: number, there: readonly number[]): string {
  const isThere = new Set(there);
  let next = from;
  while (next < log.length && (log[next]?.kind === "flush" || isThere.has(next))) next++;
  return [next, ...there.filter((index) => index > next)].join();
}
