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

const MKEXFATFS_FAT_SECTOR = 128;
const MKEXFATFS_FAT_ENTRY = 4;

/** Microsoft's default cluster sizes, which mkfs.exfat uses too. */
function defaultClusterBytes(volumeBytes: number): number {
  if (volumeBytes <= 256 * MiB) return 4 * KiB;
  if (volumeBytes <= 32 * GiB) return 32 * KiB;
  return 128 * KiB;
}

/**
 * How a new volume is laid out: `aligned` to the disk, or as `mkexfatfs` of relan's exfat-utils does it, byte for byte: the FAT at
 * sector 128 of the volume, the heap at the next multiple of a cluster, and neither a percentage in use nor boot code.
 */
export type ExfatStyle = "aligned" | "mkexfatfs";

interface LayoutOptions {
  readonly clusterBytes?: number;
  /** Sectors before the volume on its disk: the heap is aligned to the disk, not to the volume. */
  readonly partitionOffsetSectors: number;
  readonly serial: number;
  /** Default: `aligned`. */
  readonly style?: ExfatStyle;
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

  const place = options.style === "mkexfatfs" ? placeAsMkexfatfs : placeAligned;
  const diskStart = options.partitionOffsetSectors * sectorSize;
  const { fatStart, fatBytes, heapStart, mostClusters } = place(
    { volumeBytes, sectorSize, clusterSize },
    diskStart,
  );
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

interface Sizes {
  readonly volumeBytes: number;
  readonly sectorSize: number;
  readonly clusterSize: number;
}

/** In bytes from the volume's start; `mostClusters` is what the FAT has entries for. */
interface Places {
  readonly fatStart: number;
  readonly fatBytes: number;
  readonly heapStart: number;
  readonly mostClusters: number;
}

function placeAligned(sizes: Sizes, diskStart: number): Places {
  const { volumeBytes, sectorSize, clusterSize } = sizes;
  const aligned = volumeBytes >= SMALLEST_ALIGNED_VOLUME;
  const align = (at: number, unit: number) => roundUp(diskStart + at, unit) - diskStart;
  const bootBytes = 2 * BOOT_REGION_SECTORS * sectorSize;
  const fatStart = aligned ? align(bootBytes, FAT_ALIGNMENT) : bootBytes;
  const mostClusters = Math.min(
    Math.floor((volumeBytes - fatStart) / clusterSize),
    MAX_CLUSTER_COUNT,
  );
  const fatBytes = roundUp(fatBytesFor(mostClusters), sectorSize);
  const heapUnit = aligned ? Math.max(HEAP_ALIGNMENT, clusterSize) : sectorSize;
  return { fatStart, fatBytes, heapStart: align(fatStart + fatBytes, heapUnit), mostClusters };
}

/** mkfs/fat.c, cbm.c and vbr.c of exfat-utils: the FAT is for as many clusters as would fill the whole volume, and reaches to the heap. */
function placeAsMkexfatfs(sizes: Sizes): Places {
  const { volumeBytes, sectorSize, clusterSize } = sizes;
  const fatStart = MKEXFATFS_FAT_SECTOR * sectorSize;
  const mostClusters = Math.min(Math.floor(volumeBytes / clusterSize), MAX_CLUSTER_COUNT);
  const heapStart = roundUp(fatStart + mostClusters * MKEXFATFS_FAT_ENTRY, clusterSize);
  return { fatStart, fatBytes: heapStart - fatStart, heapStart, mostClusters };
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** The default, or larger where the volume would have more clusters than exFAT can count. */
function smallestPossible(volumeBytes: number, sectorSize: number): number {
  let clusterSize = Math.max(defaultClusterBytes(volumeBytes), sectorSize);
  while (volumeBytes / clusterSize > MAX_CLUSTER_COUNT) clusterSize *= 2;
  return clusterSize;
}
