/**
 * One deliberate damage after the other. Each is found under its own name; after the repair our check, fsck.fat and every file that
 * the damage didn't touch agree that all is well.
 */
import { expect, test } from "vitest";
import { checkFat32, repairFat32 } from "../../../../src/filesystems/fat32/check/index.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { Anatomy, filesOf, sampleVolume, saidByFsck, SECTOR, USED_BYTES } from "./check-support.ts";

interface Damage {
  readonly id: string;
  readonly damage: (disk: Anatomy) => void;
  /** False where fsck.fat doesn't look, and so has nothing to say. */
  readonly fsck?: false;
  /** Paths that needn't be what they were: the victims themselves. */
  readonly touched?: RegExp;
  /** Paths that the repair gives back to what the damage had hidden or cut. Default: all that aren't touched are checked. */
  readonly variant?: string;
}

const END = 0x0fffffff;
const BAD = 0x0ffffff7;
const ONE = "ONE     BIN";
const TWO = "TWO     BIN";
const LONG = "ALONGN~1TXT";
const FOLDER = "FOLDER     ";
const INNER = "INNER      ";
const MANY = "MANY       ";

const DAMAGES: Damage[] = [
  // Boot sectors
  { id: "boot-sector", variant: "wiped", damage: ({ bytes }) => bytes.fill(0, 0, SECTOR) },
  { id: "boot-sector", variant: "sectors per cluster", damage: ({ bytes }) => (bytes[13] = 2) },
  {
    id: "boot-sector",
    variant: "reserved sectors",
    damage: ({ bytes }) => bytes.writeUInt16LE(40, 14),
  },
  { id: "boot-sector", variant: "FAT size", damage: ({ bytes }) => bytes.writeUInt32LE(700, 36) },
  {
    id: "boot-sector",
    variant: "total sectors",
    damage: ({ bytes }) => bytes.writeUInt32LE(60_000, 32),
  },
  { id: "boot-sector", variant: "root cluster", damage: ({ bytes }) => bytes.writeUInt32LE(9, 44) },
  { id: "boot-sector", variant: "FSInfo", damage: ({ bytes }) => bytes.writeUInt16LE(3, 48) },
  { id: "boot-sector", variant: "signature", damage: ({ bytes }) => (bytes[510] = 0) },
  {
    id: "backup-boot-sector",
    variant: "wiped",
    damage: ({ bytes }) => bytes.fill(0, 6 * SECTOR, 7 * SECTOR),
  },
  {
    id: "backup-boot-sector",
    variant: "serial",
    damage: ({ bytes }) => (bytes[6 * SECTOR + 67] = 9),
  },
  {
    id: "no-backup-boot-sector",
    damage: ({ bytes }) => {
      bytes.writeUInt16LE(0, 50);
      bytes.fill(0, 6 * SECTOR, 7 * SECTOR);
    },
  },
  {
    id: "no-fsinfo",
    damage: ({ bytes }) => {
      bytes.writeUInt16LE(0, 48);
      bytes.writeUInt16LE(0, 6 * SECTOR + 48);
    },
  },
  {
    id: "boot-marks",
    fsck: false,
    damage: ({ bytes }) => {
      for (const at of [0, 6 * SECTOR]) bytes.fill(0, at + 510, at + 512);
    },
  },
  // What sums the volume up
  { id: "fsinfo-signature", damage: ({ bytes }) => (bytes[SECTOR] = 0) },
  { id: "free-count", damage: ({ bytes }) => bytes.writeUInt32LE(17, SECTOR + 488) },
  { id: "next-free", fsck: false, damage: ({ bytes }) => bytes.writeUInt32LE(1, SECTOR + 492) },
  { id: "fat-media", fsck: false, damage: (disk) => disk.setEntry(0, 0x0ffffff0) },
  { id: "dirty", variant: "in the FAT", damage: (disk) => disk.setEntry(1, 0x07ffffff) },
  { id: "dirty", variant: "in the boot sector", damage: ({ bytes }) => (bytes[65] = 1) },
  { id: "disk-errors", fsck: false, damage: (disk) => disk.setEntry(1, 0x0bffffff) },
  { id: "fat-reserved-entry", fsck: false, damage: (disk) => disk.setEntry(1, 0x0fffff0f) },
  {
    id: "fats-differ",
    variant: "the first damaged",
    damage: ({ bytes, fats: [first = 0] }) => bytes.fill(0, first, first + 400),
  },
  {
    id: "fats-differ",
    variant: "the second damaged",
    damage: ({ bytes, fats: [, second = 0] }) => bytes.fill(0, second, second + 400),
  },
  {
    id: "fats-differ",
    variant: "one link of the first",
    damage: (disk) =>
      disk.bytes.writeUInt32LE(disk.clusterOf(TWO), (disk.fats[0] ?? 0) + disk.clusterOf(ONE) * 4),
  },
  {
    id: "lost-clusters",
    damage: (disk) => {
      disk.setEntry(disk.unused, disk.unused + 1);
      disk.setEntry(disk.unused + 1, END);
    },
  },
  {
    id: "lost-clusters",
    variant: "in a circle",
    damage: (disk) => disk.setEntry(disk.unused, disk.unused),
  },
  { id: "illegal-label", damage: (disk) => (disk.bytes[disk.slot("RESCUE     ") + 2] = 0x2a) },
  {
    id: "label-fields",
    damage: (disk) => disk.bytes.writeUInt32LE(70, disk.slot("RESCUE     ") + 28),
  },
  {
    id: "stray-label",
    fsck: false,
    touched: /empty file/,
    damage: (disk) => (disk.bytes[disk.slot("EMPTYF~1   ") + 11] = 0x08),
  },
  // Directories
  {
    id: "directory-has-size",
    damage: (disk) => disk.bytes.writeUInt32LE(512, disk.slot(FOLDER) + 28),
  },
  {
    id: "directory-start",
    touched: /^\/folder\/inner\//,
    damage: (disk) => disk.setFirstCluster(disk.slot(INNER), 0),
  },
  {
    id: "directory-start",
    variant: "beyond the end",
    touched: /^\/folder\/inner\//,
    damage: (disk) => disk.setFirstCluster(disk.slot(INNER), 0x00ffffff),
  },
  {
    id: "cross-linked-directory",
    variant: "its own parent",
    touched: /^\/folder\/inner\//,
    damage: (disk) => disk.setFirstCluster(disk.slot(INNER), disk.clusterOf(FOLDER)),
  },
  {
    id: "cross-linked-directory",
    variant: "one of another folder's",
    touched: /^\/other folder\//,
    damage: (disk) => disk.setFirstCluster(disk.slot("OTHERF~1   "), disk.clusterOf(INNER)),
  },
  {
    id: "directory-chain-outside",
    touched: /^\/many\//,
    damage: (disk) => disk.setEntry(disk.clusterOf(MANY), 0x00abcdef),
  },
  {
    id: "directory-chain-free",
    touched: /^\/many\//,
    damage: (disk) => disk.setEntry(disk.clusterOf(MANY), disk.unused),
  },
  {
    id: "directory-chain-bad",
    touched: /^\/many\//,
    damage: (disk) => disk.setEntry(disk.cluster(MANY, 1), BAD),
  },
  {
    id: "directory-chain-taken",
    touched: /^\/many\//,
    damage: (disk) => disk.setEntry(disk.cluster(MANY, 1), disk.clusterOf(MANY)),
  },
  {
    id: "directory-not-one",
    variant: "runs into a file",
    touched: /^\/many\//,
    damage: (disk) => disk.setEntry(disk.clusterOf(MANY), disk.clusterOf(LONG)),
  },
  {
    id: "directory-not-one",
    variant: "is a file's",
    touched: /^\/folder\/inner\//,
    damage: (disk) => disk.setFirstCluster(disk.slot(INNER), disk.clusterOf(LONG)),
  },
  {
    id: "dot-entry",
    variant: "name",
    damage: (disk) => (disk.bytes[disk.clusterAt(disk.clusterOf(FOLDER))] = 0x2f),
  },
  {
    id: "dot-entry",
    variant: "gone",
    damage: (disk) =>
      disk.bytes.fill(
        0,
        disk.clusterAt(disk.clusterOf(FOLDER)),
        disk.clusterAt(disk.clusterOf(FOLDER)) + 32,
      ),
  },
  {
    id: "dot-dot-entry",
    damage: (disk) => disk.setFirstCluster(disk.clusterAt(disk.clusterOf(INNER)) + 32, 99),
  },
  {
    id: "dot-entry",
    variant: "a file in its place",
    touched: /SHORT/,
    damage: (disk) => {
      const short = disk.slot("SHORT   CFG");
      disk.bytes.copy(disk.bytes, disk.clusterAt(disk.clusterOf(INNER)), short, short + 32);
      disk.bytes[short] = 0xe5;
    },
  },
  {
    id: "stray-dot-entry",
    touched: /SHORT/,
    damage: (disk) => disk.bytes.write(".          ", disk.slot("SHORT   CFG"), "latin1"),
  },
  { id: "directory-as-file", damage: (disk) => (disk.bytes[disk.slot(FOLDER) + 11] = 0) },
  { id: "file-as-directory", damage: (disk) => (disk.bytes[disk.slot(ONE) + 11] = 0x30) },
  { id: "file-as-label", fsck: false, damage: (disk) => (disk.bytes[disk.slot(ONE) + 11] = 0x28) },
  {
    id: "entries-behind-end",
    variant: "with a long name",
    damage: (disk) => (disk.bytes[disk.slot(LONG)] = 0),
  },
  {
    id: "entries-behind-end",
    touched: /ONE|_NE/,
    damage: (disk) => (disk.bytes[disk.slot(ONE)] = 0),
  },
  {
    id: "leftovers-behind-end",
    damage: (disk) => {
      const at = disk.clusterAt(disk.clusterOf(INNER)) + SECTOR - 64;
      disk.bytes.write("OLD     TXT ", at, "latin1");
      disk.setFirstCluster(at, disk.unused);
      disk.bytes.writeUInt32LE(5, at + 28);
    },
  },
  // Names
  {
    id: "orphan-long-name",
    variant: "single piece",
    touched: /a long name/,
    damage: (disk) => (disk.bytes[disk.slot(LONG) - 64] = 0xe5),
  },
  {
    id: "orphan-long-name",
    variant: "renamed by an old system",
    touched: /a long name/,
    damage: (disk) => disk.bytes.write("RENAMED ", disk.slot(LONG), "latin1"),
  },
  { id: "long-name-fields", damage: (disk) => (disk.bytes[disk.slot(LONG) - 32 + 12] = 7) },
  { id: "long-name-checksum", damage: (disk) => (disk.bytes[disk.slot(LONG) - 32 + 13]! ^= 0x55) },
  { id: "entry-flags", damage: (disk) => (disk.bytes[disk.slot(ONE) + 12] = 0x20) },
  {
    id: "entry-flags",
    variant: "with a long name",
    fsck: false,
    damage: (disk) => (disk.bytes[disk.slot(LONG) + 12] = 0x20),
  },
  { id: "illegal-name", touched: /ONE/, damage: (disk) => (disk.bytes[disk.slot(ONE) + 1] = 0x3f) },
  {
    id: "illegal-long-name",
    fsck: false,
    touched: /a long name/,
    damage: (disk) => (disk.bytes[disk.slot(LONG) - 32 + 1] = 0x3a),
  },
  {
    id: "duplicate-name",
    variant: "short",
    touched: /TWO|SHORT|FSCK/,
    damage: (disk) => {
      disk.bytes.write("EMPTYF~1   ", disk.slot(TWO), "latin1");
    },
  },
  {
    id: "duplicate-name",
    variant: "long",
    fsck: false,
    touched: /entry number/,
    damage: (disk) => {
      const third = disk.bytes.indexOf(
        Buffer.from("3\0\0\0"),
        disk.clusterAt(disk.clusterOf(MANY)),
      );
      disk.bytes[third] = 0x32;
    },
  },
  // Files
  {
    id: "file-without-clusters",
    touched: /ONE/,
    damage: (disk) => disk.setFirstCluster(disk.slot(ONE), 0),
  },
  { id: "file-start", touched: /ONE/, damage: (disk) => disk.setFirstCluster(disk.slot(ONE), 1) },
  {
    id: "file-start",
    variant: "beyond",
    touched: /ONE/,
    damage: (disk) => disk.setFirstCluster(disk.slot(ONE), 90_000),
  },
  {
    id: "file-chain-short",
    touched: /ONE/,
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 2), END),
  },
  {
    id: "file-chain-long",
    touched: /ONE/,
    damage: (disk) => disk.bytes.writeUInt32LE(700, disk.slot(ONE) + 28),
  },
  {
    id: "file-chain-outside",
    touched: /ONE/,
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 2), 0x0ffffff1),
  },
  {
    id: "file-chain-free",
    touched: /ONE/,
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 2), 0),
  },
  {
    id: "file-chain-bad",
    touched: /ONE/,
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 2), BAD),
  },
  {
    id: "file-chain-free",
    variant: "behind what the file needs",
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 5), disk.unused),
  },
  {
    id: "cross-linked",
    variant: "a circle",
    touched: /ONE/,
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 3), disk.clusterOf(ONE)),
  },
  {
    id: "cross-linked",
    variant: "the first is damaged",
    touched: /ONE/,
    damage: (disk) => disk.setEntry(disk.cluster(ONE, 2), disk.cluster(TWO, 1)),
  },
  {
    id: "cross-linked",
    variant: "the second is damaged",
    touched: /TWO/,
    damage: (disk) => disk.setEntry(disk.cluster(TWO, 2), disk.cluster(ONE, 3)),
  },
  {
    id: "cross-linked",
    variant: "one begins in the other",
    touched: /ONE/,
    damage: (disk) => disk.setFirstCluster(disk.slot(ONE), disk.cluster(LONG, 1)),
  },
  {
    id: "cross-linked",
    variant: "with a directory",
    touched: /ONE/,
    damage: (disk) => disk.setFirstCluster(disk.slot(ONE), disk.clusterOf(INNER)),
  },
  {
    id: "empty-file-has-clusters",
    damage: (disk) => {
      disk.setFirstCluster(disk.slot("EMPTYF~1   "), disk.unused);
      disk.setEntry(disk.unused, END);
    },
  },
];

test.each(DAMAGES)("$id ($variant)", async ({ id, damage, fsck, touched }) => {
  const range = await sampleVolume();
  const before = await filesOf(range);
  damage(new Anatomy(range.bytes));
  const damaged = Buffer.from(range.bytes.subarray(0, USED_BYTES));
  const check = await checkFat32(range);
  expect(check.findings.map((finding) => finding.id)).toContain(id);
  expect(isClean(check)).toBe(false);
  expect(range.bytes.subarray(0, USED_BYTES).equals(damaged)).toBe(true);
  expect((await saidByFsck(range)).length > 0).toBe(fsck ?? true);

  const { mended, after } = await repairFat32(range);
  expect(mended.map((finding) => finding.id)).toContain(id);
  expect(after.findings.filter(({ id: left }) => left !== "bad-clusters")).toEqual([]);
  expect(await saidByFsck(range)).toEqual([]);
  const now = await filesOf(range);
  for (const [path, content] of before) {
    if (touched?.test(path) !== true) expect([path, now.get(path)]).toEqual([path, content]);
  }
});
