import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  BLOCK_BYTES,
  LEAST_BYTES,
  endRun,
  nearStart,
  overlap,
  runBytesFor,
  singlePositions,
  wholeSectors,
} from "../../../../src/disks/media-test/positions.ts";
import { randomNumbers } from "../../../../src/disks/media-test/random.ts";
import { GIB, MIB } from "./support.ts";

const sizes = fc.oneof(
  fc.integer({ min: LEAST_BYTES, max: 64 * MIB }),
  fc.maxSafeNat().map((value) => LEAST_BYTES + (value % (4096 * GIB))),
);

test("the runs and the single blocks lie inside, apart, and on whole blocks", () => {
  fc.assert(
    fc.property(
      sizes,
      fc.nat(255),
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      (any, seed, rate) => {
        const size = wholeSectors(any);
        const random = randomNumbers(Buffer.alloc(16, seed));
        const length = runBytesFor(size, rate, rate);
        const near = { start: nearStart(size, random), length };
        const end = endRun(size, length);
        expect(near.start % BLOCK_BYTES).toBe(0);
        expect(end.start % BLOCK_BYTES).toBe(0);
        expect(end.start + end.length).toBe(size);
        expect(end.length).toBeLessThanOrEqual(length);
        expect(overlap(near, end)).toBe(false);
        const singles = singlePositions(size, [near, end], random);
        expect(new Set(singles).size).toBe(singles.length);
        const wrong = singles.filter((start) => {
          const block = { start, length: BLOCK_BYTES };
          const outside = start + BLOCK_BYTES > size || start % BLOCK_BYTES !== 0;
          return outside || overlap(block, near) || overlap(block, end);
        });
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test("single blocks are all over the medium", () => {
  const random = randomNumbers(Buffer.alloc(16, 3));
  const size = 64 * GIB;
  const singles = singlePositions(size, [], random).toSorted((a, b) => a - b);
  expect(singles.length).toBeGreaterThan(150);
  const gaps = singles.map((position, index) => position - (singles[index - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(size / 64);
});

test("a faster medium gets longer runs, within bounds", () => {
  const size = 64 * GIB;
  const lengths = [1, 100, 5_000, 10_000, 1e6].map((rate) => runBytesFor(size, rate, rate));
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  expect(lengths[0]).toBe(8 * MIB);
  expect(lengths.at(-1)).toBe(32 * MIB);
});
