/**
 * Any bytes of the metadata changed: never a crash and never a hang; what our check calls clean, ntfsresize calls clean; a repair comes to
 * its end, and what it has made clean ntfsresize calls clean too. And repairs are cut short.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import type { FileSystemCheck } from "../../../../src/filesystems/check.ts";
import { checkNtfs, repairNtfs } from "../../../../src/filesystems/ntfs/check/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { statesOf, windowsOf } from "../../../crash/states.ts";
import { Anatomy, expectSame, filesOf, sampleVolume, saidByJudges } from "./check-support.ts";

const ROUNDS = Number(process.env["LIFEBOAT_FUZZ"] ?? 60);
/** What both look at. */
const ACCOUNTING = /accounting failed|mismatches/i;
/** ntfs-3g refuses records for attributes that the check takes for nobody's business, and then misses their clusters. */
const REFUSED = /corrupt|Bad |invalid|wrong|failed to|lookup|No [A-Z_]+ in/i;
const VALUES = [0, 1, 2, 3, 4, 8, 0x10, 0x20, 0x30, 0x40, 0x50, 0x80, 0x90, 0xa0, 0xb0, 0xfe, 0xff];

/** Boot sectors, records, index blocks, bitmaps. */
async function places(range: MemoryRange): Promise<number[]> {
  const disk = await Anatomy.of(range);
  const areas: [start: number, length: number][] = [
    [0, 80],
    [range.bytes.length - 512, 80],
    [disk.geometry.mftMirrorLcn * 4096, 4096],
    [await disk.place(0, 0xb0), 16],
    [await disk.place(6, 0x80), 192],
    [await disk.place(5, 0xa0), 4096],
    [await disk.place(await disk.number("many"), 0xa0), 4096],
  ];
  // Heads and attributes; the second sectors are nearly empty.
  for (let number = 0; number < 110; number++) areas.push([disk.record(number), 440]);
  return areas.flatMap(([start, length]) => Array.from({ length }, (_, index) => start + index));
}

test("random damage", { timeout: 120_000 + ROUNDS * 4000 }, async () => {
  const whole = await sampleVolume();
  const change = fc.record({
    at: fc.constantFrom(...(await places(whole))),
    value: fc.oneof(fc.constantFrom(...VALUES), fc.integer({ min: 0, max: 255 })),
  });
  const property = fc.asyncProperty(
    fc.array(change, { minLength: 1, maxLength: 4 }),
    async (changes) => {
      const range = new MemoryRange(Buffer.from(whole.bytes));
      for (const { at, value } of changes) range.bytes[at] = value;
      let check: FileSystemCheck;
      try {
        check = await checkNtfs(range);
      } catch (error) {
        // Both boot sectors, or one of the format's own files, were hit.
        if (error instanceof LifeboatError) return;
        throw error;
      }
      const said = async () => {
        const lines = await saidByJudges(range);
        return lines.some((line) => REFUSED.test(line))
          ? []
          : lines.filter((line) => ACCOUNTING.test(line));
      };
      if (isClean(check)) expect(await said()).toEqual([]);
      let after: FileSystemCheck;
      try {
        ({ after } = await repairNtfs(range));
      } catch (error) {
        if (error instanceof LifeboatError) return;
        throw error;
      }
      expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
      if (isClean(after)) expect(await said()).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: ROUNDS });
});

test("noise over whole sectors", { timeout: 120_000 + ROUNDS * 1000 }, async () => {
  const whole = await sampleVolume();
  const sectors = new Set((await places(whole)).map((place) => place - (place % 512)));
  const noise = fc.uint8Array({ minLength: 512, maxLength: 512 });
  const property = fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom(...sectors), noise), { minLength: 1, maxLength: 3 }),
    async (changes) => {
      const range = new MemoryRange(Buffer.from(whole.bytes));
      for (const [start, bytes] of changes) range.bytes.set(bytes, start);
      try {
        const { after } = await repairNtfs(range);
        expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
      } catch (error) {
        if (!(error instanceof LifeboatError)) throw error;
      }
    },
  );
  await fc.assert(property, { numRuns: ROUNDS });
});

const CUTS: [name: string, damage: (disk: Anatomy) => Promise<void>][] = [
  [
    "boot sector, mirror, bitmaps",
    async (disk) => {
      disk.bytes.fill(0, disk.bytes.length - 512);
      disk.bytes.fill(0, disk.geometry.mftMirrorLcn * 4096, disk.geometry.mftMirrorLcn * 4096 + 9);
      disk.bytes.fill(0, (await disk.place(6, 0x80)) + 90, (await disk.place(6, 0x80)) + 190);
      disk.bytes.fill(0xff, await disk.place(0, 0xb0), (await disk.place(0, 0xb0)) + 16);
    },
  ],
  [
    "a torn directory and two damaged ones",
    async (disk) => {
      disk.bytes[disk.record(await disk.number("folder")) + 1022] = 0x77;
      disk.bytes[await disk.place(await disk.number("many"), 0xa0)] = 0;
      disk.bytes[(await disk.place(5, 0xa0)) + 510] = 0x99;
    },
  ],
];

test.each(CUTS)(
  "the power is cut in the middle of a repair: %s",
  { timeout: 300_000 },
  async (_, damage) => {
    const base = await sampleVolume();
    const before = await filesOf(base);
    await damage(await Anatomy.of(base));
    const recorder = new RecordingRange(new OverlayRange(base));
    expect(isClean((await repairNtfs(recorder)).after)).toBe(true);
    for (const window of windowsOf(recorder.log)) {
      for (const { what, pieces } of statesOf(window, 4, 1)) {
        const medium = new MemoryRange(Buffer.from(base.bytes));
        for (const { offset, data } of pieces) await medium.write(offset, data);
        expect([what, (await repairNtfs(medium)).after.findings]).toEqual([what, []]);
        expectSame(await filesOf(medium), before, /^$/);
      }
      for (const { offset, data } of window.writes) await base.write(offset, data);
    }
    expect(await saidByJudges(base)).toEqual([]);
  },
);
