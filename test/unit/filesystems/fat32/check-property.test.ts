/**
 * Any bytes of the metadata changed: never a crash and never a hang; what our check calls clean, fsck.fat calls clean; what our
 * repair has made clean, it calls clean too. Nothing that fsck.fat says is left out of that.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { checkFat32, repairFat32 } from "../../../../src/filesystems/fat32/check/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { Anatomy, openJudge, sampleVolume, SECTOR } from "./check-support.ts";

const ROUNDS = Number(process.env["LIFEBOAT_FUZZ"] ?? 40);
/** Values that mean something somewhere. */
const VALUES = [0, 1, 2, 5, 8, 0x0f, 0x10, 0x20, 0x2e, 0x41, 0x7f, 0x80, 0xe5, 0xf7, 0xf8, 0xff];

interface Change {
  readonly at: number;
  readonly value: number;
}

/** Boot sectors, FSInfo, the used part of both FATs, and every directory. */
function places(bytes: Buffer): number[] {
  const disk = new Anatomy(bytes);
  const directories = ["FOLDER     ", "INNER      ", "OTHERF~1   ", "MANY       "].map((name) =>
    disk.clusterOf(name),
  );
  const many = [1, 2, 3].map((index) => disk.cluster("MANY       ", index));
  const starts = [2, ...directories, ...many].map((cluster) => disk.clusterAt(cluster));
  const [first = 0, second = 0] = disk.fats;
  const areas: [start: number, length: number][] = [
    [0, 90],
    [SECTOR, SECTOR],
    [6 * SECTOR, 90],
    [first, 4 * 90],
    [second, 4 * 90],
    ...starts.flatMap((start): [number, number][] => [
      [start, SECTOR],
      [start, SECTOR],
    ]),
  ];
  return areas.flatMap(([start, length]) => Array.from({ length }, (_, index) => start + index));
}

test("random damage", { timeout: 120_000 + ROUNDS * 4000 }, async () => {
  const whole = (await sampleVolume()).bytes;
  const ask = await openJudge();
  const change: fc.Arbitrary<Change> = fc.record({
    at: fc.constantFrom(...places(whole)),
    value: fc.oneof(fc.constantFrom(...VALUES), fc.integer({ min: 0, max: 255 })),
  });
  const range = new MemoryRange(Buffer.from(whole));
  const property = fc.asyncProperty(
    fc.array(change, { minLength: 1, maxLength: 4 }),
    async (changes) => {
      whole.copy(range.bytes);
      for (const { at, value } of changes) range.bytes[at] = value;
      const check = await checkFat32(range);
      // Of a label that stands in one place only we inform, since Windows leaves it so; fsck.fat complains.
      const saysLabel = check.findings.some(({ id }) => id === "label-differs");
      if (isClean(check) && !saysLabel) expect(await ask(range.bytes)).toEqual([]);
      const { after } = await repairFat32(range);
      expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
      if (isClean(after)) expect(await ask(range.bytes)).toEqual([]);
      else expect(after.findings.some(({ severity }) => severity === "error")).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: ROUNDS });
});

test("noise over whole sectors", { timeout: 120_000 + ROUNDS * 1000 }, async () => {
  const whole = (await sampleVolume()).bytes;
  const at = fc.constantFrom(...places(whole).map((place) => place - (place % SECTOR)));
  const noise = fc.uint8Array({ minLength: SECTOR, maxLength: SECTOR });
  const range = new MemoryRange(Buffer.from(whole));
  const property = fc.asyncProperty(
    fc.array(fc.tuple(at, noise), { minLength: 1, maxLength: 3 }),
    async (changes) => {
      whole.copy(range.bytes);
      for (const [start, bytes] of changes) range.bytes.set(bytes, start);
      try {
        const { after } = await repairFat32(range);
        expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
      } catch (error) {
        // Both boot sectors gone.
        if (!(error instanceof LifeboatError)) throw error;
      }
    },
  );
  await fc.assert(property, { numRuns: ROUNDS });
});
