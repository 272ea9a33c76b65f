/** The power is cut after every single write, and between two flushes in several orders: the old state is there or the new. */
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { formatFat32, openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import type { Fat32Volume } from "../../../../src/filesystems/fat32/index.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { FORMAT, MIB, NOON, patterned, treeOfVolume } from "./support.ts";
import {
  type Reached,
  ALL,
  EVERY_OTHER,
  NONE,
  THE_OTHERS,
  powerCuts,
} from "../../../support/power-cuts.ts";

const OLD = patterned(3000, 1);
const NEW = patterned(90_000, 2);

async function start(): Promise<MemoryRange> {
  const range = new MemoryRange(34 * MIB);
  await formatFat32(range, FORMAT);
  const volume = await openFat32(range, { now: () => NOON });
  await volume.writeTree([
    { path: "/folder/a file to be replaced.cfg", data: OLD },
    { path: "/folder/a file to be removed.cfg", data: OLD },
    ...Array.from({ length: 5 }, (_, index) => ({ path: `/folder/other ${index}`, data: OLD })),
  ]);
  // So that what a folder grows by is linked from another page of the FAT than its own: two writes, not one.
  await volume.writeFile("/between", Buffer.alloc(9 * MIB));
  return range;
}

const CHANGES: [name: string, work: (volume: Fat32Volume) => Promise<void>][] = [
  ["replacing", async (volume) => volume.writeFile("/folder/a file to be replaced.cfg", NEW)],
  ["a new file", async (volume) => volume.writeFile("/folder/a new file, long name", NEW)],
  ["a name of 20 slots", async (volume) => volume.writeFile(`/folder/${"n".repeat(250)}`, NEW)],
  ["removing", async (volume) => volume.remove("/folder/a file to be removed.cfg")],
  ["a new directory", async (volume) => volume.makeDirectory("/folder/a new directory")],
  [
    "overwriting in place",
    async (volume) => volume.overwriteInPlace("/folder/other 3", patterned(3000, 9).fill(7, 512)),
  ],
  [
    "whole trees",
    async (volume) => {
      await volume.switchTrees(
        {
          put: [
            { path: "/folder/a file to be replaced.cfg", data: NEW },
            { path: "/folder/deep/er/new", data: NEW },
            { path: "/other/new", data: OLD },
            { path: "/in the root", data: OLD },
          ],
          remove: ["/folder/a file to be removed.cfg"],
        },
        async () => {},
      );
    },
  ],
  ["a reservation", async (volume) => (await volume.reserve(50_000)).commit("/reserved", NOON)],
];

test.each(CHANGES)("%s", async (name, work) => {
  const base = await start();
  const before = await treeOfVolume(await openFat(base));
  const recorder = new RecordingRange(new OverlayRange(base));
  const volume = await openFat32(recorder, { now: () => NOON });
  await work(volume);
  const after = await treeOfVolume(await openFat(recorder));
  expect(after).not.toEqual(before);
  // Several sectors can't change as one: what a caller makes of that is his affair.
  const inParts = name === "overwriting in place";
  const ways: Reached[] = [ALL, NONE, EVERY_OTHER, THE_OTHERS, (index) => index % 3 === 0];
  let sawNew = 0;
  for await (const { disk } of powerCuts(base, recorder.log, ways)) {
    const tree = await treeOfVolume(await openFat(disk));
    const isNew =
      tree.size === after.size && [...after].every(([key, value]) => tree.get(key) === value);
    if (isNew) sawNew++;
    else if (!inParts) expect(tree).toEqual(before);
    // And it can be written on.
    const again = await openFat32(disk);
    await again.writeFile("/folder/afterwards", OLD);
  }
  expect(sawNew).toBeGreaterThan(0);
});
