/** Where a new volume's parts go. */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import {
  BOOT_REGION_SECTORS,
  FIRST_CLUSTER,
  MAX_CLUSTER_COUNT,
  MAX_CLUSTER_SHIFT,
} from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { fatBytesFor } from "./fat.ts";
import { say } from "./messages.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** Flash erases in blocks of up to a few MiB, and cards are sold with partitions at multiples of this. */
const HEAP_ALIGNMENT = MiB;
const FAT_ALIGNMENT = 64 * KiB;
/** Below this, alignment would cost a noticeable part of the volume. */
const SMALLEST_ALIGNED_VOLUME = 16 * MiB;
/** Section 3.1.5 of the specification. */
const SMALLEST_VOLUME = MiB;

/** Microsoft's default cluster sizes, which mkfs.exfat uses too. */
function defaultClusterBytes(volumeBytes: number): number {
  if (volumeBytes <= 256 * MiB) return 4 * KiB;
  if (volumeBytes <= 32 * GiB) return 32 * KiB;
  return 128 * KiB;
}

interface LayoutOptions {
  readonly clusterBytes?: number;
  /** Sectors before the volume on its disk: the heap is aligned to the disk, not to the volume. */
  readonly partitionOffsetSectors: number;
  readonly serial: number;
}

/**
 * The geometry of a new volume over the whole of `range`, its root directory still at cluster 2.
 * @throws LifeboatError `exfat-sector-size`, `exfat-cluster-size`, `volume-too-small`.
 */
export function planLayout(
  range: Pick<ByteRange, "size" | "sectorSize">,
  options: LayoutOptions,
): Geometry {
  const { sectorSize } = range;
  if (![512, 1024, 2048, 4096].includes(sectorSize)) {
    throw new LifeboatError("exfat-sector-size", say.badSectorSize(sectorSize), {
      kind: "refused",
    });
  }
  const volumeBytes = Math.floor(range.size / sectorSize) * sectorSize;
  const tooSmall = () =>
    new LifeboatError("volume-too-small", say.volumeTooSmall(range.size), { kind: "refused" });
  if (volumeBytes < SMALLEST_VOLUME) throw tooSmall();

  const clusterSize = options.clusterBytes ?? smallestPossible(volumeBytes, sectorSize);
  const shift = Math.log2(clusterSize);
  if (!Number.isInteger(shift) || clusterSize < sectorSize || shift > MAX_CLUSTER_SHIFT) {
    throw new LifeboatError("exfat-cluster-size", say.badClusterSize(clusterSize), {
      kind: "usage",
    });
  }

  const aligned = volumeBytes >= SMALLEST_ALIGNED_VOLUME;
  const diskStart = options.partitionOffsetSectors * sectorSize;
  const align = (at: number, unit: number) => Math.ceil((diskStart + at) / unit) * unit - diskStart;
  const bootBytes = 2 * BOOT_REGION_SECTORS * sectorSize;
  const fatStart = aligned ? align(bootBytes, FAT_ALIGNMENT) : bootBytes;
  const mostClusters = Math.min(
    Math.floor((volumeBytes - fatStart) / clusterSize),
    MAX_CLUSTER_COUNT,
  );
  const fatBytes = Math.ceil(fatBytesFor(mostClusters) / sectorSize) * sectorSize;
  const heapUnit = aligned ? Math.max(HEAP_ALIGNMENT, clusterSize) : sectorSize;
  const heapStart = align(fatStart + fatBytes, heapUnit);
  const clusterCount = Math.min(Math.floor((volumeBytes - heapStart) / clusterSize), mostClusters);
  if (clusterCount < 1) throw tooSmall();
  return {
    sectorSize,
    clusterSize,
    volumeBytes,
    fatStart,
    fatBytes,
    heapStart,
    clusterCount,
    rootCluster: FIRST_CLUSTER,
    serial: options.serial,
    numberOfFats: 1,
    volumeFlags: 0,
  };
}

/** The default, or larger where the volume would have more clusters than exFAT can count. */
function smallestPossible(volumeBytes: number, sectorSize: number): number {
  let clusterSize = Math.max(defaultClusterBytes(volumeBytes), sectorSize);
  while (volumeBytes / clusterSize > MAX_CLUSTER_COUNT) clusterSize *= 2;
  return clusterSize;
}
