import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import type { FileRange } from "../../../../src/block/file.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { hasHybridBoot, readElTorito } from "../../../../src/filesystems/iso9660/index.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { noise } from "../../../support/sample-tree.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

const EFI_BYTES = 1440 << 10;

/** An ISO with the boot files that the arguments name: `bios.img`, `floppy.img`, and a FAT volume `efi.img`. */
async function masterBootable(args: (folder: string) => string[]): Promise<FileRange> {
  const folder = await temporaryFolder();
  const tree = join(folder, "tree");
  await judge("mkdir", [tree]);
  await writeFile(join(tree, "bios.img"), noise(30_000));
  await writeFile(join(tree, "floppy.img"), noise(1440 << 10));
  await judge("mkfs.vfat", ["-C", join(tree, "efi.img"), String(EFI_BYTES >> 10)]);
  await writeFile(join(folder, "mbr.bin"), noise(432));
  const iso = join(folder, "boot.iso");
  await judge("xorriso", ["-as", "mkisofs", "-R", "-o", iso, ...args(folder), tree]);
  const range = await openFile(iso);
  onTestFinished(() => range.close());
  return range;
}

const BIOS = ["-b", "bios.img", "-c", "boot.cat", "-no-emul-boot", "-boot-load-size", "4"];
const EFI = ["-eltorito-alt-boot", "-e", "efi.img", "-no-emul-boot"];

/** xorriso's own report, one array of words a line: `El Torito boot img :   1  BIOS  y   none  0x0000  0x00      4          34`. */
async function reported(range: FileRange): Promise<string[][]> {
  const output = await judge("xorriso", ["-indev", range.path, "-report_el_torito", "plain"]);
  return [...output.matchAll(/^El Torito boot img : +(\d.*)$/gm)].map(
    ([, line]) => line?.trim().split(/ +/) ?? [],
  );
}

test("a catalog for BIOS and EFI", async () => {
  const range = await masterBootable(() => [...BIOS, "-boot-info-table", ...EFI]);
  const catalog = await readElTorito(range);
  expect(catalog?.platform).toBe("bios");
  const [bios, efi] = catalog?.images ?? [];
  const lines = await reported(range);
  expect(lines.map((words) => words.slice(1, 4))).toEqual([
    ["BIOS", "y", "none"],
    ["UEFI", "y", "none"],
  ]);
  expect([bios?.loadRba, efi?.loadRba]).toEqual(lines.map((words) => Number(words.at(-1))));
  expect([bios?.loadSectors, efi?.loadSectors]).toEqual(lines.map((words) => Number(words.at(-2))));
  expect(bios).toMatchObject({ platform: "bios", bootable: true, emulation: "none" });
  expect(efi).toMatchObject({ platform: "efi", bootable: true, emulation: "none" });
  expect(bios?.extent).toEqual({ start: (bios?.loadRba ?? 0) * 2048, length: 2048 });

  const image = await readBytes(range, efi?.extent?.start ?? 0, efi?.extent?.length ?? 0);
  expect(image.length).toBe(EFI_BYTES);
  const folder = await temporaryFolder();
  await writeFile(join(folder, "efi.img"), image);
  expect(await judge("fsck.vfat", ["-n", join(folder, "efi.img")])).toContain("0 files");
});

test("an EFI image whose sector count says 'all' is as long as its FAT volume", async () => {
  const range = await masterBootable(() => EFI.slice(1));
  const image = await readFile(range.path);
  // The default entry's sector count; xorriso always writes the true one for EFI.
  image.writeUInt16LE(1, ((await readElTorito(range))?.lba ?? 0) * 2048 + 38);
  const [efi] = (await readElTorito(new MemoryRange(image)))?.images ?? [];
  expect(efi).toMatchObject({ platform: "efi", loadSectors: 1 });
  expect(efi?.extent?.length).toBe(EFI_BYTES);
});

test("an emulated floppy has its format's size", async () => {
  const range = await masterBootable(() => ["-b", "floppy.img", "-c", "boot.cat"]);
  const [floppy] = (await readElTorito(range))?.images ?? [];
  expect(floppy).toMatchObject({ emulation: "floppy-1.44M", loadSectors: 1 });
  const { start = 0, length = 0 } = floppy?.extent ?? {};
  expect((await readBytes(range, start, length)).equals(noise(1440 << 10))).toBe(true);
});

test("no catalog, no answer; a wrong checksum is said", async () => {
  const plain = await masterBootable(() => []);
  expect(await readElTorito(plain)).toBeUndefined();
  const range = await masterBootable(() => BIOS);
  const image = await readFile(range.path);
  const lba = (await readElTorito(range))?.lba ?? 0;
  image[lba * 2048 + 5] = 1;
  await expect(readElTorito(new MemoryRange(image))).rejects.toMatchObject({
    code: "boot-catalog-damaged",
  });
  await expect(
    readElTorito(new MemoryRange(image.subarray(0, lba * 2048 + 40))),
  ).rejects.toMatchObject({ code: "truncated-volume" });
});

test("sections that claim more entries than there is room for end with the catalog", async () => {
  const range = await masterBootable(() => [...BIOS, ...EFI]);
  const image = await readFile(range.path);
  const at = ((await readElTorito(range))?.lba ?? 0) * 2048;
  image.writeUInt16LE(65535, at + 64 + 2);
  // All of the catalog's sector, and what follows, as entries.
  for (let entry = at + 96; entry < at + 2048; entry += 32)
    image.copy(image, entry, at + 96, at + 128);
  const catalog = await readElTorito(new MemoryRange(image));
  expect(catalog?.images.length).toBeLessThan(520);
  expect(catalog?.images.length).toBeGreaterThan(60);
});

test("partition tables of hybrid images are those that sfdisk sees", async () => {
  const range = await masterBootable((folder) => [
    ...BIOS,
    "-isohybrid-mbr",
    join(folder, "mbr.bin"),
    ...EFI,
    "-isohybrid-gpt-basdat",
  ]);
  const hybrid = await hasHybridBoot(range);
  expect(hybrid).toMatchObject({ bootCode: true });
  const table = JSON.parse(await judge("sfdisk", ["--json", range.path])) as {
    partitiontable: { label: string; partitions: { start: number; size: number }[] };
  };
  const { label, partitions } = table.partitiontable;
  const ours = hybrid?.partitions.filter((one) => one.table === (label === "gpt" ? "gpt" : "mbr"));
  expect(ours?.map((one) => [one.startLba, one.sectors])).toEqual(
    partitions.map((one) => [one.start, one.size]),
  );
  expect(hybrid?.partitions.length).toBeGreaterThan(0);
});

test("an EFI partition that is appended shows in the GPT", async () => {
  const range = await masterBootable((folder) => [
    ...BIOS,
    ..."-append_partition 2 0xef".split(" "),
    join(folder, "tree", "efi.img"),
    "-appended_part_as_gpt",
    ..."-eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot".split(" "),
  ]);
  const hybrid = await hasHybridBoot(range);
  expect(hybrid?.gpt).toBe(true);
  const esp = hybrid?.partitions.find((one) => one.efiSystem && one.table === "gpt");
  expect(esp?.sectors).toBe(EFI_BYTES / 512);
  const efi = (await readElTorito(range))?.images.find((image) => image.platform === "efi");
  expect(efi?.extent).toEqual({ start: (esp?.startLba ?? 0) * 512, length: EFI_BYTES });
});

test("a plain ISO is no hybrid", async () => {
  expect(await hasHybridBoot(await masterBootable(() => BIOS))).toBeUndefined();
});

test("damage to catalog, descriptors and tables is refused or survived", async () => {
  const range = await masterBootable((folder) => [
    ...BIOS,
    "-isohybrid-mbr",
    join(folder, "mbr.bin"),
    ...EFI,
    "-isohybrid-gpt-basdat",
  ]);
  const lba = (await readElTorito(range))?.lba ?? 0;
  const areas = [
    { start: lba * 2048, length: 160 },
    { start: 17 * 2048, length: 80 },
    { start: 440, length: 72 },
    { start: 512, length: 1024 },
  ];
  const image = await readFile(range.path);
  // The catalog's checksum lies in its own words: damage elsewhere in it stays valid.
  await mutate(image, { areas, iterations: fuzzRounds(300), seed: 1 }, async (copy) => {
    await hasHybridBoot(copy);
    await readElTorito(copy);
  });
});
