/**
 * The power is cut at every write of our own writer: the volume can be read before anything is repaired, what no change has named is
 * what it was, and after the repair our check and ntfsresize find nothing. Then the same for the repairs themselves.
 */
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import type { RecordedEvent } from "../../../../src/block/recorder.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { checkNtfs, repairNtfs } from "../../../../src/filesystems/ntfs/check/index.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import type { Reservation, WritableVolume } from "../../../../src/filesystems/volume.ts";
import { statesOf, windowsOf } from "../../../crash/states.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { expectSame, filesOf, LONG_FOLDER, sampleVolume, saidByJudges } from "./check-support.ts";
import { NOW, pattern } from "./support.ts";

/** `LIFEBOAT_FUZZ` looks at every state, and asks the judges about each. */
const ALL = process.env["LIFEBOAT_FUZZ"] !== undefined;
const LATER = new Date(NOW.getTime() + 60_000);
const ORDERS = 6;
/** Of many windows of writes the last ones are looked at, and some of those before. */
const LAST_WINDOWS = 12;

interface Change {
  readonly what: string;
  /** Paths that needn't be what they were. */
  readonly touched: RegExp;
  readonly change: (volume: WritableVolume) => Promise<void>;
  /** Findings that some of the cuts must lead to: else the test tests nothing. */
  readonly leads: readonly string[];
  /** Directories can't be read before the repair where this is set. */
  readonly mayTear?: true;
}

const CHANGES: readonly Change[] = [
  {
    what: "a file comes",
    touched: /^\/fresh/,
    change: async (v) => v.writeFile("/fresh.iso", pattern(20_000, 3)),
    leads: ["lost-clusters", "lost-records", "lost-name"],
  },
  {
    what: "a file is replaced",
    touched: /^\/one/,
    change: async (v) => v.writeFile("/one.bin", pattern(30_000, 3)),
    leads: ["lost-clusters", "lost-records", "replaced-file"],
  },
  {
    what: "a file goes",
    touched: /^\/many\/Entry with a name 7$/,
    change: async (v) => v.remove("/many/Entry with a name 7"),
    leads: ["lost-clusters", "lost-name"],
  },
  {
    what: "a directory comes and goes",
    touched: /^\/new/,
    change: async (v) => {
      await v.makeDirectory("/new");
      await v.remove("/new");
    },
    leads: ["lost-name", "lost-clusters"],
  },
  {
    what: "in a directory whose record has two sectors",
    touched: /\/second$/,
    change: async (v) => v.writeFile(`/${LONG_FOLDER}/second`, pattern(5000, 4)),
    leads: ["lost-name"],
  },
  {
    what: "the first file in such a directory",
    touched: /^\/New/,
    change: async (v) => {
      await v.makeDirectory(`/New ${LONG_FOLDER}`);
      await v.writeFile(`/New ${LONG_FOLDER}/first`, pattern(5000, 4));
    },
    leads: ["torn-directory"],
    mayTear: true,
  },
  {
    what: "a file goes from a full volume, its directory written in place",
    touched: /^\/rest$|^\/many\/Entry with a name 7$/,
    change: async (v) => {
      await (await v.reserve(v.freeBytes)).commit("/rest", NOW);
      expect(v.freeBytes).toBe(0);
      await v.remove("/many/Entry with a name 7");
    },
    leads: ["index-damaged", "lost-name"],
    mayTear: true,
  },
  {
    what: "a file in many pieces comes and goes",
    touched: /^\/pieces/,
    change: async (v) => {
      await putInPieces(v, "/pieces");
      await v.remove("/pieces");
    },
    leads: ["half-written-file", "record-torn", "stray-extension"],
  },
  {
    what: "the MFT grows",
    touched: /^\/many\/new/,
    change: async (v) => {
      for (let index = 0; index < 24; index++)
        await v.writeFile(`/many/new ${index}`, Buffer.alloc(0));
    },
    leads: ["mirror-differs"],
  },
];

/** Puts a file into holes of a cluster each: it takes more than one record. */
async function putInPieces(volume: WritableVolume, path: string): Promise<void> {
  const held: Reservation[] = [];
  for (let index = 0; index < 800; index++) held.push(await volume.reserve(4096));
  held.push(await volume.reserve(volume.freeBytes - 16 * 4096));
  for (const [index, one] of held.entries()) if (index % 2 === 1) await one.release();
  await (await volume.reserve(350 * 4096)).commit(path, NOW);
  for (const [index, one] of held.entries()) if (index % 2 === 0) await one.release();
}

async function recorded(
  base: MemoryRange,
  work: (range: RecordingRange) => Promise<unknown>,
): Promise<readonly RecordedEvent[]> {
  const recorder = new RecordingRange(new OverlayRange(base));
  await work(recorder);
  return recorder.log;
}

test.each(CHANGES)("$what", { timeout: 600_000 }, async ({ touched, change, leads, mayTear }) => {
  const base = await sampleVolume();
  const before = await filesOf(base);
  const log = await recorded(base, async (range) =>
    change(await openNtfsWritable(range, { now: () => LATER })),
  );
  const folder = await temporaryFolder();
  const windows = windowsOf(log);
  const first = windows.slice(0, -LAST_WINDOWS);
  const met = new Set<string>();
  for (const [number, window] of windows.entries()) {
    const isLooked = ALL || number >= first.length || number % Math.ceil(first.length / 12) === 0;
    for (const state of isLooked ? statesOf(window, ORDERS, 1) : []) {
      const medium = new MemoryRange(Buffer.from(base.bytes));
      for (const { offset, data } of state.pieces) await medium.write(offset, data);
      const where = `events from ${window.first}, ${state.what}`;
      if (mayTear !== true) expectSame(await filesOf(medium), before, touched);
      const { mended, after } = await repairNtfs(medium);
      expect([where, after.findings]).toEqual([where, []]);
      expectSame(await filesOf(medium), before, touched);
      const isNew = mended.some(({ id }) => !met.has(id));
      for (const { id } of mended) met.add(id);
      if (ALL || isNew) expect([where, await saidByJudges(medium, folder)]).toEqual([where, []]);
    }
    for (const { offset, data } of window.writes) await base.write(offset, data);
  }
  expect([...met]).toEqual(expect.arrayContaining([...leads]));
});

test("an unbroken volume is clean to the check", async () => {
  const range = await sampleVolume();
  const check = await checkNtfs(range);
  expect(check.findings).toEqual([]);
  expect(isClean(check)).toBe(true);
  expect([check.files, check.directories]).toEqual([74, 4]);
  expect(await saidByJudges(range)).toEqual([]);
});
