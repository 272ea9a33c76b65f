/** What the tests of this room share: generated tables, and damage in a form that can be repeated. */
import { expect } from "vitest";
import * as fc from "fast-check";
import type { MbrPartition } from "../../../src/disks/mbr/table.ts";
import { LifeboatError } from "../../../src/system/errors.ts";

/** Runs of sectors in order, with gaps, inside [first, last]. */
export function runsInside(first: number, last: number, most: number) {
  return fc
    .uniqueArray(fc.integer({ min: first, max: last + 1 }), { maxLength: most * 2 })
    .map((cuts) => {
      const sorted = cuts.sort((a, b) => a - b);
      const runs: { startLba: number; sectors: number }[] = [];
      for (let index = 0; index + 1 < sorted.length; index += 2) {
        const startLba = sorted[index] ?? 0;
        runs.push({ startLba, sectors: (sorted[index + 1] ?? 0) - startLba });
      }
      return runs;
    });
}

/** An entry of an MBR table. */
export function part(
  number: number,
  type: number,
  startLba: number,
  sectors: number,
  active = false,
): MbrPartition {
  return { number, type, startLba, sectors, active };
}

export const FUZZ_RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 300);

/** Milliseconds that so many runs may take on a busy machine. */
export const FUZZ_TIMEOUT = 60_000 + FUZZ_RUNS * 100;

/** Overwrites one to eight bytes within the given areas, at random, in place; returns how to say which. */
export function damage(
  image: Buffer,
  areas: readonly [start: number, length: number][],
  random: (limit: number) => number,
): string {
  const done: string[] = [];
  for (let count = 1 + random(8); count > 0; count--) {
    const [start, length] = areas[random(areas.length)] ?? [0, image.length];
    const at = start + random(length);
    // All bits set and cleared are what limits are tripped by; anything else is for the rest.
    const value = [0, 0xff, random(256), (image[at] ?? 0) ^ (1 << random(8))][random(4)] ?? 0;
    image[at] = value;
    done.push(`${at}=${value}`);
  }
  return done.join(" ");
}

/** Only lifeboat's own errors may come out of a reader, whatever it reads. */
export async function survives(what: string, read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch (error) {
    expect(error, what).toBeInstanceOf(LifeboatError);
  }
}
