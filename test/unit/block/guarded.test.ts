import { expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { GuardedRange } from "../../../src/block/guarded.ts";
import { MemoryRange } from "../../../src/block/memory.ts";

const ALLOWED = [
  { start: 40, length: 10 },
  { start: 10, length: 10 },
  { start: 20, length: 5 },
];

test.each([
  [10, 10],
  [12, 3],
  [18, 6],
  [10, 15],
  [40, 10],
])("%i+%i lies within what may be written", async (offset, length) => {
  const base = new MemoryRange(64);
  const range = new GuardedRange(base, ALLOWED, "disk");
  expect(range.written).toBe(false);
  await range.write(offset, Buffer.alloc(length, 1));
  expect(range.written).toBe(true);
  expect(await readBytes(base, offset, length)).toEqual(Buffer.alloc(length, 1));
});

test.each([
  [0, 1],
  [9, 2],
  [24, 2],
  [24, 20],
  [25, 15],
  [49, 2],
  [10, 40],
  [63, 1],
])("%i+%i does not, and nothing is written", async (offset, length) => {
  const base = new MemoryRange(64);
  const range = new GuardedRange(base, ALLOWED, "disk");
  await expect(range.write(offset, Buffer.alloc(length, 1))).rejects.toMatchObject({
    code: "not-allowed-here",
  });
  expect(range.written).toBe(false);
  expect(await readBytes(base, 0, 64)).toEqual(Buffer.alloc(64));
});
