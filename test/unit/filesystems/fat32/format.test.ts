import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import { formatFat32, openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { layoutFat32 } from "../../../../src/filesystems/fat32/layout.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { assertClean, createImage, FORMAT, GIB, MIB, newVolume, NOON } from "./support.ts";

describe("fsck.fat and mtools take a volume of", () => {
  const cases: [name: string, size: number, sector: number, cluster: number][] = [
    ["33 MiB", 33 * MIB, 512, 512],
    ["256 MiB, the ESP's size", 256 * MIB, 512, 512],
    ["300 MiB", 300 * MIB, 512, 4096],
    ["8 GiB and a bit", 8 * GIB + 12_345_678, 512, 8192],
    ["64 GiB", 64 * GIB, 512, 32768],
    ["260 MiB in sectors of 4096 bytes", 260 * MIB, 4096, 4096],
    ["10 GiB in sectors of 4096 bytes", 10 * GIB, 4096, 8192],
    ["40 MiB in sectors of 512 bytes, and 7 bytes", 40 * MIB + 7, 512, 512],
  ];
  test.each(cases)("%s", async (_, size, sector, cluster) => {
    const { image, volume, range } = await newVolume(size, {}, sector);
    await assertClean(image);
    expect(volume.allocationUnitBytes).toBe(cluster);
    expect(volume.bits).toBe(32);
    const info = await judge("minfo", ["-i", image, "::"]);
    expect(info).toContain(`sector size: ${sector} bytes`);
    expect(info).toContain(`cluster size: ${cluster / sector} sectors`);
    expect(info).toContain("Big fatlen=");
    expect(info).toContain(`free clusters=${volume.freeBytes / cluster}`);
    const record = await readBytes(range, 0, 3 * sector);
    expect(await readBytes(range, 6 * sector, 3 * sector)).toEqual(record);
  });
});

test("label, id and times are what was asked for", async () => {
  const { image, range } = await newVolume(40 * MIB, { label: "My Rescue", volumeId: 0xcafe });
  const volume = await openFat(range);
  expect([volume.label, volume.uuid]).toEqual(["MY RESCUE", "0000-CAFE"]);
  const listing = await judge("mdir", ["-i", image, "::/"]);
  expect(listing).toMatch(/Volume in drive : is MY RESCUE/);
  expect(listing).toMatch(/Serial Number is 0000-CAFE/);
  expect(await judge("mlabel", ["-s", "-i", image, "::"])).toContain("MY RESCUE");
  const blkid = await judge("blkid", ["-p", "-o", "export", image]);
  for (const fact of ["LABEL=MY\\ RESCUE", "UUID=0000-CAFE", "VERSION=FAT32", "TYPE=vfat"]) {
    expect(blkid).toContain(fact);
  }
});

test("no label: none in the root directory", async () => {
  const { image, volume } = await newVolume(40 * MIB, { label: "" });
  await assertClean(image);
  expect(volume.label).toBe("");
  expect(await judge("mdir", ["-i", image, "::/"])).toContain("has no label");
});

test("the same options give the same bytes", async () => {
  const [one, two] = [new MemoryRange(34 * MIB), new MemoryRange(34 * MIB)];
  two.bytes.fill(0xa5); // what was there before doesn't matter …
  await formatFat32(one, FORMAT);
  await formatFat32(two, FORMAT);
  const { freeBytes } = await openFat32(one);
  const metadata = 34 * MIB - freeBytes - 512;
  expect(two.bytes.subarray(0, metadata).equals(one.bytes.subarray(0, metadata))).toBe(true);
  const rest = two.bytes.subarray(-freeBytes);
  expect(rest.equals(Buffer.alloc(freeBytes, 0xa5))).toBe(true); // … and stays
});

test("writes the metadata and nothing else, the boot sector last", async () => {
  const recorder = new RecordingRange(new MemoryRange(40 * MIB));
  await formatFat32(recorder, FORMAT);
  const volume = await openFat32(recorder);
  const writes = recorder.log.flatMap((event) => (event.kind === "write" ? [event] : []));
  const ends = writes.map(({ offset, data }) => offset + data.length);
  expect(Math.max(...ends)).toBeLessThanOrEqual(40 * MIB - volume.freeBytes);
  const blank = await openFat(new MemoryRange(40 * MIB)).catch((error: unknown) => error);
  expect(blank).toMatchObject({ code: "not-fat" });
  expect(writes.at(-1)?.offset).toBe(0);
  expect(writes[0]?.data.every((byte) => byte === 0)).toBe(true);
});

test("an older file system in the reserved sectors is gone for those that probe", async () => {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  const range = await createImage(image, 2 * GIB);
  await judge("mke2fs", ["-q", "-F", "-t", "ext4", "-L", "old", image]);
  await formatFat32(range, FORMAT);
  const found = await judge("wipefs", ["--noheadings", "--output", "TYPE", image]);
  expect([...new Set(found.split(/\s+/).filter(Boolean))]).toEqual(["vfat"]);
});

test("hidden sectors: a partition inside a disk, where mtools finds it by its offset", async () => {
  const folder = await temporaryFolder();
  const image = join(folder, "disk");
  const disk = await createImage(image, 50 * MIB);
  const partition = new SliceRange(disk, MIB, 40 * MIB);
  await formatFat32(partition, { ...FORMAT, hiddenSectors: 2048 });
  expect((await readBytes(partition, 0, 512)).readUInt32LE(28)).toBe(2048);
  const volume = await openFat32(partition, { now: () => NOON });
  await volume.writeFile("/hello.txt", Buffer.from("hello"));
  expect(await judge("mtype", ["-i", `${image}@@1M`, "::/hello.txt"])).toBe("hello");
});

describe("the layout", () => {
  test("has mkfs.fat's cluster size on volumes of every class", async () => {
    const folder = await temporaryFolder();
    for (const mib of [34, 64, 200, 256, 259, 261, 1000, 8191, 8193, 16385, 32769]) {
      const image = join(folder, `${mib}`);
      const range = await createImage(image, mib * MIB);
      await judge("mkfs.fat", ["-F", "32", image]);
      const { sectorsPerCluster } = layoutFat32(mib * MIB, 512);
      expect([mib, sectorsPerCluster]).toEqual([mib, (await readBytes(range, 13, 1))[0]]);
    }
  });

  test.each([512, 1024, 2048, 4096])(
    "always has FATs that are long enough (sectors of %i)",
    (sector) => {
      for (let size = 300 * MIB; size < 2048 * GIB; size = Math.floor(size * 1.37 + 99_999)) {
        const layout = layoutFat32(size, sector);
        const entries = (layout.sectorsPerFat * sector) / 4;
        expect(layout.clusterCount).toBeGreaterThanOrEqual(65525);
        expect(entries).toBeGreaterThanOrEqual(layout.clusterCount + 2);
        // No more than two sectors too long, where aligning the data area took clusters away.
        const aligned = Math.ceil((MIB * 4) / (layout.sectorsPerCluster * sector) / sector) + 1;
        expect(entries - layout.clusterCount - 2).toBeLessThan((aligned * sector) / 4 + sector / 4);
        const before = layout.reservedSectors + 2 * layout.sectorsPerFat;
        expect((before * sector) % (size >= GIB ? MIB : 4096)).toBe(0);
        const used = before + layout.clusterCount * layout.sectorsPerCluster;
        expect(layout.totalSectors - used).toBeLessThan(layout.sectorsPerCluster);
        expect(used).toBeLessThanOrEqual(layout.totalSectors);
      }
    },
  );

  test("goes up to 2 TiB", () => {
    expect(layoutFat32(2048 * GIB, 512)).toMatchObject({
      totalSectors: 0xffffffff,
      sectorsPerCluster: 64,
    });
    expect(() => layoutFat32(2048 * GIB + 512, 512)).toThrow(/too large/);
    expect(layoutFat32(4096 * GIB, 4096).totalSectors).toBe(2 ** 30);
  });

  test("is refused where it wouldn't be FAT32", () => {
    expect(() => layoutFat32(32 * MIB, 512)).toThrow(/needs 65525/);
    expect(() => layoutFat32(0, 512)).toThrow(/too small/);
    expect(() => layoutFat32(40 * MIB, 512, 2)).toThrow(/too small/);
    // 256 MiB hold 65,536 sectors of 4096 bytes: too few clusters once the FATs are taken off.
    expect(() => layoutFat32(256 * MIB, 4096)).toThrow(/too small/);
    expect(() => layoutFat32(GIB, 512, 3)).toThrow(/clusters of 3 sectors/);
    expect(() => layoutFat32(GIB, 512, 256)).toThrow(/clusters of 256 sectors/);
    expect(() => layoutFat32(GIB, 8192)).toThrow(/sectors of 8192 bytes/);
    expect(layoutFat32(GIB, 512, 16).sectorsPerCluster).toBe(16);
  });
});

test.each(["TWELVE-CHARS", "a.b", "über", " X", "A/B"])(
  "the label %j is refused",
  async (label) => {
    const range = new MemoryRange(40 * MIB);
    await expect(formatFat32(range, { ...FORMAT, label })).rejects.toMatchObject({
      code: "invalid-label",
    });
    expect(range.bytes.equals(Buffer.alloc(range.size))).toBe(true);
  },
);
