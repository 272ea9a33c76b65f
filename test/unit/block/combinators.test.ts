/** Each combinator against a plain Buffer that is read and written the same way. */
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AlignedRange } from "../../../src/block/aligned.ts";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes, writeZeroes } from "../../../src/block/byte-range.ts";
import { ConcatenatedRange, rangeOfExtents } from "../../../src/block/concatenation.ts";
import { createFile, openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { temporaryFolder } from "../../support/tools.ts";
import { SectorsOnly } from "./sectors-only.ts";

const SIZE = 4096;

interface Step {
  offset: number;
  length: number;
  fill: number | undefined;
}

/** Reads (`fill` undefined) and writes, some of them of no bytes, some beyond the end. */
const steps = fc.array(
  fc.record<Step>({
    offset: fc.integer({ min: 0, max: SIZE + 8 }),
    length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: SIZE })),
    fill: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  }),
  { maxLength: 30 },
);

/** Every answer of `range` must be the model's; what the model can't answer must be refused with `out-of-range`. */
async function sameAsBuffer(range: ByteRange, model: Buffer, steps: Step[]): Promise<void> {
  expect(range.size).toBe(model.length);
  for (const { offset, length, fill } of steps) {
    const inside = offset + length <= model.length;
    if (fill === undefined) {
      const reading = readBytes(range, offset, length);
      if (inside) expectSame(await reading, model.subarray(offset, offset + length));
      else await expect(reading).rejects.toMatchObject({ code: "out-of-range" });
    } else {
      const data = Buffer.from(Array.from({ length }, (_, index) => (fill + index) & 0xff));
      const writing = range.write(offset, data);
      if (inside) await writing;
      else await expect(writing).rejects.toMatchObject({ code: "out-of-range" });
      if (inside) data.copy(model, offset);
    }
  }
  expectSame(await readBytes(range, 0, range.size), model);
}

/** `toEqual` walks byte by byte; only where there is a difference is it worth that. */
function expectSame(actual: Buffer, expected: Buffer): void {
  if (!actual.equals(expected)) expect(actual).toEqual(expected);
}

function pattern(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
}

const makers: Record<string, () => { range: ByteRange; untouched?: () => void }> = {
  memory: () => ({ range: new MemoryRange(pattern(SIZE)) }),
  slice: () => {
    const parent = new MemoryRange(Buffer.concat([pattern(100), pattern(SIZE), pattern(100)]));
    return {
      range: new SliceRange(parent, 100, SIZE),
      untouched: () => {
        expect(parent.bytes.subarray(0, 100)).toEqual(pattern(100));
        expect(parent.bytes.subarray(SIZE + 100)).toEqual(pattern(100));
      },
    };
  },
  "concatenation with an empty part": () => {
    const whole = pattern(SIZE);
    const cuts = [0, 1, 513, 513, 2000, SIZE];
    const parts = cuts
      .slice(1)
      .map((end, index) => new MemoryRange(Buffer.from(whole.subarray(cuts[index], end))));
    return { range: new ConcatenatedRange(parts) };
  },
  "extents out of order": () => {
    const whole = pattern(SIZE);
    const disk = Buffer.concat([whole.subarray(1000), Buffer.alloc(50), whole.subarray(0, 1000)]);
    const extents = [
      { start: SIZE - 1000 + 50, length: 1000 },
      { start: 0, length: SIZE - 1000 },
    ];
    return { range: rangeOfExtents(new MemoryRange(disk), extents) };
  },
  "aligned over a medium of whole sectors": () => ({
    range: new AlignedRange(new SectorsOnly(pattern(SIZE), 512)),
  }),
  "aligned with 4096-byte sectors": () => ({
    range: new AlignedRange(new SectorsOnly(pattern(SIZE), 4096)),
  }),
  recorder: () => ({ range: new RecordingRange(new MemoryRange(pattern(SIZE))) }),
  "overlay, chunks of 100 bytes": () => {
    const base = new MemoryRange(pattern(SIZE));
    return {
      range: new OverlayRange(base, { chunkBytes: 100 }),
      untouched: () => expectSame(base.bytes, pattern(SIZE)),
    };
  },
  "overlay, one chunk larger than the base": () => {
    const base = new MemoryRange(pattern(SIZE));
    return {
      range: new OverlayRange(base),
      untouched: () => expectSame(base.bytes, pattern(SIZE)),
    };
  },
};

describe.each(Object.entries(makers))("%s", (_name, make) => {
  test("reads and writes what a buffer would", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const { range, untouched } = make();
        await sameAsBuffer(range, pattern(SIZE), steps);
        untouched?.();
      }),
      { numRuns: 40 },
    );
  });

  test("zeroes a run and nothing beside it", async () => {
    const { range } = make();
    await writeZeroes(range, 101, 1500);
    expect(await readBytes(range, 0, SIZE)).toEqual(pattern(SIZE).fill(0, 101, 1601));
  });
});

describe("file", () => {
  test("reads and writes what a buffer would, and keeps it", async () => {
    const folder = await temporaryFolder();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const path = join(folder, `${count++}.img`);
        const model = Buffer.alloc(SIZE);
        const file = await createFile(path, SIZE);
        await sameAsBuffer(file, model, steps);
        await file.flush();
        await file.close();
        const again = await openFile(path);
        expect(await readBytes(again, 0, SIZE)).toEqual(model);
        await again.close();
      }),
      { numRuns: 30 },
    );
  });

  test("says what is wrong in its own words", async () => {
    const path = join(await temporaryFolder(), "image");
    await expect(openFile(path)).rejects.toMatchObject({ code: "open-failed", kind: "usage" });
    const created = await createFile(path, 1000, 4096);
    expect(created.sectorSize).toBe(4096);
    await created.close();
    await expect(createFile(path, 5)).rejects.toMatchObject({ code: "open-failed" });
    const reading = await openFile(path);
    await expect(reading.write(0, Buffer.alloc(1))).rejects.toMatchObject({ code: "read-only" });
    await reading.close();
  });

  test("a file that shrank gives a short read, not zeroes", async () => {
    const path = join(await temporaryFolder(), "image");
    const file = await createFile(path, 1000);
    const { truncate } = await import("node:fs/promises");
    await truncate(path, 600);
    await expect(readBytes(file, 500, 200)).rejects.toMatchObject({ code: "short-read" });
    await file.close();
  });
});
