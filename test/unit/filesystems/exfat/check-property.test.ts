/**
 * Any bytes of the metadata changed: never a crash and never a hang; what our check calls clean, fsck.exfat calls clean; what our
 * repair has made clean, it calls clean too.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import type { FileSystemCheck } from "../../../../src/filesystems/check.ts";
import { checkExfat, repairExfat } from "../../../../src/filesystems/exfat/check/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { Anatomy, CLUSTER, filesOf, sampleVolume, saidByFsck } from "./check-support.ts";
import { ALL, EVERY_OTHER, THE_OTHERS, powerCuts } from "../../../support/power-cuts.ts";

const ROUNDS = Number(process.env["LIFEBOAT_FUZZ"] ?? 60);
const VALUES = [
  0, 1, 2, 3, 0x05, 0x10, 0x2f, 0x40, 0x41, 0x7f, 0x81, 0x82, 0x83, 0x85, 0xc0, 0xc1, 0xf7, 0xff,
];
const BACKUP = 12 * 512;

/**
 * What fsck.exfat says of benign entries that it doesn't know: by the specification (8.2) they may be there, so the check
 * mentions them and takes them for no damage.
 */
const IGNORED = /unknown entry type 0x[ab]|files corrupted|: corrupted\. directories/;

/** Boot regions, the used part of the FAT, bitmap, and every directory. */
function places(bytes: Buffer): number[] {
  const disk = new Anatomy(bytes);
  const directories = [
    disk.root,
    ...["folder", "inner", "many"].map((name) => disk.offset(disk.cluster(name))),
  ];
  const areas: [start: number, length: number][] = [
    [0, 120],
    [BACKUP, 120],
    [disk.fat, 4 * 90],
    [disk.heap, 30],
    ...directories.flatMap((start): [number, number][] => [
      [start, CLUSTER],
      [start, CLUSTER],
    ]),
  ];
  return areas.flatMap(([start, length]) => Array.from({ length }, (_, index) => start + index));
}

test("random damage", { timeout: 120_000 + ROUNDS * 4000 }, async () => {
  const whole = (await sampleVolume()).bytes;
  const change = fc.record({
    at: fc.constantFrom(...places(whole)),
    value: fc.oneof(fc.constantFrom(...VALUES), fc.integer({ min: 0, max: 255 })),
  });
  const property = fc.asyncProperty(
    fc.array(change, { minLength: 1, maxLength: 4 }),
    async (changes) => {
      const range = new MemoryRange(Buffer.from(whole));
      for (const { at, value } of changes) range.bytes[at] = value;
      let check: FileSystemCheck;
      try {
        check = await checkExfat(range);
      } catch (error) {
        // Both boot regions were hit.
        if (error instanceof LifeboatError) return;
        throw error;
      }
      const isForeign = check.findings.some(({ id }) => id === "foreign-entry");
      const said = async (): Promise<string[]> =>
        (await saidByFsck(range)).filter((line) => !isForeign || !IGNORED.test(line));
      if (isClean(check)) expect(await said()).toEqual([]);
      const { after } = await repairExfat(range);
      expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
      if (isClean(after)) expect(await said()).toEqual([]);
      else expect(after.findings.some(({ severity }) => severity === "error")).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: ROUNDS });
});

test("noise over whole sectors", { timeout: 120_000 + ROUNDS * 1000 }, async () => {
  const whole = (await sampleVolume()).bytes;
  const at = fc.constantFrom(...places(whole).map((place) => place - (place % 512)));
  const noise = fc.uint8Array({ minLength: 512, maxLength: 512 });
  const property = fc.asyncProperty(
    fc.array(fc.tuple(at, noise), { minLength: 1, maxLength: 3 }),
    async (changes) => {
      const range = new MemoryRange(Buffer.from(whole));
      for (const [start, bytes] of changes) range.bytes.set(bytes, start);
      try {
        const { after } = await repairExfat(range);
        expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
      } catch (error) {
        if (!(error instanceof LifeboatError)) throw error;
      }
    },
  );
  await fc.assert(property, { numRuns: ROUNDS });
});

const CUTS: [name: string, touched: RegExp, damage: (disk: Anatomy) => void][] = [
  [
    "the boot region and the bitmap",
    /^$/,
    (disk) => {
      disk.bytes.fill(0, 0, 512);
      disk.bytes.fill(0, disk.heap, disk.heap + 8);
    },
  ],
  [
    "chains, a name, an entry's type",
    /one|chained/,
    (disk) => {
      disk.setEntry(disk.cluster("chained.bin") + 1, disk.cluster("one.bin"));
      disk.bytes[disk.set("a long name of a file.txt") + 96] = 0x41;
      disk.change("one.bin", (set) => set.writeUInt16LE(0x3a, 66));
      disk.bytes[106] = 2;
    },
  ],
];

test.each(CUTS)("the power is cut in the middle of a repair: %s", async (_, touched, damage) => {
  const base = await sampleVolume();
  const before = await filesOf(base);
  damage(new Anatomy(base.bytes));
  const recorder = new RecordingRange(new OverlayRange(base));
  expect(isClean((await repairExfat(recorder)).after)).toBe(true);
  for await (const { disk } of powerCuts(base, recorder.log, [ALL, EVERY_OTHER, THE_OTHERS])) {
    expect(isClean((await repairExfat(disk)).after)).toBe(true);
    const files = await filesOf(disk);
    for (const [path, content] of before) {
      if (!touched.test(path)) expect([path, files.get(path)]).toEqual([path, content]);
    }
  }
});
