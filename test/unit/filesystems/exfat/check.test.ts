/**
 * One deliberate damage after the other. Each is found under its own name; after the repair our check, fsck.exfat and every file that
 * the damage didn't touch agree that all is well.
 */
import { expect, test } from "vitest";
import { checkExfat, repairExfat } from "../../../../src/filesystems/exfat/check/index.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { Anatomy, CLUSTER, filesOf, sampleVolume, saidByFsck } from "./check-support.ts";

interface Damage {
  readonly id: string;
  readonly variant?: string;
  readonly damage: (disk: Anatomy) => void;
  /** False where fsck.exfat doesn't look, and so has nothing to say. */
  readonly fsck?: false;
  /** The victims: paths that needn't be what they were. */
  readonly touched?: RegExp;
}

const END = 0xffffffff;
const BAD = 0xfffffff7;
const BACKUP = 12 * 512;
const LONG = "a long name of a file.txt";

const DAMAGES: Damage[] = [
  // Boot regions
  { id: "boot-region", variant: "wiped", damage: ({ bytes }) => bytes.fill(0, 0, 512) },
  { id: "boot-region", variant: "one byte", damage: ({ bytes }) => (bytes[100] = 9) },
  { id: "boot-region", variant: "checksum", damage: ({ bytes }) => (bytes[11 * 512 + 70] = 9) },
  { id: "backup-boot-region", fsck: false, damage: ({ bytes }) => (bytes[BACKUP + 100] = 9) },
  {
    id: "boot-checksum",
    damage: ({ bytes }) => {
      for (const at of [0, BACKUP]) bytes[at + 11 * 512] = 9;
    },
  },
  { id: "dirty", fsck: false, damage: ({ bytes }) => (bytes[106] = 2) },
  { id: "media-failure", fsck: false, damage: ({ bytes }) => (bytes[106] = 4) },
  { id: "volume-flags", fsck: false, damage: ({ bytes }) => (bytes[106] = 1) },
  { id: "percent-in-use", fsck: false, damage: ({ bytes }) => (bytes[112] = 150) },
  // The volume's own
  { id: "fat-media", fsck: false, damage: (disk) => disk.setEntry(0, 0) },
  { id: "fat-reserved-entry", fsck: false, damage: (disk) => disk.setEntry(1, 0) },
  {
    id: "root-chain",
    variant: "nowhere",
    damage: (disk) => disk.setEntry(disk.bytes.readUInt32LE(96), 0),
  },
  {
    id: "root-chain",
    variant: "a circle",
    damage: (disk) => disk.setEntry(disk.bytes.readUInt32LE(96), disk.bytes.readUInt32LE(96)),
  },
  { id: "bitmap-entry", fsck: false, damage: (disk) => (disk.bytes[disk.root + 32 + 24 + 3] = 1) },
  { id: "bitmap-chain", fsck: false, damage: (disk) => disk.setEntry(2, 0) },
  { id: "upcase-chain", fsck: false, damage: (disk) => disk.setEntry(3, END) },
  {
    id: "upcase-checksum",
    variant: "in the entry",
    damage: (disk) => (disk.bytes[disk.root + 64 + 4] = 9),
  },
  {
    id: "upcase-checksum",
    variant: "in the table",
    damage: (disk) => (disk.bytes[disk.offset(3) + 200] = 9),
  },
  { id: "label-length", damage: (disk) => (disk.bytes[disk.root + 1] = 99) },
  { id: "lost-clusters", fsck: false, damage: (disk) => disk.mark(disk.unused, true) },
  { id: "unmarked-clusters", damage: (disk) => disk.mark(disk.cluster("one.bin") + 1, false) },
  // Entry sets
  { id: "set-checksum", damage: (disk) => (disk.bytes[disk.set("one.bin") + 2]! ^= 0xff) },
  {
    id: "set-checksum",
    variant: "a time",
    damage: (disk) => (disk.bytes[disk.set("one.bin") + 12]! ^= 0xff),
  },
  { id: "entry-type", variant: "file", damage: (disk) => (disk.bytes[disk.set("one.bin")] = 0xa5) },
  {
    id: "entry-type",
    variant: "stream",
    damage: (disk) => (disk.bytes[disk.set("one.bin") + 32] = 0x40),
  },
  { id: "entry-type", variant: "name", damage: (disk) => (disk.bytes[disk.set(LONG) + 96] = 0x41) },
  {
    id: "entry-type",
    variant: "a name like a vendor's entry",
    damage: (disk) => (disk.bytes[disk.set("one.bin") + 64] = 0xe0),
  },
  {
    id: "entry-type",
    variant: "end mark",
    fsck: false,
    damage: (disk) => (disk.bytes[disk.set("one.bin")] = 0),
  },
  { id: "entry-attributes", damage: (disk) => (disk.bytes[disk.set("one.bin") + 4]! ^= 0x10) },
  {
    id: "entry-attributes",
    variant: "of a directory",
    damage: (disk) => (disk.bytes[disk.set("folder") + 4]! ^= 0x10),
  },
  { id: "secondary-count", damage: (disk) => (disk.bytes[disk.set("one.bin") + 1] = 5) },
  {
    id: "secondary-count",
    variant: "too few",
    damage: (disk) => (disk.bytes[disk.set(LONG) + 1] = 1),
  },
  { id: "name-length", damage: (disk) => disk.change("one.bin", (set) => (set[35] = 3)) },
  { id: "name-hash", damage: (disk) => disk.change("one.bin", (set) => (set[36]! ^= 0xff)) },
  {
    id: "illegal-name",
    touched: /one/,
    fsck: false,
    damage: (disk) => disk.change("one.bin", (set) => rehash(set, 0, 0x3a)),
  },
  {
    id: "duplicate-name",
    fsck: false,
    touched: /entry 1/,
    damage: (disk) => disk.change("entry 12", (set) => rehash(set, 7, 0x33)),
  },
  {
    id: "stray-entry",
    damage: (disk) => (disk.bytes[endOf(disk, "folder")] = 0xc1),
  },
  {
    id: "stray-entry",
    variant: "a vendor's entry for a name",
    touched: /one/,
    damage: (disk) => disk.change("one.bin", (set) => (set[64] = 0xe0)),
  },
  {
    id: "valid-data-length",
    damage: (disk) => disk.change("one.bin", (set) => set.writeBigUInt64LE(90_000n, 40)),
  },
  {
    id: "stream-flags",
    damage: (disk) => disk.change("empty", (set) => (set[33] = 3)),
  },
  {
    id: "stream-flags",
    variant: "no allocation",
    fsck: false,
    damage: (disk) => disk.change("chained.bin", (set) => (set[33] = 0)),
  },
  // Clusters
  {
    id: "file-start",
    touched: /one/,
    damage: (disk) => disk.change("one.bin", (set) => set.writeUInt32LE(0, 52)),
  },
  {
    id: "file-start",
    variant: "outside",
    touched: /one/,
    damage: (disk) => disk.change("one.bin", (set) => set.writeUInt32LE(90_000, 52)),
  },
  {
    id: "chain-outside",
    variant: "a run that leaves the heap",
    touched: /one/,
    damage: (disk) => {
      const last = disk.bytes.readUInt32LE(92) + 1;
      disk.change("one.bin", (set) => set.writeUInt32LE(last - 1, 52));
    },
  },
  {
    id: "chain-outside",
    touched: /^\/chained/,
    damage: (disk) => disk.setEntry(disk.cluster("chained.bin") + 1, 90_000),
  },
  {
    id: "chain-bad",
    touched: /^\/chained/,
    damage: (disk) => disk.setEntry(disk.cluster("chained.bin") + 2, BAD),
  },
  {
    id: "file-chain-short",
    touched: /^\/chained/,
    damage: (disk) => disk.setEntry(disk.cluster("chained.bin") + 1, END),
  },
  {
    id: "file-chain-long",
    damage: (disk) => {
      disk.setEntry(disk.cluster("chained.bin") + 3, disk.unused);
      disk.setEntry(disk.unused, END);
      disk.mark(disk.unused, true);
    },
  },
  {
    id: "cross-linked",
    variant: "a circle",
    touched: /^\/chained/,
    damage: (disk) => disk.setEntry(disk.cluster("chained.bin") + 1, disk.cluster("chained.bin")),
  },
  {
    id: "cross-linked",
    variant: "a chain into a run",
    touched: /^\/chained/,
    damage: (disk) => disk.setEntry(disk.cluster("chained.bin") + 1, disk.cluster("one.bin")),
  },
  {
    id: "cross-linked",
    variant: "an unsealed set into a run",
    touched: /one/,
    damage: (disk) => disk.bytes.writeUInt32LE(disk.cluster(LONG), disk.set("one.bin") + 52),
  },
  {
    id: "cross-linked",
    variant: "into a directory",
    touched: /one/,
    damage: (disk) => disk.change("one.bin", (set) => set.writeUInt32LE(disk.cluster("inner"), 52)),
  },
  {
    id: "empty-file-has-clusters",
    damage: (disk) => {
      disk.change("empty", (set) => set.writeUInt32LE(disk.unused, 52));
      disk.setEntry(disk.unused, END);
    },
  },
  // Directories
  {
    id: "directory-size",
    damage: (disk) => disk.change("folder", (set) => set.writeBigUInt64LE(700n, 56)),
  },
  {
    id: "directory-start",
    touched: /^\/folder\/inner/,
    damage: (disk) => disk.change("inner", (set) => set.writeUInt32LE(0, 52)),
  },
  {
    id: "directory-start",
    variant: "a file's",
    touched: /^\/folder\/inner/,
    damage: (disk) => disk.change("inner", (set) => set.writeUInt32LE(disk.cluster(LONG), 52)),
  },
  {
    id: "cross-linked",
    variant: "a directory in itself",
    touched: /^\/folder\/inner/,
    damage: (disk) => disk.change("inner", (set) => set.writeUInt32LE(disk.cluster("folder"), 52)),
  },
];

/** Changes a character of a name; its hash is made right. */
function rehash(set: Buffer, index: number, unit: number): void {
  set.writeUInt16LE(unit, 66 + index * 2);
  let hash = 0;
  const name = set.toString("utf16le", 66, 66 + (set[35] ?? 0) * 2).toUpperCase();
  for (const byte of Buffer.from(name, "utf16le"))
    hash = (((hash << 15) | (hash >>> 1)) + byte) & 0xffff;
  set.writeUInt16LE(hash, 36);
}

/** The first slot behind the last entry of a directory. */
function endOf(disk: Anatomy, name: string): number {
  let at = disk.offset(disk.cluster(name));
  while (disk.bytes[at] !== 0) at += 32;
  if (at % CLUSTER === 0) throw new Error("full");
  return at;
}

test.each(DAMAGES)("$id ($variant)", async ({ id, damage, fsck, touched }) => {
  const range = await sampleVolume();
  const before = await filesOf(range);
  damage(new Anatomy(range.bytes));
  const damaged = Buffer.from(range.bytes);

  const check = await checkExfat(range);
  expect(check.findings.map((finding) => finding.id)).toContain(id);
  expect(isClean(check)).toBe(false);
  expect(range.bytes.equals(damaged)).toBe(true);
  expect((await saidByFsck(range)).length > 0).toBe(fsck ?? true);

  const { mended, after } = await repairExfat(range);
  expect(mended.map((finding) => finding.id)).toContain(id);
  expect(after.findings).toEqual([]);
  expect(await saidByFsck(range)).toEqual([]);
  const now = await filesOf(range);
  for (const [path, content] of before) {
    if (touched?.test(path) !== true) expect([path, now.get(path)]).toEqual([path, content]);
  }
});
