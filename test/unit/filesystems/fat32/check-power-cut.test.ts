/** The power is cut in the middle of a repair: another one completes it, and no file that was whole has suffered. */
import { expect, test } from "vitest";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { checkFat32, repairFat32 } from "../../../../src/filesystems/fat32/check/index.ts";
import { Anatomy, filesOf, sampleVolume, SECTOR } from "./check-support.ts";
import { ALL, EVERY_OTHER, powerCuts } from "../../../support/power-cuts.ts";

const DAMAGES: [name: string, touched: RegExp, damage: (disk: Anatomy) => void][] = [
  [
    "a boot sector and a FAT",
    /^$/,
    ({ bytes, fats: [first = 0] }) => {
      bytes.fill(0, 0, SECTOR);
      bytes.fill(0, first, first + 200);
    },
  ],
  [
    "two files with the same clusters",
    /ONE/,
    (disk) => disk.setEntry(disk.cluster("ONE     BIN", 2), disk.cluster("TWO     BIN", 1)),
  ],
  [
    "a directory that ends early, and one that is none",
    /ONE|_NE|inner/,
    (disk) => {
      disk.bytes[disk.slot("ONE     BIN")] = 0;
      disk.setFirstCluster(disk.slot("INNER      "), disk.clusterOf("ALONGN~1TXT"));
    },
  ],
  [
    "names, dots, and a guest in a dot's place",
    /SHORT|long name/,
    (disk) => {
      const short = disk.slot("SHORT   CFG");
      disk.bytes.copy(disk.bytes, disk.clusterAt(disk.clusterOf("INNER      ")), short, short + 32);
      disk.bytes[short] = 0xe5;
      disk.bytes[disk.slot("ALONGN~1TXT") - 64] = 0xe5;
      disk.setEntry(1, 0x07ffffff);
    },
  ],
];

test.each(DAMAGES)("%s", async (_, touched, damage) => {
  const base = await sampleVolume();
  const before = await filesOf(base);
  damage(new Anatomy(base.bytes));
  const recorder = new RecordingRange(new OverlayRange(base));
  expect(isClean((await repairFat32(recorder)).after)).toBe(true);
  for await (const { disk } of powerCuts(base, recorder.log, [ALL, EVERY_OTHER])) {
    const { after } = await repairFat32(disk);
    expect(isClean(after)).toBe(true);
    expect(isClean(await checkFat32(disk))).toBe(true);
    const files = await filesOf(disk);
    for (const [path, content] of before) {
      if (!touched.test(path)) expect([path, files.get(path)]).toEqual([path, content]);
    }
  }
});
