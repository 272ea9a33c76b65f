/** Volumes with nothing wrong, whoever made them, and media that are at fault themselves. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { checkFat32, repairFat32 } from "../../../../src/filesystems/fat32/check/index.ts";
import { formatFat32, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { Anatomy, sampleVolume, SECTOR } from "./check-support.ts";
import { FORMAT, MIB, newVolume, openImage, patterned } from "./support.ts";

const NOTHING = { findings: [], unlisted: 0 };

test.each([512, 4096])("a volume of ours, with sectors of %i bytes", async (sectorSize) => {
  const size = (sectorSize / 512) * 40 * MIB;
  const { range, volume } = await newVolume(size, { sectorsPerCluster: 1 }, sectorSize);
  expect(await checkFat32(range)).toEqual({ ...NOTHING, files: 0, directories: 0 });
  await volume.writeTree([
    { path: "/some/long/way/down.txt", data: patterned(70_000) },
    { path: "/Ärger & 名前.txt", data: patterned(10) },
  ]);
  await volume.writeFile("/again", patterned(9000));
  await volume.remove("/again");
  await volume.writeFile("/some/other", patterned(9000));
  expect(await checkFat32(range)).toEqual({ ...NOTHING, files: 3, directories: 3 });
});

test("a volume of mkfs.fat's, filled by mtools", async () => {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  await judge("mkfs.fat", ["-C", "-F", "32", "-s", "1", "-n", "RESCUE", image, `${34 * 1024}`]);
  const file = join(folder, "file");
  await writeFile(file, patterned(5000));
  await judge("mmd", ["-i", image, "::/a folder", "::/a folder/UPPER"]);
  for (let index = 0; index < 40; index++) {
    await judge("mcopy", ["-i", image, file, `::/a folder/UPPER/file number ${index}.txt`]);
    if (index % 3 === 2) {
      await judge("mdel", ["-i", image, `::/a folder/UPPER/file number ${index - 1}.txt`]);
    }
  }
  const check = await checkFat32(await openImage(image));
  expect(check).toEqual({ ...NOTHING, files: 27, directories: 2 });
});

test("a repair of a healthy volume writes nothing", async () => {
  const { bytes } = await sampleVolume();
  const range = new MemoryRange(Buffer.from(bytes));
  expect((await repairFat32(range)).mended).toEqual([]);
  expect(range.bytes.equals(bytes)).toBe(true);
});

/** A medium that fails at one place. */
class Failing extends OverlayRange {
  readonly #bad: number;

  constructor(base: ByteRange, bad: number) {
    super(base);
    this.#bad = bad;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    if (this.#bad >= offset && this.#bad < offset + into.length) {
      throw new LifeboatError("read-failed", { en: "bad sector", zh: "坏扇区" });
    }
    await super.read(offset, into);
  }
}

test("a directory that can't be read: its files keep their clusters", async () => {
  const base = await sampleVolume();
  const disk = new Anatomy(base.bytes);
  const range = new Failing(base, disk.clusterAt(disk.clusterOf("INNER      ")));
  const { findings } = await checkFat32(range);
  expect(findings.map(({ id, where, repairable }) => [id, where, repairable])).toEqual([
    ["directory-unreadable", "/folder/inner", false],
  ]);
  expect((await repairFat32(range)).mended).toEqual([]);
});

test("boot code where FSInfo would be stays", async () => {
  const range = await sampleVolume();
  for (const at of [0, 6 * SECTOR]) range.bytes.writeUInt16LE(0, at + 48);
  range.bytes.fill(0x90, SECTOR, 2 * SECTOR);
  const before = Buffer.from(range.bytes);
  const { mended, after } = await repairFat32(range);
  expect(mended).toEqual([]);
  expect(after.findings.map(({ id, severity }) => [id, severity])).toEqual([["no-fsinfo", "info"]]);
  expect(range.bytes.equals(before)).toBe(true);
});

test("a root directory on a bad cluster: nothing is freed", async () => {
  const range = await sampleVolume();
  new Anatomy(range.bytes).setEntry(2, 0x0ffffff7);
  const { mended, after } = await repairFat32(range);
  expect(mended).toEqual([]);
  const errors = after.findings.filter(({ severity }) => severity === "error");
  expect(errors.map(({ id, repairable }) => [id, repairable])).toEqual([["root-directory", false]]);
});

test("a directory of more slots than may be: nothing is freed", async () => {
  const range = await sampleVolume();
  const disk = new Anatomy(range.bytes);
  const first = 10_000;
  const clusters = (65_536 * 32) / SECTOR + 1;
  const last = disk.cluster("MANY       ", 3);
  disk.setEntry(last, first);
  for (let index = 0; index < clusters; index++) disk.setEntry(first + index, first + index + 1);
  disk.setEntry(first + clusters - 1, 0x0fffffff);
  const { after } = await repairFat32(range);
  const errors = after.findings.filter(({ severity }) => severity === "error");
  expect(errors.map(({ id, where }) => [id, where])).toEqual([["directory-too-long", "/many"]]);
});

test("a partition that is shorter than its volume", async () => {
  const { bytes } = await sampleVolume();
  const range = new MemoryRange(Buffer.from(bytes.subarray(0, bytes.length - MIB)));
  const { findings } = await checkFat32(range);
  expect(findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["volume-beyond-end", false],
  ]);
});

test("a tree of a thousand levels of directories is not gone into to its end", async () => {
  const range = new MemoryRange(40 * MIB);
  await formatFat32(range, FORMAT);
  const volume = await openFat32(range);
  let path = "";
  for (let depth = 0; depth < 135; depth++) path += "/d";
  await volume.writeTree([{ path: `${path}/file`, data: Buffer.alloc(3) }]);
  const { findings } = await checkFat32(range);
  expect(findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["tree-too-deep", false],
  ]);
});

test("FAT16 is refused, noise too, and the signal is heard", async () => {
  const image = join(await temporaryFolder(), "image");
  await judge("mkfs.fat", ["-C", "-F", "16", image, "16384"]);
  await expect(checkFat32(await openImage(image))).rejects.toMatchObject({ code: "not-fat32" });
  const noise = new MemoryRange(patterned(MIB));
  await expect(checkFat32(noise)).rejects.toMatchObject({ code: "not-fat" });
  const signal = AbortSignal.abort();
  await expect(checkFat32(await sampleVolume(), { signal })).rejects.toThrow("abort");
});
