/** Images of floppies and disks, made by other programs: mtools, mke2fs, sgdisk, sfdisk. */
import { open, rm, stat, truncate, writeFile } from "node:fs/promises";
import { bytesOf } from "./iso-fixtures.ts";
import { judge } from "./tools.ts";

const MIB = 1 << 20;

/**
 * A boot sector that has the BIOS read the second sector of the disk that it was started from, and sends the text in there to the first
 * serial port.
 */
const SAYS_SECOND_SECTOR = Buffer.from(
  // The first segment; int 13h, AH=2: sector 2 of this drive to 0:7E00.
  "31c08ed88ec0b80102bb007eb9020030f6cd13be007efc" +
    // Each byte up to a zero, once the port at 3F8h is ready.
    "ac84c0741288c3bafd03eca82074fbbaf80388d8eeebe9f4ebfd",
  "hex",
);

/** Makes the first sectors of the file at `path` start and say `text`, whatever table is in them. */
export async function makeBootable(path: string, text: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(SAYS_SECOND_SECTOR, 0, SAYS_SECOND_SECTOR.length, 0);
    await file.write(Buffer.from([0x55, 0xaa]), 0, 2, 510);
    const sector = Buffer.alloc(512);
    sector.write(`\r\n${text}\r\n`);
    await file.write(sector, 0, sector.length, 512);
  } finally {
    await file.close();
  }
}

/** A floppy of `kib` KiB that says `text` when it is started. */
export async function floppyImage(path: string, text: string, kib = 1440): Promise<string> {
  await writeFile(path, "");
  await truncate(path, kib * 1024);
  await makeBootable(path, text);
  return path;
}

/** A partition: an image file to put into it, or its size in bytes. */
export interface PartitionSource {
  readonly content: string | number;
  /** GPT: sgdisk's code; MBR: the type in hex. */
  readonly type: string;
  /** GPT only. */
  readonly guid?: string;
}

/** A disk with these partitions, each at a MiB, one after the other. */
export async function diskImage(
  path: string,
  scheme: "gpt" | "mbr",
  partitions: readonly PartitionSource[],
): Promise<string> {
  const placed: (PartitionSource & { start: number; sizeMib: number })[] = [];
  let at = 1;
  for (const one of partitions) {
    const bytes = typeof one.content === "number" ? one.content : (await stat(one.content)).size;
    const sizeMib = Math.ceil(bytes / MIB);
    placed.push({ ...one, start: at, sizeMib });
    at += sizeMib;
  }
  await writeFile(path, "");
  await truncate(path, (at + 1) * MIB);
  if (scheme === "gpt") {
    const options = placed.flatMap(({ start, sizeMib, type, guid }, index) => [
      `--new=${index + 1}:${start}M:+${sizeMib}M`,
      `--typecode=${index + 1}:${type}`,
      ...(guid === undefined ? [] : [`--partition-guid=${index + 1}:${guid}`]),
    ]);
    await judge("sgdisk", [...options, path]);
  } else {
    const lines = placed.map(
      ({ start, sizeMib, type }) => `${start * 2048},${sizeMib * 2048},${type}`,
    );
    const input = `label: dos\nlabel-id: 0xcafe1234\n${lines.join("\n")}\n`;
    await judge("sfdisk", ["-q", path], { input });
  }
  for (const { content, start } of placed) {
    if (typeof content === "number") continue;
    const options = ["bs=1M", `seek=${start}`, "conv=notrunc,sparse", "status=none"];
    await judge("dd", [`if=${content}`, `of=${path}`, ...options]);
  }
  return path;
}

/** A FAT volume with these files (as test fixtures name their content). */
export async function fatImage(
  path: string,
  files: Readonly<Record<string, string | Buffer>>,
  sizeMib = 8,
): Promise<string> {
  await rm(path, { force: true });
  await judge("mkfs.fat", ["-C", "-i", "5AFEB007", "-n", "FATPART", path, String(sizeMib * 1024)]);
  const source = `${path}.file`;
  for (const [name, content] of Object.entries(files)) {
    for (let at = name.indexOf("/", 1); at > 0; at = name.indexOf("/", at + 1)) {
      await judge("mmd", ["-D", "s", "-i", path, `::${name.slice(0, at)}`], { accept: [0, 1] });
    }
    await writeFile(source, typeof content === "string" ? await bytesOf(content, path) : content);
    await judge("mcopy", ["-i", path, source, `::${name}`]);
  }
  await rm(source, { force: true });
  return path;
}

export const EXT4_UUID = "0badcafe-1234-4321-8888-00000badcafe";

/** An ext4 volume with the tree in `folder`. */
export async function ext4Image(path: string, folder: string, sizeMib = 16): Promise<string> {
  await rm(path, { force: true });
  const options = ["-q", "-t", "ext4", "-U", EXT4_UUID, "-L", "ROOTFS", "-d", folder];
  await judge("mke2fs", [...options, path, `${sizeMib}M`]);
  return path;
}
