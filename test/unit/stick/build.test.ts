/** `build` for every file system in both schemes: no judge finds a fault, and each ISO is what it was. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  MIB,
  buildStick,
  expectCleanStick,
  expectCleanVolume,
  extractPartition,
  fixtureIso,
  hashesByOthers,
  named,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
} from "../../support/sticks.ts";

let folder = "";
let isos: string[] = [];

beforeAll(async () => {
  folder = await suiteFolder();
  const debian = await fixtureIso("debian-live", folder);
  const memtest = await fixtureIso("memtest86+", folder);
  isos = [debian, memtest, await named(debian, folder, "救援 盘 $(x) & 'co'.iso")];
});

describe.each(["exfat", "fat32", "ntfs", "ext4"] as const)("%s", (fileSystem) => {
  test.each(["gpt", "mbr"] as const)("%s", async (scheme) => {
    const image = join(folder, `${fileSystem}-${scheme}.img`);
    const { entries, files, plan } = await buildStick(image, { fileSystem, scheme, isos });
    expect(plan.notes).toEqual([]);
    expect(entries).toBeGreaterThan(6);
    await expectCleanStick(image, fileSystem);

    const originals = await Promise.all(isos.map(sha256OfFile));
    const paths = isos.map((iso) => `/${iso.slice(folder.length + 1)}`);
    expect(await hashesByOthers(image, fileSystem, paths, isos)).toEqual(originals);
    expect(new Map(files.map(({ path, sha256 }) => [path, sha256]))).toEqual(
      new Map(paths.map((path, index) => [path, originals[index]])),
    );
  });
});

const WINDOWS = { windowsBytes: 100 * MIB, sizeBytes: 600 * MIB };
const GPT_NAMES = [
  "LIFEBOAT-EFI",
  "LIFEBOAT-BIOS",
  "Microsoft reserved partition",
  "Windows To Go",
];

test("a partition for Windows To Go, GPT", async () => {
  const image = join(folder, "windows-gpt.img");
  const { plan } = await buildStick(image, { ...WINDOWS, isos: isos.slice(0, 1) });
  await expectCleanStick(image, "exfat");
  const { label, id, partitions } = await sfdiskTable(image);
  expect(label).toBe("gpt");
  expect(partitions.map(({ name }) => name)).toEqual([plan.name, ...GPT_NAMES]);
  expect(plan.name).toBe(`LIFEBOAT-${id.slice(0, 8)}`);
  const windows = partitions.find(({ name }) => name === "Windows To Go");
  expect((windows?.size ?? 0) * 512).toBe(100 * MIB);
  await expectCleanVolume(await extractPartition(image, windows?.number ?? 0), "ntfs");
});

test("a partition for Windows To Go, MBR", async () => {
  const image = join(folder, "windows-mbr.img");
  await buildStick(image, { ...WINDOWS, scheme: "mbr", fileSystem: "ntfs" });
  await expectCleanStick(image, "ntfs");
  const { label, partitions } = await sfdiskTable(image);
  expect(label).toBe("dos");
  expect(partitions.map(({ type }) => type)).toEqual(["7", "ef", "7"]);
  await expectCleanVolume(await extractPartition(image, 3), "ntfs");
});

test("a size that is no whole number of sectors", async () => {
  const image = join(folder, "odd.img");
  await buildStick(image, { sizeBytes: 400_000_001 });
  await expectCleanStick(image, "exfat");
});
