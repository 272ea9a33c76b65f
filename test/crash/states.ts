/**
 * What a medium can hold after a power cut, from the log of a command's writes. Everything before the last flush is there; of the
 * writes behind it any may have reached the medium and any may not, and of one that spans several sectors perhaps a part: a sector
 * is all that a medium writes whole.
 */
import type { RecordedEvent } from "../../src/block/recorder.ts";
import { randomFrom } from "../support/random.ts";

export interface Piece {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** The writes between two flushes. */
export interface Window {
  /** Index of its first event in the log. */
  readonly first: number;
  readonly writes: readonly Piece[];
}

export interface CrashState {
  /** For people: which of the window's writes are there. */
  readonly what: string;
  readonly pieces: readonly Piece[];
}

const SECTOR = 512;
/** All subsets of so many writes are tried; of more, a choice. */
const ALL_SUBSETS_OF = 6;

export function windowsOf(log: readonly RecordedEvent[]): Window[] {
  const windows: Window[] = [];
  let writes: Piece[] = [];
  let first = 0;
  for (const [index, event] of log.entries()) {
    if (event.kind === "write") {
      writes.push(event);
      continue;
    }
    if (writes.length > 0) windows.push({ first, writes });
    writes = [];
    first = index + 1;
  }
  if (writes.length > 0) windows.push({ first, writes });
  return windows;
}

/**
 * The states that a cut in one window can leave, each once: every prefix, each write alone and each one missing, random subsets, and
 * each write torn at a sector. All but the last prefix, which is the next window's first.
 * @param orders random subsets of a window with many writes.
 */
export function* statesOf(window: Window, orders: number, seed: number): Generator<CrashState> {
  const { writes } = window;
  const seen = new Set<string>();
  for (const chosen of subsetsOf(writes.length, orders, seed + window.first)) {
    const key = chosen.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const pieces = chosen.flatMap((index) => writes[index] ?? []);
    yield { what: `writes ${key || "none"} of ${writes.length}`, pieces };
  }
  const random = randomFrom(seed + window.first);
  for (const [index, write] of writes.entries()) {
    const sectors = Math.floor(write.data.length / SECTOR);
    if (sectors < 2) continue;
    const cut = (1 + random(sectors - 1)) * SECTOR;
    const head = { offset: write.offset, data: write.data.subarray(0, cut) };
    const tail = { offset: write.offset + cut, data: write.data.subarray(cut) };
    const before = writes.slice(0, index);
    yield { what: `write ${index} torn at ${cut}: its head`, pieces: [...before, head] };
    yield { what: `write ${index} torn at ${cut}: its tail`, pieces: [...before, tail] };
  }
}

function* subsetsOf(count: number, orders: number, seed: number): Generator<number[]> {
  const all = Array.from({ length: count }, (_value, index) => index);
  for (let length = 0; length < count; length++) yield all.slice(0, length);
  if (count <= ALL_SUBSETS_OF) {
    for (let bits = 0; bits < 2 ** count - 1; bits++) {
      yield all.filter((index) => (bits >> index) & 1);
    }
    return;
  }
  for (const index of all) {
    yield [index];
    yield all.filter((other) => other !== index);
  }
  const random = randomFrom(seed);
  for (let round = 0; round < orders; round++) {
    const share = 1 + random(9);
    yield all.filter(() => random(10) < share);
  }
}
