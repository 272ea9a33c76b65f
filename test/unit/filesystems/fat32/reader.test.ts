import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import {
  contents,
  digest,
  DIRECTORY,
  MIB,
  NOON,
  openImage,
  patterned,
  sorted,
  treeBy7z,
  treeOfVolume,
  wholeOf,
} from "./support.ts";
import type { Tree } from "./support.ts";

const FILES = new Map<string, Buffer | undefined>([
  ["/README.TXT", Buffer.from("short name\n")],
  ["/lower.txt", Buffer.from("lower case\n")],
  ["/Empty", Buffer.alloc(0)],
  ["/EFI", undefined],
  ["/EFI/BOOT", undefined],
  ["/EFI/BOOT/BOOTX64.EFI", patterned(300_001)],
  ["/EFI/BOOT/exactly", patterned(65_536, 2)],
  ["/Ein Ordner mit Leerzeichen", undefined],
  ["/Ein Ordner mit Leerzeichen/It's $1 (50%) & more {x}.tar.gz", Buffer.from("$")],
  ["/Ein Ordner mit Leerzeichen/救援盘 简体中文 Übung.iso", patterned(5000, 3)],
  [`/${"n".repeat(200)}.long`, Buffer.from("long name")],
  ["/many", undefined],
  ...Array.from({ length: 120 }, (_, index): [string, Buffer] => [
    `/many/entry number ${index}`,
    Buffer.from(`${index}`),
  ]),
]);

const TREE: Tree = sorted(
  new Map([...FILES].map(([path, data]) => [path, data === undefined ? DIRECTORY : digest(data)])),
);

/** An image made by mkfs.fat and filled by mtools. */
async function foreignImage(bits: number, kib: number, args: string[] = []): Promise<string> {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  const options = ["-C", "-F", `${bits}`, "-n", "FOREIGN", "-i", "00c0ffee", ...args];
  await judge("mkfs.fat", [...options, image, `${kib}`]);
  const source = join(folder, "source");
  await mkdir(source);
  for (const [path, data] of FILES) {
    const at = join(source, path);
    if (data === undefined) await mkdir(at);
    else await writeFile(at, data);
    await utimes(at, NOON, NOON);
  }
  const top = [...FILES.keys()].filter((path) => path.lastIndexOf("/") === 0);
  const sources = top.map((path) => join(source, path));
  await judge("mcopy", ["-s", "-m", "-i", image, ...sources, "::/"]);
  return image;
}

const KINDS: [name: string, bits: number, kib: number, args: string[]][] = [
  ["FAT12, a floppy", 12, 1440, []],
  ["FAT12, clusters of 4 KiB", 12, 8192, ["-s", "8"]],
  ["FAT16", 16, 32_768, []],
  ["FAT16, sectors of 2048 bytes", 16, 65_536, ["-S", "2048", "-s", "1"]],
  ["FAT32", 32, 40_960, ["-s", "1"]],
  ["FAT32, sectors of 4096 bytes", 32, 300_000, ["-S", "4096"]],
  ["FAT32, one FAT", 32, 40_960, ["-f", "1"]],
];

describe.each(KINDS)("%s, from mkfs.fat and mtools", (_, bits, kib, args) => {
  test("has its files, names, times and label", async () => {
    const volume = await openFat(await openImage(await foreignImage(bits, kib, args)));
    expect([volume.bits, volume.label, volume.uuid]).toEqual([bits, "FOREIGN", "00C0-FFEE"]);
    expect(await treeOfVolume(volume)).toEqual(TREE);
    expect((await volume.find("/README.TXT"))?.modified).toEqual(NOON);
    const small = await volume.extents("/EFI/BOOT/BOOTX64.EFI");
    expect(small.reduce((sum, extent) => sum + extent.length, 0)).toBe(300_001);
  });
});

test("FAT32 with fewer clusters than allowed is FAT32 all the same", async () => {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  await judge("mkfs.fat", ["-C", "-F", "32", "-n", "TINY", image, "4096"]);
  const volume = await openFat32(await openImage(image, true));
  await volume.writeTree([{ path: "/a folder/a file", data: patterned(10_000) }]);
  await judge("fsck.fat", ["-n", image]); // exit status 0, though it warns of the few clusters
  const again = await openFat(await openImage(image));
  expect([again.bits, again.label]).toEqual([32, "TINY"]);
  expect(await treeBy7z(image, join(folder, "out"))).toEqual(await treeOfVolume(again));
});

let original: Buffer | undefined;

/** A FAT32 volume in memory, the first cluster of BOOTX64.EFI, and a way to change its FAT. */
async function inMemory() {
  original ??= await wholeOf(await openImage(await foreignImage(32, 40_960, ["-s", "1"])));
  const range = new MemoryRange(Buffer.from(original));
  const fat = range.bytes.readUInt16LE(14) * 512;
  const data = fat + 2 * range.bytes.readUInt32LE(36) * 512;
  const volume = await openFat(range);
  const [extent] = await volume.extents("/EFI/BOOT/BOOTX64.EFI");
  const first = ((extent?.start ?? 0) - data) / 512 + 2;
  const link = (cluster: number, value: number) =>
    range.bytes.writeUInt32LE(value, fat + cluster * 4);
  return { range, volume, first, link };
}

describe("looking up", () => {
  test("goes by FAT's rules for case, and by short names", async () => {
    const { volume } = await inMemory();
    const found = await volume.find("/efi/Boot/bootX64.efi");
    expect(found).toMatchObject({ path: "/EFI/BOOT/BOOTX64.EFI", sizeBytes: 300_001 });
    const byAlias = await volume.find("/EINORD~1");
    expect(byAlias?.path).toBe("/Ein Ordner mit Leerzeichen");
    const umlaut = await volume.find("/ein ordner mit leerzeichen/救援盘 简体中文 übung.ISO");
    expect(umlaut?.sizeBytes).toBe(5000);
    expect(await volume.find("/EFI/missing/file")).toBeUndefined();
    expect(await volume.find("/README.TXT/file")).toBeUndefined();
    expect(await volume.find("/EFI/..")).toBeUndefined();
    expect(await volume.find("/")).toMatchObject({ path: "/", kind: "directory" });
  });

  test("says what is wrong with a path", async () => {
    const { volume } = await inMemory();
    await expect(volume.list("/nowhere")).rejects.toMatchObject({ code: "no-such-file" });
    await expect(volume.list("/README.TXT")).rejects.toMatchObject({ code: "not-a-directory" });
    await expect(volume.extents("/EFI")).rejects.toMatchObject({ code: "not-a-file" });
    await expect(volume.open("/nowhere")).rejects.toMatchObject({ code: "no-such-file" });
  });

  test("an opened file can't be written", async () => {
    const { volume } = await inMemory();
    const file = await volume.open("/README.TXT");
    expect(file.writable).toBe(false);
    await expect(file.write(0, Buffer.from("x"))).rejects.toMatchObject({ code: "read-only" });
    expect(await wholeOf(file)).toEqual(Buffer.from("short name\n"));
  });
});

describe("damage", () => {
  test.each([
    ["ends too early", 0x0fffffff, /has 300001 bytes .* for only 5632/],
    ["meets a free cluster", 0, /leads to 0,/],
    ["meets a bad cluster", 0x0ffffff7, /leads to 268435447/],
    ["leaves the volume", 0x00ffffff, /leads to 16777215/],
  ])("a chain that %s", async (_, value, message) => {
    const { range, first, link } = await inMemory();
    link(first + 10, value);
    const volume = await openFat(range);
    await expect(volume.open("/EFI/BOOT/BOOTX64.EFI")).rejects.toThrow(message);
  });

  test.each([0, 9, 10])(
    "a chain that returns to its cluster %i from its cluster 10",
    async (back) => {
      const { range, first, link } = await inMemory();
      link(first + 10, first + back);
      const volume = await openFat(range);
      await expect(volume.open("/EFI/BOOT/BOOTX64.EFI")).rejects.toThrow(/in a circle/);
      const writable = await openFat32(range);
      await expect(writable.remove("/EFI/BOOT/BOOTX64.EFI")).rejects.toThrow(/in a circle/);
    },
  );

  test("a directory inside itself", async () => {
    const { range } = await inMemory();
    // EFI's entry gets the cluster of the root directory, which is 2.
    const at = range.bytes.indexOf("EFI        \u0010", 0, "latin1");
    range.bytes.writeUInt16LE(2, at + 26);
    const volume = await openFat(range);
    await expect(volume.list("/EFI/EFI/EFI/EFI")).rejects.toMatchObject({
      code: "fat-directory-loop",
    });
  });

  test("a directory whose chain never ends", async () => {
    const { range, link } = await inMemory();
    for (let cluster = 20_000; cluster < 24_200; cluster++) link(cluster, cluster + 1);
    const at = range.bytes.indexOf("EFI        \u0010", 0, "latin1");
    range.bytes.writeUInt16LE(20_000, at + 26);
    const volume = await openFat(range);
    await expect(volume.list("/EFI")).rejects.toThrow(/longer than the 4096 clusters/);
  });

  test("a first FAT that can't be read: the second one is taken", async () => {
    const { range } = await inMemory();
    const fat = range.bytes.readUInt16LE(14) * 512;
    const end = fat + range.bytes.readUInt32LE(36) * 512;
    const read = range.read.bind(range);
    range.read = async (offset, into) => {
      if (offset < end && offset + into.length > fat) throw new Error("unreadable");
      return read(offset, into);
    };
    expect(await treeOfVolume(await openFat(range))).toEqual(TREE);
  });

  test("a long name whose checksum is wrong gives way to the short one", async () => {
    const { range } = await inMemory();
    const at = range.bytes.indexOf("EINORD~1", 0, "latin1");
    range.bytes.writeUInt8(0x99, at - 32 + 13);
    const volume = await openFat(range);
    expect((await volume.find("/EINORD~1"))?.name).toBe("EINORD~1");
    expect(await volume.list("/EINORD~1")).toHaveLength(2);
  });

  test.each([
    ["bytes per sector 0", 11, [0, 0]],
    ["bytes per sector 513", 11, [1, 2]],
    ["sectors per cluster 0", 13, [0]],
    ["sectors per cluster 3", 13, [3]],
    ["no reserved sectors", 14, [0, 0]],
    ["no FAT", 16, [0]],
    ["200 FATs", 16, [200]],
    ["root entries on FAT32", 17, [1, 0]],
    ["no sectors", 32, [0, 0, 0, 0]],
    ["sectors that end in the FAT", 32, [100, 0, 0, 0]],
    ["a FAT of no sectors", 36, [0, 0, 0, 0]],
    ["a FAT larger than the volume", 36, [255, 255, 255, 255]],
    ["a version from the future", 42, [1, 0]],
    ["root cluster 0", 44, [0, 0, 0, 0]],
    ["root cluster beyond the end", 44, [255, 255, 255, 0]],
    ["an active FAT that isn't there", 40, [0x85, 0]],
    ["media 1", 21, [1]],
  ])("a boot sector with %s", async (_, at, bytes) => {
    const { range } = await inMemory();
    range.bytes.set(bytes, at);
    await expect(openFat(range)).rejects.toMatchObject({ code: "not-fat" });
  });

  test("other things than FAT", async () => {
    for (const range of [new MemoryRange(100), new MemoryRange(MIB)]) {
      await expect(openFat(range)).rejects.toMatchObject({ code: "not-fat" });
    }
    const image = join(await temporaryFolder(), "other");
    await judge("truncate", ["-s", "4M", image]);
    await judge("mkntfs", ["-F", "-q", image]);
    await expect(openFat(await openImage(image))).rejects.toMatchObject({ code: "not-fat" });
    await judge("mkfs.exfat", [image]);
    await expect(openFat(await openImage(image))).rejects.toMatchObject({ code: "not-fat" });
  });

  test("a volume cut short is read as far as it goes, and not written", async () => {
    const { range } = await inMemory();
    const cut = new MemoryRange(range.bytes.subarray(0, 20 * MIB));
    const volume = await openFat(cut);
    expect(await contents(volume, "/README.TXT")).toEqual(Buffer.from("short name\n"));
    await expect(openFat32(cut)).rejects.toMatchObject({ code: "fat-truncated" });
  });

  test("a file beyond the end of a volume cut short has no extents, rather than ones outside", async () => {
    const { range } = await inMemory();
    const writable = await openFat32(range);
    await writable.writeFile("/last", patterned(5000));
    const [extent] = (await writable.extents("/last")) ?? [];
    const cut = new MemoryRange(range.bytes.subarray(0, (extent?.start ?? 0) + 512));
    const volume = await openFat(cut);
    await expect(volume.extents("/last")).rejects.toMatchObject({
      code: "out-of-range",
    });
  });
});

test("FAT12 and FAT16 aren't written", async () => {
  const image = await foreignImage(16, 32_768);
  const range = await openImage(image, true);
  await expect(openFat32(range)).rejects.toMatchObject({ code: "not-fat32" });
  const readOnly = await openFat32(await openImage(await foreignImage(32, 40_960)));
  const writing = readOnly.writeFile("/a", Buffer.from("a"));
  await expect(writing).rejects.toMatchObject({ code: "read-only" });
  expect((await readBytes(range, 510, 2)).toString("hex")).toBe("55aa");
});
