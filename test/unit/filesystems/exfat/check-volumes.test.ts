/** Volumes with nothing wrong, whoever made them, and media that are at fault themselves. */
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { checkExfat, repairExfat } from "../../../../src/filesystems/exfat/check/index.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { openExfat } from "../../../../src/filesystems/exfat/index.ts";
import { Anatomy, filesOf, sampleVolume } from "./check-support.ts";
import { expectClean, formatted, formattedByMkfs, MiB, NOW, opened, pattern } from "./support.ts";

const NOTHING = { findings: [], unlisted: 0 };

test.each([4 * MiB, 300 * MiB])(
  "an empty volume of %i bytes of ours and of mkfs.exfat's",
  async (size) => {
    const { range } = await formatted(size);
    expect(await checkExfat(range)).toEqual({ ...NOTHING, files: 0, directories: 0 });
    const image = await opened(await formattedByMkfs(size, "-L", "RESCUE"));
    const check = await checkExfat(image);
    // mkfs.exfat rounds the percentage its own way.
    expect(check.findings.filter(({ id }) => id !== "percent-in-use")).toEqual([]);
  },
);

test("a volume of mkfs.exfat's that we have filled, emptied and filled again", async () => {
  const path = await formattedByMkfs(8 * MiB, "-c", "4096");
  const range = await opened(path, true);
  const volume = await openExfat(range);
  await volume.makeDirectory("/folder");
  for (let index = 0; index < 60; index++) {
    await volume.writeFile(`/folder/file number ${index} of many`, pattern(9000, index), NOW);
    if (index % 3 === 2) await volume.remove(`/folder/file number ${index - 1} of many`);
  }
  await volume.writeFile("/large", pattern(5 * MiB, 9), NOW);
  await range.flush();
  const check = await checkExfat(range);
  expect(isClean(check)).toBe(true);
  expect([check.files, check.directories]).toEqual([41, 1]);
  await expectClean(path);
});

test("a repair of a healthy volume writes nothing", async () => {
  const { bytes } = await sampleVolume();
  const range = new MemoryRange(Buffer.from(bytes));
  expect((await repairExfat(range)).mended).toEqual([]);
  expect(range.bytes.equals(bytes)).toBe(true);
});

test("without an allocation bitmap nothing is freed, and the user is told to copy the files off", async () => {
  const range = await sampleVolume();
  const disk = new Anatomy(range.bytes);
  range.bytes[disk.root + 32] = 0x01;
  const { after } = await repairExfat(range);
  expect(after.findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["bitmap-entry", false],
  ]);
});

test("without an up-case table too", async () => {
  const range = await sampleVolume();
  const disk = new Anatomy(range.bytes);
  range.bytes[disk.root + 64] = 0x02;
  const { after } = await repairExfat(range);
  expect(after.findings.map(({ id, repairable }) => [id, repairable])).toEqual([
    ["upcase-table", false],
  ]);
});

test.each([
  { what: "bitmap", slot: 32, where: "the root directory", place: rootCluster },
  { what: "bitmap", slot: 32, where: "the up-case table", place: () => 3 },
  { what: "up-case table", slot: 64, where: "the bitmap", place: () => 2 },
  { what: "up-case table", slot: 64, where: "the root directory", place: rootCluster },
  { what: "bitmap", slot: 32, where: "a file", place: (disk: Anatomy) => disk.cluster("one.bin") },
  {
    what: "bitmap",
    slot: 32,
    where: "a file in pieces",
    place: (disk: Anatomy) => disk.cluster("chained.bin"),
  },
  {
    what: "bitmap",
    slot: 32,
    where: "a directory",
    place: (disk: Anatomy) => disk.cluster("folder"),
  },
  {
    what: "up-case table",
    slot: 64,
    where: "a file",
    place: (disk: Anatomy) => disk.cluster("one.bin"),
  },
])("an entry that has the $what lie in $where: nothing is written there", async (claim) => {
  const range = await sampleVolume();
  const before = await filesOf(range);
  const disk = new Anatomy(range.bytes);
  range.bytes.writeUInt32LE(claim.place(disk), disk.root + claim.slot + 20);
  const { after } = await repairExfat(range);
  const left = after.findings.filter(({ severity }) => severity !== "info");
  expect(left).toMatchObject([{ severity: "error", repairable: false }]);
  expect(await filesOf(range)).toEqual(before);
});

test("beside such an entry, the boot regions are mended all the same", async () => {
  const range = await sampleVolume();
  const disk = new Anatomy(range.bytes);
  range.bytes.writeUInt32LE(disk.cluster("one.bin"), disk.root + 32 + 20);
  range.bytes[12 * 512 + 100] = 9;
  const { mended, after } = await repairExfat(range);
  expect(mended.map(({ id }) => id)).toEqual(["backup-boot-region"]);
  expect(after.findings.map(({ id }) => id)).toEqual(["system-cross-linked"]);
});

function rootCluster({ bytes }: Anatomy): number {
  return bytes.readUInt32LE(96);
}

test("the signal is heard, and noise is refused", async () => {
  const signal = AbortSignal.abort();
  await expect(checkExfat(await sampleVolume(), { signal })).rejects.toThrow("abort");
  const noise = new MemoryRange(pattern(MiB, 1));
  await expect(checkExfat(noise)).rejects.toMatchObject({ code: "not-exfat" });
});
