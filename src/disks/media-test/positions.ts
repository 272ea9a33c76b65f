/**
 * Where the quick test writes: a run of blocks near the beginning, one at the very end, and single blocks all over.
 *
 * The two runs are `runBytes` long. On a stick that wraps around at R, an address p of the run shows up at every p ± k·R, and
 * an interval as long as the run contains a multiple of its length: so reading one sector at each multiple of `runBytes` finds
 * the repetition whatever R is, power of two or not. The run at the end does it for every R, the one near the beginning earlier.
 * The run at the end is also what a stick without memory behind its last addresses loses. The single blocks find sticks that
 * take care to keep their end, and show how fast random writes are.
 */
import type { Extent } from "../../block/byte-range.ts";
import { KIB, MIB } from "../../system/sizes.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import { randomPosition, shuffled } from "./random.ts";

/** One page of most file systems and of the flash translation of most sticks; a multiple of all sector sizes. */
export const BLOCK_BYTES = 4 * KIB;
/** Less has no room for the runs and says nothing. */
export const LEAST_BYTES = MIB;

const SINGLE_BLOCKS = 192;
const RUN_ALIGNMENT = 64 * KIB;
const LEAST_RUN_BYTES = 8 * MIB;
const MOST_RUN_BYTES = 32 * MIB;
/** For both runs together, which are read three times and written twice. */
const RUNS_MS = 20_000;

/** The bytes of the medium in whole sectors. */
export function wholeSectors(size: number): number {
  return size - (size % SECTOR_BYTES);
}

/**
 * How long a run is so that the test ends in time: the longer it is, the larger the caches that it flushes out.
 * @param readRate and `writeRate` in bytes a millisecond.
 */
export function runBytesFor(size: number, readRate: number, writeRate: number): number {
  const timely = RUNS_MS / (3 / readRate + 2 / writeRate) / 2;
  const bounded = Math.min(Math.max(timely, LEAST_RUN_BYTES), MOST_RUN_BYTES, size / 8);
  return Math.max(bounded - (bounded % RUN_ALIGNMENT), RUN_ALIGNMENT);
}

/** The beginning of the run near the beginning: behind what file systems keep at their start, on sticks of usual sizes. */
export function nearStart(size: number, random: () => number): number {
  return randomPosition(random, alignUp(size / 64, RUN_ALIGNMENT), size / 16, RUN_ALIGNMENT);
}

/** The run at the end, with the last sector. */
export function endRun(size: number, runBytes: number): Extent {
  const start = alignUp(size - runBytes, BLOCK_BYTES);
  return { start, length: size - start };
}

/** Positions of the single blocks, in a random order: one in each of as many equal parts, outside the runs. */
export function singlePositions(
  size: number,
  runs: readonly Extent[],
  random: () => number,
): number[] {
  const part = size / SINGLE_BLOCKS;
  const positions = new Set<number>();
  for (let index = 0; index < SINGLE_BLOCKS; index++) {
    const start = alignUp(index * part, BLOCK_BYTES);
    const position = randomPosition(random, start, (index + 1) * part, BLOCK_BYTES);
    const block = { start: position, length: BLOCK_BYTES };
    if (position + BLOCK_BYTES > size || runs.some((run) => overlap(run, block))) continue;
    positions.add(position);
  }
  return shuffled([...positions], random);
}

export function overlap(a: Extent, b: Extent): boolean {
  return a.start < b.start + b.length && b.start < a.start + a.length;
}

function alignUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
