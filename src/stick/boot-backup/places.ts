/** Where on a disk that lies which starts it and which isn't data: boot code, tables, GRUB's core image, EFI system partitions. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import type { PartitionReport, PartitionView } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { readGpt } from "../../disks/gpt/read.ts";
import { GPT_TYPE } from "../../disks/gpt/types.ts";
import { MBR_TYPE } from "../../disks/mbr/types.ts";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import { isEfiSystem } from "../boot-partition.ts";
import { CHAIN_CORE_NUMBER, CHAIN_CORE_SECTORS } from "../ventoy/chain/layout.ts";
import { findVentoyEsp } from "../ventoy/recognise.ts";
import { say } from "./messages.ts";

/**
 * In the order in which they are written when they are brought back: the first sector, which makes everything else count, is
 * the last one.
 */
export const PLACE_KINDS = ["esp", "gap", "backup-gpt", "primary-gpt", "boot-sector"] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];

export interface BootPlace extends Extent {
  readonly kind: PlaceKind;
  /** Of the partition, where it is one. */
  readonly partition?: number;
  /** All of it is saved, whatever its file system has in use: Ventoy's partition, which an upgrade of Ventoy writes as a whole. */
  readonly whole?: true;
}

/** What identifies the disk, and what may be written to it. */
export interface BootPlaces {
  readonly scheme: "gpt" | "mbr";
  readonly diskId: string;
  readonly sizeBytes: number;
  readonly sectorSize: number;
  readonly places: readonly BootPlace[];
  /** All other partitions: nothing of them is ever written. */
  readonly others: readonly (Extent & { readonly partition: number })[];
}

/** Partitions begin at 1 MiB at the latest, wherever a common tool made them; a gap beyond this isn't boot code. */
const MOST_GAP_BYTES = 16 * MIB;
/** A GPT of 128 entries takes 34 sectors at most. */
const MOST_TABLE_BYTES = MIB;

/**
 * Reads the disk's table and works them out.
 * @throws LifeboatError `no-table`; what reading throws.
 */
export async function findBootPlaces(disk: ByteRange, path: string): Promise<BootPlaces> {
  const report = await readPartitions(disk);
  const { scheme, diskId, sectorSize } = report;
  if (scheme === "none" || sectorSize !== disk.sectorSize) {
    throw new LifeboatError("no-table", say.noTable(path), { kind: "usage" });
  }
  const partitions = report.partitions.filter(
    ({ container, startLba, sectors }) =>
      container !== true && sectors > 0 && (startLba + sectors) * sectorSize <= disk.size,
  );
  // In a GPT it has the type of any other partition.
  const ventoy = await findVentoyEsp(disk, partitions);
  const esps = partitions.filter((one) => isEfiSystem(one) || one === ventoy);
  const boot = partitions.filter((one) => isBiosBoot(one) || esps.includes(one));
  const others = partitions.filter((one) => !boot.includes(one));
  const extentOf = ({ startLba, sectors, number }: PartitionView) => ({
    start: startLba * sectorSize,
    length: sectors * sectorSize,
    partition: number,
  });
  const tables = scheme === "gpt" ? await gptPlaces(disk, report) : undefined;
  const places: BootPlace[] = [];
  for (const esp of esps) {
    places.push({ kind: "esp", ...extentOf(esp), ...(esp === ventoy && { whole: true }) });
  }
  const gapStart = tables === undefined ? sectorSize : tables.primaryEnd;
  const firstStart = Math.min(
    MOST_GAP_BYTES,
    disk.size,
    ...partitions.filter((one) => !isBiosBoot(one)).map(({ startLba }) => startLba * sectorSize),
  );
  if (firstStart > gapStart) {
    places.push({ kind: "gap", start: gapStart, length: firstStart - gapStart });
  }
  // As lifeboat lays sticks out it lies in the gap; elsewhere other tools may have put it.
  for (const bios of boot.filter(isBiosBoot)) {
    const extent = extentOf(bios);
    const inGap = extent.start >= gapStart && extent.start + extent.length <= firstStart;
    if (!inGap && extent.length <= MOST_GAP_BYTES) places.push({ kind: "gap", ...extent });
  }
  places.push(...(tables?.places ?? []), { kind: "boot-sector", start: 0, length: sectorSize });
  return {
    scheme,
    diskId,
    sizeBytes: disk.size,
    sectorSize,
    places: places.toSorted(
      (a, b) => PLACE_KINDS.indexOf(a.kind) - PLACE_KINDS.indexOf(b.kind) || a.start - b.start,
    ),
    others: others.map(extentOf),
  };
}

/** Both copies, each without a byte that a partition could have. */
async function gptPlaces(disk: ByteRange, report: PartitionReport) {
  const { sectorSize, partitions } = report;
  const { table } = await readGpt(disk);
  const starts = partitions.map(({ startLba }) => startLba);
  const ends = partitions.map(({ startLba, sectors }) => startLba + sectors);
  const first = Math.min(table?.firstUsableLba ?? 1, ...starts) * sectorSize;
  const primaryEnd = Math.max(sectorSize, Math.min(first, MOST_TABLE_BYTES));
  const total = Math.floor(disk.size / sectorSize) * sectorSize;
  const last = Math.max((table?.lastUsableLba ?? 0) + 1, ...ends) * sectorSize;
  const backupStart = Math.max(last, total - MOST_TABLE_BYTES);
  const places: BootPlace[] = [];
  if (total > backupStart) {
    places.push({ kind: "backup-gpt", start: backupStart, length: total - backupStart });
  }
  if (primaryEnd > sectorSize) {
    places.push({ kind: "primary-gpt", start: sectorSize, length: primaryEnd - sectorSize });
  }
  return { places, primaryEnd };
}

/** In an MBR lifeboat has its core image in a partition where Ventoy's fills the gap; others may have anything in one of that type. */
function isBiosBoot({ type, number, sectors }: PartitionView): boolean {
  if (type === GPT_TYPE.biosBoot) return true;
  const isOwn = number === CHAIN_CORE_NUMBER && sectors === CHAIN_CORE_SECTORS;
  return isOwn && type === MBR_TYPE.noFileSystem.toString(16);
}
