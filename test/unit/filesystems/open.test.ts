import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import type { FileRange } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { openVolume, recognise } from "../../../src/filesystems/open.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

async function openImage(path: string): Promise<FileRange> {
  const range = await openFile(path);
  onTestFinished(() => range.close());
  return range;
}

/** An image of 64 MiB, made by the program at the end of `args`' line. */
async function formatted(program: string, args: readonly string[]): Promise<FileRange> {
  const image = join(await temporaryFolder(), "image");
  await judge("truncate", ["-s", "64M", image]);
  await judge(program, [...args, image]);
  return openImage(image);
}

test.for([
  ["mkfs.exfat", ["-L", "EX"], "exfat"],
  ["mkntfs", ["-F", "-Q", "-q", "-L", "NT"], "ntfs"],
  ["mkfs.vfat", ["-F", "32", "-n", "FAT"], "fat32"],
  ["mkfs.vfat", ["-F", "16", "-n", "FAT"], "fat32"],
  ["mkfs.ext4", ["-q", "-F", "-L", "EXT"], "ext4"],
  ["mkudffs", ["--label=UD"], "udf"],
] as const)("%s %j is recognised and opened", async ([program, args, name]) => {
  const range = await formatted(program, args);
  expect(await recognise(range)).toBe(name);
  const volume = await openVolume(range);
  expect(volume?.fileSystem).toBe(name);
  expect(volume?.label).toBe(args.at(-1)?.replace("--label=", ""));
  const blkid = await judge("blkid", ["-p", "-o", "export", range.path]);
  expect(blkid.toLowerCase()).toContain(`uuid=${volume?.uuid.toLowerCase()}\n`);
});

test("swap, squashfs, LUKS and BitLocker are named and not opened", async () => {
  const swap = await formatted("mkswap", []);
  expect(await recognise(swap)).toBe("swap");
  expect(await openVolume(swap)).toBeUndefined();

  const folder = await temporaryFolder();
  await mkdir(join(folder, "tree"));
  await judge("mksquashfs", [join(folder, "tree"), join(folder, "image"), "-quiet"]);
  expect(await recognise(await openImage(join(folder, "image")))).toBe("squashfs");

  // No tool here writes these two; libblkid knows them by the same bytes.
  const luks = Buffer.alloc(1 << 20);
  luks.write("LUKS\xba\xbe\0\x01", "latin1");
  expect(await recognise(new MemoryRange(luks))).toBe("luks");
  const bitlocker = Buffer.alloc(1 << 20);
  bitlocker.write("\xeb\x58\x90-FVE-FS-", "latin1");
  expect(await recognise(new MemoryRange(bitlocker))).toBe("bitlocker");
});

test.each([0, 1, 511, 512, 40_000, 1 << 20])("%i bytes of nothing are nothing", async (size) => {
  const range = new MemoryRange(size);
  expect(await recognise(range)).toBeUndefined();
  expect(await openVolume(range)).toBeUndefined();
});

test("a disk with a partition table is no volume", async () => {
  const image = join(await temporaryFolder(), "disk");
  await judge("truncate", ["-s", "64M", image]);
  await judge("sfdisk", [image], { input: "label: gpt\n,10M\n,,U\n" });
  expect(await recognise(await openImage(image))).toBeUndefined();
});

/** A bridge whose ISO 9660 tree lacks what `hidden` names. */
async function bridge(args: readonly string[], hidden: readonly string[]): Promise<FileRange> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "tree", "sources"), { recursive: true });
  await writeFile(join(folder, "tree", "sources", "boot.wim"), "WIM");
  await writeFile(join(folder, "tree", "readme.txt"), "This disc needs UDF.");
  const iso = join(folder, "bridge.iso");
  // UDF keeps what ISO 9660 hides.
  const hide = hidden.flatMap((name) => ["-hide", name]);
  await judge("genisoimage", ["-quiet", "-udf", ...args, ...hide, "-o", iso, join(folder, "tree")]);
  return openImage(iso);
}

test("a Windows ISO is opened as UDF, another bridge as ISO 9660", async () => {
  const windows = await bridge(["-V", "WIN"], ["sources"]);
  expect(await recognise(windows)).toBe("iso9660");
  const volume = await openVolume(windows);
  expect(volume?.fileSystem).toBe("udf");
  expect(await volume?.find("/SOURCES/BOOT.WIM")).toMatchObject({ sizeBytes: 3 });
  expect((await openVolume(await bridge(["-J"], [])))?.fileSystem).toBe("iso9660");
  expect((await openVolume(await bridge(["-R"], ["sources"])))?.fileSystem).toBe("iso9660");
});

test("a bridge that may hold files over 4 GiB is opened as UDF", async () => {
  const folder = await temporaryFolder();
  const sizeBytes = 4 * 2 ** 30 + 100;
  await judge("truncate", ["-s", String(sizeBytes), join(folder, "install.wim")]);
  const iso = join(folder, "big.iso");
  const script = `genisoimage -quiet -J -udf -allow-limited-size "$0" 2>/dev/null | head -c 2M >"$1"`;
  await judge("sh", ["-c", script, join(folder, "install.wim"), iso]);
  await truncate(iso, sizeBytes + (2 << 20));
  const volume = await openVolume(await openImage(iso));
  expect(volume?.fileSystem).toBe("udf");
  expect(await volume?.find("/install.wim")).toMatchObject({ sizeBytes });
});

test("a hybrid ISO whose boot sector looks like FAT is an ISO still", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "tree"));
  await writeFile(join(folder, "tree", "file"), "content");
  const iso = join(folder, "x.iso");
  await judge("xorriso", ["-as", "mkisofs", "-R", "-o", iso, join(folder, "tree")]);
  const fat = await formatted("mkfs.vfat", ["-F", "16"]);
  const sector = Buffer.alloc(512);
  await fat.read(0, sector);
  const image = await readFile(iso);
  sector.copy(image);
  expect(await recognise(new MemoryRange(image))).toBe("iso9660");
  image.fill(0, 32 << 10);
  expect(await recognise(new MemoryRange(image))).toBe("fat32");
});
