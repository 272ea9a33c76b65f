/** Where everything lies on a stick: pure arithmetic over the disk's size and sectors. */
import { LifeboatError } from "../system/errors.ts";
import { MIB } from "../system/sizes.ts";
import { say } from "./messages.ts";

export const SCHEMES = ["gpt", "mbr"] as const;
export type Scheme = (typeof SCHEMES)[number];

export const DATA_FILE_SYSTEMS = ["exfat", "ntfs", "ext4", "fat32"] as const;
export type DataFileSystem = (typeof DATA_FILE_SYSTEMS)[number];

/** `ventoy`: Ventoy's own partition, on a stick that starts by lifeboat and has Ventoy behind it. */
export type PartitionRole = "data" | "esp" | "bios-boot" | "msr" | "windows" | "ventoy";

export interface PlannedPartition {
  /** In the partition table; not the order on the disk. */
  readonly number: number;
  readonly role: PartitionRole;
  readonly startLba: number;
  readonly sectors: number;
}

export interface StickLayout {
  readonly scheme: Scheme;
  readonly sectorSize: number;
  readonly totalSectors: number;
  readonly partitions: readonly PlannedPartition[];
  /** Room for GRUB's core image; undefined where a BIOS can't start from this disk. */
  readonly core: { readonly startLba: number; readonly sectors: number } | undefined;
}

export interface LayoutOptions {
  readonly scheme: Scheme;
  readonly sizeBytes: number;
  readonly sectorSize: number;
  /** For a Windows To Go partition; 0: none. */
  readonly windowsBytes: number;
}

/** Flash memory erases in large blocks, and every partitioning tool begins here. */
const ALIGNMENT_BYTES = MIB;
export const ESP_BYTES = 256 * MIB;
/** FAT32 has 65,525 clusters at the least, and none is smaller than a sector: 256 MiB of 4096-byte ones wouldn't do. */
export const ESP_BYTES_4K = 288 * MIB;
const MSR_BYTES = 16 * MIB;
/** FAT32 and NTFS want some room to be worth it; less than this is no rescue stick. */
export const SMALLEST_DATA_BYTES = 64 * MIB;
/** Backup GPT: 32 sectors of entries and its header, on 512-byte sectors; fewer on larger ones. */
const BACKUP_GPT_BYTES = 33 * 512;
/** LBA 34 is the first one free behind a GPT of 128 entries; 40 is the next multiple of eight, kind to 4 KiB media. */
export const CORE_LBA = 40;
/** An MBR counts sectors in 32 bits. */
export const MBR_SECTORS_LIMIT = 2 ** 32;

/** @throws LifeboatError `target-too-small`, `mbr-too-large`. */
export function layOut(options: LayoutOptions): StickLayout {
  const { scheme, sectorSize, windowsBytes } = options;
  const totalSectors = Math.floor(options.sizeBytes / sectorSize);
  const aligned = ALIGNMENT_BYTES / sectorSize;
  const espBytes = sectorSize === 512 ? ESP_BYTES : ESP_BYTES_4K;
  const sectorsOf = (bytes: number) => Math.ceil(bytes / ALIGNMENT_BYTES) * aligned;
  const tail = tailSectors(scheme, sectorSize);

  const espStart = alignDown(totalSectors - tail - sectorsOf(espBytes), aligned);
  const withMsr = windowsBytes > 0 && scheme === "gpt";
  const windowsSectors = windowsBytes > 0 ? sectorsOf(windowsBytes) : 0;
  const windowsStart = espStart - windowsSectors;
  const msrStart = windowsStart - (withMsr ? sectorsOf(MSR_BYTES) : 0);
  const dataSectors = msrStart - aligned;

  if (dataSectors * sectorSize < SMALLEST_DATA_BYTES) {
    const needed = (totalSectors - dataSectors) * sectorSize + SMALLEST_DATA_BYTES;
    throw new LifeboatError("target-too-small", say.tooSmall(options.sizeBytes, needed), {
      kind: "refused",
      hint: say.tooSmallHint(),
    });
  }
  if (scheme === "mbr" && totalSectors > MBR_SECTORS_LIMIT) {
    throw new LifeboatError("mbr-too-large", say.mbrTooLarge(), {
      kind: "refused",
      hint: say.mbrTooLargeHint(),
    });
  }

  // boot.img counts in 512-byte sectors, and no BIOS reads 4096-byte ones.
  const core = sectorSize === 512 ? { startLba: CORE_LBA, sectors: aligned - CORE_LBA } : undefined;
  const partitions: PlannedPartition[] = [
    { number: 1, role: "data", startLba: aligned, sectors: dataSectors },
    { number: 2, role: "esp", startLba: espStart, sectors: sectorsOf(espBytes) },
  ];
  if (scheme === "gpt" && core !== undefined) {
    partitions.push({
      number: 3,
      role: "bios-boot",
      startLba: core.startLba,
      sectors: core.sectors,
    });
  }
  if (withMsr) {
    partitions.push({ number: 4, role: "msr", startLba: msrStart, sectors: sectorsOf(MSR_BYTES) });
  }
  if (windowsBytes > 0) {
    const number = scheme === "gpt" ? 5 : 3;
    partitions.push({ number, role: "windows", startLba: windowsStart, sectors: windowsSectors });
  }
  return { scheme, sectorSize, totalSectors, partitions, core };
}

/** At the disk's end, for the backup of the table. */
export function tailSectors(scheme: Scheme, sectorSize: number): number {
  return scheme === "gpt" ? Math.max(2, Math.ceil(BACKUP_GPT_BYTES / sectorSize)) : 0;
}

export function partitionOf(layout: StickLayout, role: PartitionRole): PlannedPartition {
  const found = layout.partitions.find((partition) => partition.role === role);
  if (found === undefined) throw new RangeError(`the layout has no ${role} partition`);
  return found;
}

function alignDown(sector: number, alignment: number): number {
  return Math.floor(sector / alignment) * alignment;
}
