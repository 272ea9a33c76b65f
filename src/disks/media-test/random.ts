import { createCipheriv } from "node:crypto";
import { SEED_BYTES } from "./block-contents.ts";

/** Numbers from 0 (with) to 1 (without) that follow from a seed, so that a run can be repeated. */
export function randomNumbers(seed: Uint8Array): () => number {
  // The counters of the block contents begin at zero; these are far from any of theirs.
  const stream = createCipheriv("aes-128-ctr", seed, Buffer.alloc(SEED_BYTES, 0xaa));
  return () => stream.update(Buffer.alloc(4)).readUInt32LE() / 2 ** 32;
}

/** A whole number of `unit`s from `start` (with) to `end` (without); `start` where there is none. */
export function randomPosition(
  random: () => number,
  start: number,
  end: number,
  unit: number,
): number {
  const count = Math.floor((end - start) / unit);
  return start + Math.floor(random() * count) * unit;
}

/** Fisher and Yates' shuffle, in a copy. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other] as T, copy[index] as T];
  }
  return copy;
}
