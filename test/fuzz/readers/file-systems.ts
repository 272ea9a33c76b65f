/** FAT, exFAT, NTFS and ext4. */
import { mkdir, open, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MemoryRange } from "../../../src/block/memory.ts";
import { bootChecksum } from "../../../src/filesystems/exfat/boot-sector.ts";
import { openExfat } from "../../../src/filesystems/exfat/index.ts";
import { openExt4 } from "../../../src/filesystems/ext4/index.ts";
import { readFreeSpace } from "../../../src/filesystems/ext4/free-space.ts";
import { openFat, openFat32 } from "../../../src/filesystems/fat32/index.ts";
import { openNtfs, openNtfsWritable } from "../../../src/filesystems/ntfs/index.ts";
import { recognise } from "../../../src/filesystems/recognise.ts";
import type { WritableVolume } from "../../../src/filesystems/volume.ts";
import { run } from "../../../src/system/run.ts";
import type { Area, FuzzedReader, Seed } from "../reader.ts";
import { PAGE_BYTES } from "../scratch.ts";
import type { Scratch } from "../scratch.ts";
import { filesOf, FOLDERS, piecesWhere, writeTree } from "./tree.ts";
import { readWholeVolume, Tolerance } from "./volumes.ts";

const KIB = 1024;
const MIB = 1 << 20;
const NOW = new Date("2026-11-21T10:20:30Z");

async function emptyImage(path: string, bytes: number): Promise<string> {
  const file = await open(path, "w");
  await file.truncate(bytes);
  await file.close();
  return path;
}

/** What the trees of all seeds hold, written by lifeboat onto a volume that another program made; one file is in pieces. */
async function fill(volume: WritableVolume, many: number): Promise<void> {
  for (const folder of FOLDERS) await volume.makeDirectory(`/${folder}`);
  for (const [path, size] of filesOf({ many })) {
    await volume.writeFile(`/${path}`, Buffer.alloc(size), NOW);
  }
  for (let index = 0; index < 8; index++) {
    await volume.writeFile(`/gap ${index}`, Buffer.alloc(5000), NOW);
  }
  for (let index = 0; index < 8; index += 2) await volume.remove(`/gap ${index}`);
  const room = await volume.reserve(Math.max(4096, volume.freeBytes - 64 * KIB));
  await volume.writeFile("/in pieces", Buffer.alloc(30_000), NOW);
  await room.release();
}

async function fatSeed(folder: string, bits: number, kib: number): Promise<Seed> {
  const image = join(folder, `fat${bits}`);
  const options = ["-C", "-F", `${bits}`, "-s", "1", "-i", "1234abcd", "-n", "FUZZ", "--invariant"];
  await run("mkfs.fat", [...options, image, `${kib}`]);
  const tree = await writeTree(join(folder, `for-fat${bits}`), { many: 20 });
  const mtools = { env: { SOURCE_DATE_EPOCH: "1790000000", LC_ALL: "C.UTF-8" } };
  await run("mcopy", ["-i", image, join(tree, "image.iso"), "::first"], mtools);
  await run("mcopy", ["-i", image, join(tree, "boot/vmlinuz"), "::second"], mtools);
  await run("mdel", ["-i", image, "::first"], mtools);
  const names = ["boot", "a folder with a long name", "deep", "README.TXT", "empty", "image.iso"];
  await run("mcopy", ["-s", "-i", image, ...names.map((name) => join(tree, name)), "::"], mtools);
  const bytes = await readFile(image);
  return { name: `FAT${bits}`, bytes, hot: fatStructures(bytes) };
}

function fatStructures(bytes: Buffer): Area[] {
  const fat = bytes.readUInt16LE(14) * 512;
  const length = (bytes.readUInt16LE(22) || bytes.readUInt32LE(36)) * 512;
  const data = fat + 2 * length;
  return [
    { start: 0, length: 96 },
    { start: fat, length: Math.min(length, 512) },
    // Slots of directories: file data is zero.
    ...piecesWhere(bytes.subarray(0, data + MIB), 32, (slot, start) => {
      return start >= data && slot.some((byte) => byte !== 0);
    }),
  ];
}

/** Fewer clusters than FAT32 should have, as cameras make it: else most of a check's time goes to FATs full of zeroes. */
export async function smallFat32Seed(folder: string): Promise<Seed> {
  const image = join(folder, "small-fat32");
  const options = ["-C", "-F", "32", "-s", "1", "-i", "1234abcd", "-n", "FUZZ", "--invariant"];
  await run("mkfs.fat", [...options, image, "1500"]);
  const range = new MemoryRange(await readFile(image));
  await fill(await openFat32(range), 20);
  const { bytes } = range;
  const backup = { start: bytes.readUInt16LE(50) * 512, length: 96 };
  const fsInfo = { start: bytes.readUInt16LE(48) * 512, length: 512 };
  return { name: "FAT32", bytes, hot: [...fatStructures(bytes), backup, fsInfo] };
}

export const fat: FuzzedReader = {
  name: "fat",
  what: "FAT12, FAT16, FAT32 by mkfs.fat and mtools",
  kind: "image",
  makeSeeds: async (folder) => [
    await fatSeed(folder, 12, 720),
    await fatSeed(folder, 16, 2500),
    await fatSeed(folder, 32, 34_000),
  ],
  read: async ({ bytes, number }) => {
    const range = new MemoryRange(bytes);
    await recognise(range);
    return readWholeVolume(await openFat(range), range, { number });
  },
};

async function exfatSeed(folder: string): Promise<Seed> {
  const image = await emptyImage(join(folder, "exfat"), MIB);
  await run("mkfs.exfat", ["-c", "1K", "-b", "32K", "-L", "FUZZ", image]);
  const range = new MemoryRange(await readFile(image));
  await fill(await openExfat(range), 30);
  const { bytes } = range;
  const fatStart = bytes.readUInt32LE(80) * 512;
  const types = [0x81, 0x82, 0x83, 0x85, 0xc0, 0xc1];
  const heap = bytes.readUInt32LE(88) * 512;
  const hot = [
    { start: 64, length: 56 },
    { start: fatStart, length: 1024 },
    { start: heap, length: 64 },
    ...piecesWhere(bytes, 32, (entry, start) => start >= heap && types.includes(entry[0] ?? 0)),
  ];
  return { name: "exFAT", bytes, hot };
}

/** Section 6.3.3 of the specification, over a whole entry set. */
function sumOfEntrySet(set: Buffer): number {
  let sum = 0;
  for (const [index, byte] of set.entries()) {
    if (index !== 2 && index !== 3) sum = (((sum << 15) | (sum >>> 1)) + byte) & 0xffff;
  }
  return sum;
}

function repairExfat(image: Scratch): void {
  for (const start of [0, 12 * 512]) {
    if (!image.isChanged(start, 12 * 512)) continue;
    const region = image.change(start, 12 * 512);
    if (region.length < 12 * 512) continue;
    const sum = bootChecksum(region.subarray(0, 11 * 512));
    for (let at = 11 * 512; at < 12 * 512; at += 4) region.writeUInt32LE(sum, at);
  }
  for (const page of image.changedPages()) {
    for (let at = page; at < page + PAGE_BYTES; at += 32) {
      if (at < 24 * 512 || image.bytes[at] !== 0x85 || image.bytes[at + 32] !== 0xc0) continue;
      const set = image.change(at, 32 * ((image.bytes[at + 1] ?? 0) + 1));
      if (set.length >= 64) set.writeUInt16LE(sumOfEntrySet(set), 2);
    }
  }
}

export const exfat: FuzzedReader = {
  name: "exfat",
  what: "exFAT by mkfs.exfat, filled by lifeboat",
  kind: "image",
  makeSeeds: async (folder) => [await exfatSeed(folder)],
  repair: repairExfat,
  read: async ({ bytes, number }) => {
    const range = new MemoryRange(bytes);
    await recognise(range);
    return readWholeVolume(await openExfat(range), range, { number });
  },
};

async function ntfsSeed(folder: string, clusterBytes: number): Promise<Seed> {
  const image = await emptyImage(join(folder, `ntfs${clusterBytes}`), 3 * MIB);
  await run("mkntfs", ["-F", "-Q", "-q", "-c", `${clusterBytes}`, "-L", "FUZZ", image]);
  const source = join(folder, "source");
  await writeFile(source, Buffer.alloc(20_000));
  await run("ntfscp", ["-f", "-q", image, source, "/by ntfscp"]);
  const range = new MemoryRange(await readFile(image));
  await fill(await openNtfsWritable(range, { now: () => NOW }), 24);
  const { bytes } = range;
  const isRecord = (piece: Buffer) => piece.toString("latin1", 0, 4) === "FILE";
  const hot = [
    { start: 0, length: 96 },
    // What records begin with, not the room at their ends.
    ...piecesWhere(bytes, 1024, isRecord).map(({ start }) => ({ start, length: 480 })),
    ...piecesWhere(bytes, 4096, (piece) => piece.toString("latin1", 0, 4) === "INDX"),
  ];
  return { name: `NTFS, clusters of ${clusterBytes}`, bytes, hot };
}

/** The last two bytes of each sector of a record repeat its update sequence number. */
function repairNtfs(image: Scratch): void {
  for (const page of image.changedPages()) {
    const step = 1024;
    for (let at = page; at < page + PAGE_BYTES && at + step <= image.size; at += step) {
      const magic = image.bytes.toString("latin1", at, at + 4);
      if (magic !== "FILE" && magic !== "INDX") continue;
      const record = image.change(at, magic === "FILE" ? 1024 : 4096);
      const fixups = record.readUInt16LE(4);
      if (fixups + 2 > record.length) continue;
      const number = record.readUInt16LE(fixups);
      for (let end = 510; end + 2 <= record.length; end += 512) record.writeUInt16LE(number, end);
    }
  }
}

export const ntfs: FuzzedReader = {
  name: "ntfs",
  what: "NTFS by mkntfs and ntfscp, filled by lifeboat",
  kind: "image",
  makeSeeds: async (folder) => [await ntfsSeed(folder, 512), await ntfsSeed(folder, 4096)],
  repair: repairNtfs,
  read: async ({ bytes, number }) => {
    const range = new MemoryRange(bytes);
    await recognise(range);
    return readWholeVolume(await openNtfs(range), range, { number });
  },
};

const EXT4_KINDS: Readonly<Record<string, readonly string[]>> = {
  ext2: ["-t", "ext2", "-b", "1024", "-g", "1024"],
  ext4: ["-t", "ext4", "-b", "1024", "-O", "^has_journal", "-g", "1024"],
  "ext4 with inline data": "-t ext4 -b 1024 -O inline_data,^has_journal -I 256".split(" "),
  "ext4 with meta_bg": "-t ext4 -b 1024 -O 64bit,meta_bg,^resize_inode,^has_journal".split(" "),
  "ext4 with bigalloc": "-t ext4 -b 1024 -C 4096 -O bigalloc,^has_journal".split(" "),
};

async function ext4Seeds(folder: string): Promise<Seed[]> {
  const tree = await writeTree(folder, { links: true, many: 60 });
  await mkdir(join(tree, "tiny"));
  await writeFile(join(tree, "tiny/inline"), "inline");
  await symlink("inline", join(tree, "tiny/link"));
  const sparse = await open(join(tree, "sparse"), "w");
  for (let piece = 0; piece < 200; piece++) await sparse.write("x", piece * 3000);
  await sparse.close();
  const seeds: Seed[] = [];
  for (const [index, [name, options]] of Object.entries(EXT4_KINDS).entries()) {
    const image = await emptyImage(join(folder, `ext4-${index}`), 3 * MIB);
    const uuid = "01234567-89ab-4cde-8f01-23456789abcd";
    const fixed = ["-q", "-F", "-U", uuid, "-E", `hash_seed=${uuid}`, "-L", "FUZZ", "-d", tree];
    await run("mke2fs", [...options, ...fixed, image], {
      env: { SOURCE_DATE_EPOCH: "1790000000", E2FSPROGS_FAKE_TIME: "1790000000" },
    });
    const bytes = await readFile(image);
    const hot = [
      { start: 1024, length: 384 },
      { start: 2048, length: 256 },
      // Inode tables, directories, indirect blocks: neither bitmaps nor data.
      ...piecesWhere(bytes, 128, (piece) => {
        const zeroes = piece.filter((byte) => byte === 0).length;
        return zeroes > 12 && zeroes < 124;
      }),
    ];
    seeds.push({ name, bytes, hot });
  }
  return seeds;
}

export const ext4: FuzzedReader = {
  name: "ext4",
  what: "ext2 and ext4 by mke2fs: block maps, extents, inline data, meta_bg, bigalloc",
  kind: "image",
  makeSeeds: ext4Seeds,
  read: async ({ bytes, number }) => {
    const range = new MemoryRange(bytes);
    await recognise(range);
    const volume = await openExt4(range);
    const tolerance = new Tolerance();
    await tolerance.try(async () => readFreeSpace(volume.metadata));
    return readWholeVolume(volume, range, { number, tolerance });
  },
};
