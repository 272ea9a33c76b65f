/**
 * One deliberate damage after the other. Each is found under its own name; after the repair our check, ntfsresize, ntfsls and every file
 * that the damage didn't touch agree that all is well. What can't be mended is said, and left as it is.
 */
import { expect, test } from "vitest";
import type { MemoryRange } from "../../../../src/block/memory.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { checkNtfs, repairNtfs } from "../../../../src/filesystems/ntfs/check/index.ts";
import { openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import {
  Anatomy,
  expectSame,
  filesOf,
  readByNtfscat,
  sampleVolume,
  saidByJudges,
} from "./check-support.ts";
import { NOW, pattern } from "./support.ts";

interface Damage {
  readonly id: string;
  readonly variant?: string;
  readonly damage: (disk: Anatomy) => Promise<void> | void;
  /** ntfs-3g's tools find it too. */
  readonly judged?: true;
  /** Nothing of it can be mended. */
  readonly stays?: true;
  /** Paths that needn't be what they were. */
  readonly touched?: RegExp;
}

const NOBODY = /^$/;
const DATA = 0x80;
const INDEX = 0xa0;
const LAST = 512;
const IN_USE_AT = 22;
/** No file of the sample has it, nor those behind it. */
const FREE_LCN = 1400;

/** Offset of bytes in a record. */
async function inRecord(disk: Anatomy, name: string | number, wanted: Buffer): Promise<number> {
  const number = typeof name === "number" ? name : await disk.number(name);
  const at = disk.record(number);
  const found = disk.bytes.subarray(at, at + 1024).indexOf(wanted);
  if (found < 0) throw new Error(`not in the record of ${name}`);
  return at + found;
}

const utf16 = (text: string) => Buffer.from(text, "utf16le");
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** Offset of an attribute's record. */
async function attribute(disk: Anatomy, name: string | number, type: number): Promise<number> {
  const number = typeof name === "number" ? name : await disk.number(name);
  for (let at = disk.record(number) + 56; ; at += disk.bytes.readUInt32LE(at + 4)) {
    if (disk.bytes.readUInt32LE(at) === type) return at;
    if (disk.bytes.readUInt32LE(at) === 0xffffffff) throw new Error(`no ${type} in ${name}`);
  }
}

/** Offset of a name's entry in a directory's only block. */
async function entry(disk: Anatomy, directory: number | string, name: string): Promise<number> {
  const number = typeof directory === "number" ? directory : await disk.number(directory);
  const start = await disk.place(number, INDEX);
  const at = disk.bytes.subarray(start, start + 16_384).indexOf(utf16(name));
  if (at < 0) throw new Error(`no ${name} in ${directory}`);
  return start + at - 16 - 66;
}

function flip(disk: Anatomy, at: number, bit = 1): void {
  disk.bytes[at] = (disk.bytes[at] ?? 0) ^ bit;
}

async function tear(disk: Anatomy, name: string | number): Promise<void> {
  const number = typeof name === "number" ? name : await disk.number(name);
  flip(disk, disk.record(number) + 1022, 0x40);
}

async function bit(disk: Anatomy, bitmap: number, index: number, value: boolean): Promise<void> {
  const at = (await disk.place(bitmap === 0 ? 0 : 6, bitmap === 0 ? 0xb0 : DATA)) + (index >> 3);
  const mask = 1 << (index & 7);
  disk.bytes[at] = value ? (disk.bytes[at] ?? 0) | mask : (disk.bytes[at] ?? 0) & ~mask;
}

const DAMAGES: Damage[] = [
  { id: "boot-sector", variant: "wiped", damage: ({ bytes }) => void bytes.fill(0, 0, 512) },
  { id: "boot-sector", variant: "the MFT's place", damage: (disk) => flip(disk, 48) },
  {
    id: "backup-boot-sector",
    damage: ({ bytes }) => void bytes.fill(0, bytes.length - LAST),
  },
  {
    id: "mirror-differs",
    judged: true,
    damage: (disk) => flip(disk, disk.geometry.mftMirrorLcn * 4096 + 100),
  },
  { id: "mirrored-record", variant: "of the MFT", damage: async (disk) => tear(disk, 0) },
  { id: "mirrored-record", variant: "of $Volume", damage: async (disk) => tear(disk, 3) },
  {
    id: "mirror-place",
    stays: true,
    damage: ({ bytes }) => {
      for (const at of [0, bytes.length - LAST]) bytes.writeUInt32LE(1000, at + 56);
    },
  },
  {
    id: "unmarked-clusters",
    judged: true,
    damage: async (disk) => {
      const lcn = (await disk.place(await disk.number("one.bin"), DATA)) / 4096;
      await bit(disk, 6, lcn + 1, false);
    },
  },
  { id: "lost-clusters", judged: true, damage: async (disk) => bit(disk, 6, FREE_LCN, true) },
  {
    id: "file-damaged",
    variant: "its name's length",
    stays: true,
    damage: async (disk) => {
      const at = await attribute(disk, "one.bin", 0x30);
      disk.bytes[at + disk.bytes.readUInt16LE(at + 20) + 64] = 0;
    },
  },
  {
    id: "unmarked-records",
    damage: async (disk) => bit(disk, 0, await disk.number("one.bin"), false),
  },
  { id: "lost-records", damage: async (disk) => bit(disk, 0, 120, true) },
  { id: "record-torn", damage: async (disk) => tear(disk, 121) },
  {
    id: "record-torn",
    variant: "marked so by Windows",
    damage: (disk) => void disk.bytes.write("BAAD", disk.record(122)),
  },
  { id: "file-record-torn", stays: true, damage: async (disk) => tear(disk, "one.bin") },
  { id: "torn-directory", variant: "the root", damage: async (disk) => tear(disk, 5) },
  { id: "torn-directory", variant: "another", damage: async (disk) => tear(disk, "folder") },
  {
    id: "stale-entry",
    variant: "to a free record",
    touched: /^\/one\.bin$/,
    damage: async (disk) => flip(disk, disk.record(await disk.number("one.bin")) + IN_USE_AT),
  },
  {
    id: "stale-entry",
    variant: "to an older file",
    damage: async (disk) => flip(disk, (await entry(disk, 5, "empty")) + 6, 2),
  },
  {
    id: "lost-name",
    damage: async (disk) => flip(disk, (await entry(disk, 5, "empty")) + 6, 2),
  },
  {
    id: "index-order",
    touched: /^\/.mpty$/,
    damage: async (disk) => {
      disk.bytes.write("z", (await entry(disk, 5, "empty")) + 16 + 66);
      disk.bytes.write("z", await inRecord(disk, "empty", utf16("empty")));
    },
  },
  {
    id: "index-damaged",
    variant: "a block",
    damage: async (disk) => flip(disk, await disk.place(await disk.number("many"), INDEX)),
  },
  {
    id: "index-damaged",
    variant: "the root's block torn",
    damage: async (disk) => flip(disk, (await disk.place(5, INDEX)) + 1022),
  },
  {
    id: "index-damaged",
    variant: "in the record",
    damage: async (disk) => {
      const at = await attribute(disk, "folder", 0x90);
      disk.bytes.writeUInt32LE(7, at + disk.bytes.readUInt16LE(at + 20) + 16);
    },
  },
  {
    id: "index-bitmap",
    damage: async (disk) => {
      const at = await attribute(disk, "many", 0xb0);
      disk.bytes[at + disk.bytes.readUInt16LE(at + 20)] = 1;
    },
  },
  {
    id: "parentless-file",
    stays: true,
    touched: /^\/one\.bin$/,
    damage: async (disk) => {
      const at = await attribute(disk, "one.bin", 0x30);
      disk.bytes.writeUInt16LE(125, at + disk.bytes.readUInt16LE(at + 20));
    },
  },
  {
    id: "nameless-file",
    stays: true,
    touched: /^\/one\.bin$/,
    damage: async (disk) => {
      disk.bytes.writeUInt32LE(0x40, await attribute(disk, "one.bin", 0x30));
    },
  },
  {
    id: "file-damaged",
    stays: true,
    damage: async (disk) => {
      const at = await attribute(disk, "one.bin", DATA);
      disk.bytes[at + disk.bytes.readUInt16LE(at + 32)] = 0x88;
    },
  },
  {
    id: "record-size",
    stays: true,
    touched: /^$/,
    damage: async (disk) => flip(disk, disk.record(await disk.number("one.bin")) + 24, 8),
  },
  {
    id: "attribute-sizes",
    stays: true,
    damage: async (disk) => {
      disk.bytes.writeUInt32LE(500_000, (await attribute(disk, "one.bin", DATA)) + 48);
    },
  },
  {
    id: "shared-clusters",
    stays: true,
    damage: async (disk) => {
      const pairs = async (name: string) => {
        const at = await attribute(disk, name, DATA);
        return at + disk.bytes.readUInt16LE(at + 32);
      };
      const [from, to] = [await pairs("a long name of a file.txt"), await pairs("one.bin")];
      disk.bytes.copy(disk.bytes, to + 2, from + 2, from + 4);
    },
  },
  {
    id: "bitmap-unreadable",
    stays: true,
    damage: async (disk) => {
      const at = await attribute(disk, 6, DATA);
      disk.bytes.set(u32(8), at + 48);
      disk.bytes.set(u32(8), at + 56);
    },
  },
];

test.each(DAMAGES.map((one) => ({ variant: "", ...one })))(
  "$id $variant",
  async ({ id, damage, judged, stays, touched = NOBODY }) => {
    const range = await sampleVolume();
    const before = await filesOf(range);
    await damage(await Anatomy.of(range));
    const check = await checkNtfs(range);
    expect(isClean(check)).toBe(false);
    if (judged === true) expect(await saidByJudges(range)).not.toEqual([]);
    expect(check.findings.map((finding) => finding.id)).toContain(id);
    const { mended, after } = await repairNtfs(range);
    const left = after.findings.map((finding) => finding.id);
    expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
    if (stays === true) {
      expect(left).toContain(id);
      return;
    }
    expect([left, mended.map((finding) => finding.id)]).toEqual([[], expect.arrayContaining([id])]);
    expect(await saidByJudges(range)).toEqual([]);
    expectSame(await filesOf(range), before, touched);
    const bytes = await readByNtfscat(range, "/folder/two.bin");
    expect(bytes.equals(pattern(2048, 3))).toBe(true);
  },
);

test("while a file's record can't be read, its clusters stay marked", async () => {
  const range = await sampleVolume();
  await tear(await Anatomy.of(range), "one.bin");
  const { after } = await repairNtfs(range);
  expect(after.findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["file-record-torn", false],
    ["lost-clusters", false],
  ]);
});

test("a directory comes back with what is in it", async () => {
  const range = await sampleVolume();
  const before = await filesOf(range);
  const disk = await Anatomy.of(range);
  flip(disk, (await entry(disk, 5, "folder")) + 6, 2);
  await tear(disk, "inner");
  expect((await repairNtfs(range)).after.findings).toEqual([]);
  expectSame(await filesOf(range), before, NOBODY);
});

test("a run list that is wrong and can be read costs nobody his clusters", async () => {
  const range = await sampleVolume();
  const disk = await Anatomy.of(range);
  const number = await disk.number("one.bin");
  const own = (await disk.place(number, DATA)) / 4096;
  // The file's only run, moved to clusters that are free: its own are in no file now.
  const at = await attribute(disk, number, DATA);
  const run = at + disk.bytes.readUInt16LE(at + 32);
  const lengthBytes = disk.bytes.readUInt8(run) & 15;
  const lcnBytes = disk.bytes.readUInt8(run) >> 4;
  disk.bytes.writeIntLE(FREE_LCN, run + 1 + lengthBytes, lcnBytes);
  const { mended, after } = await repairNtfs(range);
  expect(mended.map(({ id }) => id)).toEqual(["unmarked-clusters"]);
  expect(after.findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["lost-clusters", false],
  ]);
  expect(await isMarked(disk, own)).toBe(true);
});

/** A file of 350 clusters, one a piece: its run list takes extension records, which lie behind its base. */
async function putInPieces(range: MemoryRange): Promise<Anatomy> {
  const volume = await openNtfsWritable(range);
  const held = [];
  for (let index = 0; index < 800; index++) held.push(await volume.reserve(4096));
  held.push(await volume.reserve(volume.freeBytes - 16 * 4096));
  for (const [index, one] of held.entries()) if (index % 2 === 1) await one.release();
  await (await volume.reserve(350 * 4096)).commit("/pieces", NOW);
  expect(isClean(await checkNtfs(range))).toBe(true);
  return Anatomy.of(range);
}

test("a torn record that may be a part of a file is kept", async () => {
  const range = await sampleVolume();
  const disk = await putInPieces(range);
  await tear(disk, (await disk.number("pieces")) + 1);
  const before = Buffer.from(range.bytes);
  const { after } = await repairNtfs(range);
  expect(after.findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["file-damaged", false],
    ["record-torn", false],
    ["lost-clusters", false],
  ]);
  expect(range.bytes.equals(before)).toBe(true);
});

test.each([
  ["can't be read", 0x88, ["file-damaged", "/pieces", false]],
  ["ends too early", 0, ["attribute-sizes", "MFT record", false]],
] as const)(
  "a file's clusters stay marked where an extension record's run list %s",
  async (...row) => {
    const [, value, said] = row;
    const range = await sampleVolume();
    const disk = await putInPieces(range);
    const at = await attribute(disk, (await disk.number("pieces")) + 1, DATA);
    disk.bytes[at + disk.bytes.readUInt16LE(at + 32)] = value;
    const before = Buffer.from(range.bytes);
    const { mended, after } = await repairNtfs(range);
    expect(mended).toEqual([]);
    const found = after.findings.map(({ id, where, repairable }) => [
      id,
      where.replace(/ \d+$/, ""),
      repairable,
    ]);
    expect(found).toEqual([said, ["lost-clusters", "$Bitmap", false]]);
    expect(range.bytes.equals(before)).toBe(true);
  },
);

/** Where the clusters of the last of 61 files in a directory lie. */
async function withBig(range: MemoryRange): Promise<{ disk: Anatomy; lcn: number }> {
  await (await openNtfsWritable(range)).writeFile("/many/big.iso", pattern(90_000, 1));
  const disk = await Anatomy.of(range);
  return { disk, lcn: (await disk.place(await disk.number("big.iso"), DATA)) / 4096 };
}

/** Zeroes one block of that directory's index. */
async function loseBlock(disk: Anatomy): Promise<void> {
  const at = await disk.place(await disk.number("many"), INDEX);
  disk.bytes.fill(0, at, at + 512);
}

test("a damaged file in a directory that can't be read comes back under its name, and keeps its clusters", async () => {
  const range = await sampleVolume();
  const { disk, lcn } = await withBig(range);
  const at = await attribute(disk, "big.iso", DATA);
  disk.bytes[at + disk.bytes.readUInt16LE(at + 32)] = 0x88;
  await loseBlock(disk);
  for (let time = 0; time < 2; time++) {
    const { after } = await repairNtfs(range);
    expect(after.findings.map(({ id, where, repairable }) => [id, where, repairable])).toEqual([
      ["file-damaged", "/many/big.iso", false],
      ["lost-clusters", "$Bitmap", false],
    ]);
  }
  expect(await isMarked(disk, lcn)).toBe(true);
  const files = await listOf(range, "/many");
  expect(files).toHaveLength(61);
  expect(files).toContain("/many/big.iso");
});

test("a torn record that a directory may have named is kept once that directory is written anew", async () => {
  const range = await sampleVolume();
  const { disk, lcn } = await withBig(range);
  const number = await disk.number("big.iso");
  await tear(disk, number);
  const start = disk.record(number);
  const before = Buffer.from(range.bytes.subarray(start, start + 1024));
  await loseBlock(disk);
  const { mended, after } = await repairNtfs(range);
  expect(mended.map(({ id }) => id)).toEqual(["index-damaged", "lost-name"]);
  expect(after.findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["record-torn", false],
    ["lost-clusters", false],
  ]);
  expect(range.bytes.subarray(start, start + 1024).equals(before)).toBe(true);
  expect(await isMarked(disk, lcn)).toBe(true);
});

test.each([
  ["whose index can't be read", loseBlock],
  ["whose record is torn", async (disk: Anatomy) => tear(disk, "many")],
])("of two files with one name in a directory %s, both stay", async (_, damage) => {
  const range = await sampleVolume();
  const volume = await openNtfsWritable(range, { now: () => NOW });
  await volume.writeFile("/many/old.isp", pattern(20_000, 2));
  await volume.writeFile("/many/OLD (2).iso", pattern(300, 3));
  await (await volume.reserve(4096)).commit("/many/old.iso", new Date(NOW.getTime() + 60_000));
  const before = await filesOf(range);
  const disk = await Anatomy.of(range);
  const at = await inRecord(disk, "old.isp", utf16("old.isp"));
  await damage(disk);
  disk.bytes.write("o", at + 12);
  const { mended, after } = await repairNtfs(range);
  expect(mended.map(({ id }) => id)).toContain("name-twice");
  expect(after.findings).toEqual([]);
  expect(await saidByJudges(range)).toEqual([]);
  const files = await filesOf(range);
  const contents = (map: ReadonlyMap<string, string>, names: readonly string[]) =>
    new Set(names.map((name) => map.get(`/many/${name}`)));
  expect(contents(files, ["old.iso", "old (3).iso"])).toEqual(
    contents(before, ["old.iso", "old.isp"]),
  );
  expectSame(files, before, /\/old(?: \(3\))?\.is[op]$/);
});

async function isMarked(disk: Anatomy, lcn: number): Promise<boolean> {
  const at = (await disk.place(6, DATA)) + (lcn >> 3);
  return ((disk.bytes[at] ?? 0) & (1 << (lcn & 7))) !== 0;
}

async function listOf(range: MemoryRange, path: string): Promise<string[]> {
  return (await (await openNtfs(range)).list(path)).map((found) => found.path);
}
