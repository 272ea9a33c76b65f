/**
 * Sticks that lifeboat didn't make: tables by sfdisk, file systems by their own tools, and Ventoy's layout as its installer makes it (a
 * data partition from sector 2048, 32 MiB of FAT16 named VTOYEFI right behind it, boot code, and a core image in the gap). What
 * would be Ventoy's programs are bytes without meaning.
 */
import { randomBytes } from "node:crypto";
import { open, readFile, rm, truncate } from "node:fs/promises";
import type { ByteRange } from "../../src/block/byte-range.ts";
import { openFile } from "../../src/block/file.ts";
import { openDataVolume, rangeOf } from "../../src/stick/data/volume.ts";
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import { run } from "../../src/system/run.ts";
import { MIB } from "./sticks.ts";
import { judge } from "./tools.ts";

export interface ForeignStick {
  readonly scheme: Scheme;
  /** What the data partition is formatted with. */
  readonly fileSystem: DataFileSystem;
  readonly sizeMib?: number;
  /** Nothing lies there: behind the data, or behind Ventoy's partition. */
  readonly freeMib?: number;
  /** The file system ends so long before its partition does. */
  readonly shortMib?: number;
  readonly ventoy?: boolean;
  readonly startLba?: number;
  /** Lines for sfdisk behind the data's. */
  readonly more?: readonly string[];
  /** On the data partition: path → content. */
  readonly files?: Readonly<Record<string, Buffer>>;
  /** So much lies in front of the files while they are written, and is removed then: they lie at the end. */
  readonly fillerMib?: number;
}

/**
 * So that each can become 256 MiB smaller: mkntfs puts the copy of the MFT's first records in the middle, and FAT32 has 65,525
 * clusters at the least.
 */
const SIZE_MIB: Readonly<Record<DataFileSystem, number>> = {
  exfat: 400,
  fat32: 640,
  ntfs: 640,
  ext4: 400,
};
const VENTOY_SECTORS = 65536;
const GPT_TAIL = 34;
const BASIC_DATA = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7";

const FORMAT: Readonly<
  Record<DataFileSystem, (path: string, startLba: number) => Promise<unknown>>
> = {
  exfat: async (path) => judge("mkfs.exfat", ["-L", "Ventoy", path]),
  fat32: async (path, start) => judge("mkfs.fat", ["-F", "32", "-h", String(start), path]),
  ntfs: async (path, start) =>
    judge("mkntfs", ["-F", "-Q", "-p", String(start), "-H", "255", "-S", "63", path]),
  ext4: async (path) => judge("mke2fs", ["-q", "-t", "ext4", path]),
};

/** Where its data partition lies, in sectors. */
export async function foreignStick(image: string, stick: ForeignStick) {
  const { scheme, fileSystem, startLba = 2048, more = [] } = stick;
  const { sizeMib = SIZE_MIB[fileSystem] } = stick;
  const { freeMib = 0, shortMib = 0, ventoy = false } = stick;
  await emptyFile(image, sizeMib * MIB);
  const total = (sizeMib * MIB) / 512;
  const tail = scheme === "gpt" ? GPT_TAIL : 0;
  const end = total - freeMib * 2048 - tail;
  const ventoyStart = scheme === "mbr" ? (end - VENTOY_SECTORS) & ~7 : end - VENTOY_SECTORS;
  const sectors = (ventoy ? ventoyStart : end) - startLba;
  const types = scheme === "mbr" ? { exfat: "7", ntfs: "7", fat32: "c", ext4: "83" } : undefined;
  const lines = [
    `label: ${scheme === "mbr" ? "dos" : "gpt"}`,
    ...(scheme === "gpt" ? ["first-lba: 34"] : []),
    `start=${startLba}, size=${sectors}, type=${types?.[fileSystem] ?? BASIC_DATA}`,
    ...(ventoy
      ? [
          scheme === "mbr"
            ? `start=${ventoyStart}, size=${VENTOY_SECTORS}, type=ef`
            : `start=${ventoyStart}, size=${VENTOY_SECTORS}, type=${BASIC_DATA}, name=VTOYEFI, attrs="GUID:63"`,
        ]
      : []),
    ...more,
  ];
  await judge("sfdisk", ["--no-reread", "--no-tell-kernel", image], { input: lines.join("\n") });
  const part = `${image}.part`;
  await emptyFile(part, sectors * 512 - shortMib * MIB);
  await FORMAT[fileSystem](part, startLba);
  await put(part, image, startLba);
  if (ventoy) {
    await emptyFile(part, VENTOY_SECTORS * 512);
    await judge("mkfs.fat", ["-F", "16", "-s", "1", "-n", "VTOYEFI", part]);
    await judge("mmd", ["-i", part, "::/ventoy"]);
    await judge("mcopy", ["-i", part, "-", "::/ventoy/ventoy.cpio"], {
      input: randomBytes(40_000),
    });
    await put(part, image, ventoyStart);
  }
  await rm(part);
  const disk = await openFile(image, { writable: true });
  const place = { disk, path: image, startLba, sectors };
  if (ventoy) await bootArea(disk, scheme);
  const volume = await openDataVolume(fileSystem, place, rangeOf(place), run);
  const { fillerMib = 0 } = stick;
  if (fillerMib > 0) {
    const filler = await volume.reserve(fillerMib * MIB);
    await filler.commit("/filler", new Date());
  }
  for (const [path, data] of Object.entries(stick.files ?? {})) {
    const folders = path.split("/").slice(1, -1);
    for (const [depth] of folders.entries()) {
      const folder = `/${folders.slice(0, depth + 1).join("/")}`;
      if ((await volume.find(folder)) === undefined) await volume.makeDirectory(folder);
    }
    await volume.writeFile(path, data, new Date("2026-06-01T12:00:00Z"));
  }
  if (fillerMib > 0) await volume.remove("/filler");
  await disk.flush();
  await disk.close();
  return { startLba, sectors };
}

/** Boot code of 440 bytes, and 2,014 or 2,047 sectors of core image. */
async function bootArea(disk: ByteRange, scheme: Scheme): Promise<void> {
  const sector = Buffer.alloc(512);
  await disk.read(0, sector);
  randomBytes(440).copy(sector);
  await disk.write(0, sector);
  const first = scheme === "gpt" ? 34 : 1;
  await disk.write(first * 512, randomBytes((2048 - first) * 512));
}

async function put(source: string, image: string, startLba: number): Promise<void> {
  const options = ["bs=1M", "conv=notrunc,sparse", "oflag=seek_bytes", "status=none"];
  await judge("dd", [`if=${source}`, `of=${image}`, `seek=${startLba * 512}`, ...options]);
}

export async function emptyFile(path: string, bytes: number): Promise<void> {
  await (await open(path, "w")).close();
  await truncate(path, bytes);
}

/** The ISOs as files of a stick. */
export async function isoFiles(isos: Readonly<Record<string, string>>) {
  const files: Record<string, Buffer> = {};
  for (const [path, iso] of Object.entries(isos)) files[path] = await readFile(iso);
  return files;
}
