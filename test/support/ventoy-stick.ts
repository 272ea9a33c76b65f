/**
 * Ventoy sticks as Ventoy's own steps make them, in image files: parted for the tables, mkfs for the user's partition, and writes to where
 * its installer's dd writes (INSTALL/tool/VentoyWorker.sh and ventoy_lib.sh). Nothing of lifeboat's but the writer that puts files
 * on the user's partition, and nothing of Ventoy's at all: the releases are those of ventoy-release.ts.
 */
import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { openFile } from "../../src/block/file.ts";
import { openDataVolume, rangeOf } from "../../src/stick/data/volume.ts";
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import { run } from "../../src/system/run.ts";
import { emptyFile } from "./foreign-sticks.ts";
import { MIB } from "./sticks.ts";
import { judge } from "./tools.ts";
import type { VentoyParts } from "./ventoy-release.ts";
import { DISK_SECTORS } from "./ventoy-release.ts";

export interface VentoyStickOptions {
  readonly scheme: Scheme;
  readonly release: VentoyParts;
  /** Of the whole disk. Default: 96. */
  readonly sizeMib?: number;
  /** `-r`: left free behind Ventoy's partition. */
  readonly reserveMib?: number;
  /** What the user has formatted the first partition with since. Default: exFAT, as the installer does. */
  readonly fileSystem?: DataFileSystem;
  /** On the user's partition: path → content. */
  readonly files?: Readonly<Record<string, Buffer>>;
}

export interface MadeVentoyStick {
  readonly image: string;
  /** In sectors. */
  readonly data: { readonly startLba: number; readonly sectors: number };
  readonly esp: { readonly startLba: number; readonly sectors: number };
  /** Behind `esp`, as far as the backup GPT or the disk's end. */
  readonly tailSectors: number;
  /** 16 bytes. */
  readonly uuid: Buffer;
  /** 4 bytes. */
  readonly signature: Buffer;
}

const SECTOR = 512;
const DATA_START = 2048;
const FORMAT: Readonly<Record<DataFileSystem, readonly string[]>> = {
  exfat: ["mkfs.exfat", "-c", "32K", "-L", "Ventoy"],
  fat32: ["mkfs.fat", "-F", "32", "-n", "DATA"],
  ntfs: ["mkntfs", "-F", "-Q", "-p", String(DATA_START), "-H", "255", "-S", "63", "-L", "data"],
  ext4: ["mke2fs", "-q", "-t", "ext4", "-L", "data"],
};

/** Installs a release on a new image file. */
export async function ventoyStick(
  image: string,
  options: VentoyStickOptions,
): Promise<MadeVentoyStick> {
  const { scheme, release, sizeMib = 96, reserveMib = 0, fileSystem = "exfat" } = options;
  await emptyFile(image, sizeMib * MIB);
  const total = sizeMib * 2048;
  const reserved = reserveMib * 2048;
  const tail = scheme === "gpt" ? 33 : 0;
  let dataEnd = total - reserved - tail - DISK_SECTORS - 1;
  dataEnd -= (dataEnd + 1) % 8;
  const espStart = dataEnd + 1;
  const espEnd = espStart + DISK_SECTORS - 1;
  const script = scheme === "gpt" ? gptScript : mbrScript;
  await judge("parted", ["-a", "none", "--script", image, ...script(dataEnd, espStart, espEnd)]);
  // As `vtoycli gpt -f`: no drive letter.
  if (scheme === "gpt") await judge("sgdisk", ["--attributes=2:set:63", image]);

  const data = { startLba: DATA_START, sectors: espStart - DATA_START };
  const part = `${image}.part`;
  await emptyFile(part, data.sectors * SECTOR);
  const [program = "", ...args] = FORMAT[fileSystem];
  await judge(program, [...args, part]);
  const copying = ["bs=1M", "conv=notrunc,sparse", "oflag=seek_bytes", "status=none"];
  await judge("dd", [`if=${part}`, `of=${image}`, `seek=${DATA_START * SECTOR}`, ...copying]);
  await rm(part);

  const uuid = randomBytes(16);
  const signature = randomBytes(4);
  await onDisk(image, async (write) => {
    if (scheme === "mbr") await write(466, Buffer.from([0xef]));
    await write(0, release.bootImage.subarray(0, 446));
    await writeCore(write, scheme, release);
    await write(espStart * SECTOR, release.diskImage);
    await write(384, uuid);
    await write(440, signature);
  });
  await putFiles(image, data, fileSystem, options.files ?? {});
  const esp = { startLba: espStart, sectors: DISK_SECTORS };
  return { image, data, esp, tailSectors: total - tail - espEnd - 1, uuid, signature };
}

function mbrScript(dataEnd: number, espStart: number, espEnd: number): string[] {
  return (
    `mklabel msdos unit s mkpart primary ntfs ${DATA_START} ${dataEnd} ` +
    `mkpart primary fat16 ${espStart} ${espEnd} set 1 boot on quit`
  ).split(" ");
}

function gptScript(dataEnd: number, espStart: number, espEnd: number): string[] {
  return (
    `mklabel gpt unit s mkpart Ventoy ntfs ${DATA_START} ${dataEnd} ` +
    `mkpart VTOYEFI fat16 ${espStart} ${espEnd} set 2 msftdata on quit`
  ).split(" ");
}

/**
 * What Ventoy's installer does to update a stick, in its order; the part of `vtoycli gpt -f` that wants checksums is done by sgdisk.
 * @param diskImage as it is to be on the partition, where Secure Boot isn't wanted; default: the release's.
 */
export async function updateAsVentoyDoes(
  image: string,
  { scheme, espStart }: { readonly scheme: Scheme; readonly espStart: number },
  release: VentoyParts,
  diskImage: Buffer = release.diskImage,
): Promise<void> {
  await onDisk(image, async (write, read) => {
    const uuid = await read(384, 16);
    await write(0, release.bootImage.subarray(0, 440));
    await write(384, uuid);
    const kept = await read(2040 * SECTOR, 8 * SECTOR);
    if (scheme === "mbr") {
      const [first, second] = [await read(446, 1), await read(462, 1)];
      if (first[0] === 0 && second[0] === 0x80) {
        await write(446, Buffer.from([0x80]));
        await write(462, Buffer.from([0]));
      }
    }
    await writeCore(write, scheme, release);
    await write(2040 * SECTOR, kept);
    await write(espStart * SECTOR, diskImage);
  });
  if (scheme === "gpt") {
    const attributes = await judge("sgdisk", ["--info=2", image]);
    if (!/Attribute flags: 8000000000000000/.test(attributes)) {
      await judge("sgdisk", ["--typecode=2:0700", "--attributes=2:=:8000000000000000", image]);
    }
  }
}

async function writeCore(write: Write, scheme: Scheme, release: VentoyParts): Promise<void> {
  if (scheme === "mbr") return write(SECTOR, release.coreImage);
  await write(92, Buffer.from([0x22]));
  await write(34 * SECTOR, release.coreImage.subarray(0, 2014 * SECTOR));
  await write(17_908, Buffer.from([0x23]));
}

type Write = (offset: number, data: Uint8Array) => Promise<void>;
type Read = (offset: number, length: number) => Promise<Buffer>;

/** Reads and writes as dd does. */
export async function onDisk(
  image: string,
  use: (write: Write, read: Read) => Promise<void>,
): Promise<void> {
  const file: FileHandle = await open(image, "r+");
  try {
    await use(
      async (offset, data) => {
        await file.write(data, 0, data.length, offset);
      },
      async (offset, length) => {
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer;
      },
    );
  } finally {
    await file.close();
  }
}

/** Eight sectors with a mark each, where Ventoy keeps data of its own. */
export function markedSectors(): Buffer {
  return Buffer.concat(
    [0, 1, 2, 3, 4, 5, 6, 7].map((number) => Buffer.alloc(SECTOR, `kept ${2040 + number}. `)),
  );
}

async function putFiles(
  image: string,
  run1: { readonly startLba: number; readonly sectors: number },
  fileSystem: DataFileSystem,
  files: Readonly<Record<string, Buffer>>,
): Promise<void> {
  if (Object.keys(files).length === 0) return;
  const disk = await openFile(image, { writable: true });
  const place = { disk, path: image, ...run1 };
  const volume = await openDataVolume(fileSystem, place, rangeOf(place), run);
  for (const [path, content] of Object.entries(files)) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (folder !== "" && (await volume.find(folder)) === undefined) {
      await volume.makeDirectory(folder);
    }
    await volume.writeFile(path, content, new Date("2026-06-01T12:00:00Z"));
  }
  await disk.flush();
  await disk.close();
}
