/** The file systems in a disk image, each where GRUB sees it. */
import type { ByteRange } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import type { PartitionReport } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { openVolume } from "../../filesystems/open.ts";
import type { FileSystemName, ReadableVolume } from "../../filesystems/volume.ts";
import { LifeboatError } from "../../system/errors.ts";

export interface DiskPart {
  /** As GRUB calls it: `msdos2`, `gpt2`; undefined for a file system without a partition table. */
  readonly partition: string | undefined;
  /** From 1; undefined as above. */
  readonly number: number | undefined;
  /** Linux's PARTUUID in lower case. */
  readonly partUuid: string;
  readonly volume: ReadableVolume;
}

export interface DiskParts {
  readonly scheme: PartitionReport["scheme"];
  /** Of the partition table, in bytes. */
  readonly sectorSize: number;
  readonly parts: readonly DiskPart[];
}

/** Linux numbers no more in one disk; a table that says so is damaged or hostile. */
const MOST_PARTITIONS = 128;

/** What every GRUB of a stick reads, the one that Secure Boot starts too. */
const READ_EVERYWHERE: readonly FileSystemName[] = ["fat32", "ext4", "iso9660"];

export function everyGrubReads({ volume }: DiskPart): boolean {
  return READ_EVERYWHERE.includes(volume.fileSystem);
}

/** The initrd hook maps those partitions that stand in the table itself, and not the logical ones of an MBR. */
export function hookMaps({ partition, number }: DiskPart): boolean {
  return number === undefined || partition?.startsWith("gpt") === true || number <= 4;
}

/** Partitions that can't be read are left out. @throws LifeboatError only where the medium itself can't be read. */
export async function readDiskParts(image: ByteRange): Promise<DiskParts> {
  const { scheme, sectorSize, partitions } = await readPartitions(image);
  if (scheme === "none") {
    const volume = await readable(async () => openVolume(image));
    const whole = { partition: undefined, number: undefined, partUuid: "" };
    return { scheme, sectorSize, parts: volume === undefined ? [] : [{ ...whole, volume }] };
  }
  const parts: DiskPart[] = [];
  for (const { number, id, startLba, sectors, container } of partitions.slice(0, MOST_PARTITIONS)) {
    const start = startLba * sectorSize;
    const length = sectors * sectorSize;
    if (container === true || length === 0 || start + length > image.size) continue;
    const volume = await readable(async () => openVolume(new SliceRange(image, start, length)));
    if (volume === undefined) continue;
    const partition = `${scheme === "gpt" ? "gpt" : "msdos"}${number}`;
    parts.push({ partition, number, partUuid: id.toLowerCase(), volume });
  }
  return { scheme, sectorSize, parts };
}

async function readable<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof LifeboatError) return undefined;
    throw error;
  }
}
