/** How a new FAT32 volume is divided: pure arithmetic, nothing is written here. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import {
  FAT32_LEAST_CLUSTERS,
  FAT32_MOST_CLUSTERS,
  FIRST_CLUSTER,
  isPowerOfTwo,
} from "./geometry.ts";
import { say } from "./messages.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** "FAT: General Overview" 1.03, "DskTableFAT32": up to this volume size, this cluster size. mkfs.fat and Windows go by it too. */
const CLUSTER_SIZES: readonly (readonly [upToBytes: number, clusterBytes: number])[] = [
  [260 * MIB, 512],
  [8 * GIB, 4096],
  [16 * GIB, 8192],
  [32 * GIB, 16384],
  [Infinity, 32768],
];
const MOST_SECTORS_PER_CLUSTER = 128;
const MOST_SECTORS = 0xffffffff;

/** Boot sector, FSInfo and their backups need nine; 32 is what the specification says for FAT32. */
const LEAST_RESERVED_SECTORS = 32;
const MOST_RESERVED_SECTORS = 0xffff;
const FAT_COUNT = 2;
const ENTRY_BYTES = 4;
/** From this size on the data area begins at a whole MiB, where flash erases whole blocks. */
const LARGE_VOLUME_BYTES = GIB;
/** A page of memory, and the sector of 4Kn disks. */
const LEAST_ALIGNMENT_BYTES = 4096;

export interface Fat32Layout {
  readonly totalSectors: number;
  readonly sectorsPerCluster: number;
  readonly reservedSectors: number;
  readonly sectorsPerFat: number;
  readonly clusterCount: number;
}

/**
 * Divides `sizeBytes` bytes.
 * @throws LifeboatError `volume-too-small` (fewer than 65,525 clusters, so that it would be FAT16), `volume-too-large`,
 * `bad-cluster-size`, `bad-sector-size`.
 */
export function layoutFat32(
  sizeBytes: number,
  sectorSize: number,
  sectorsPerCluster?: number,
): Fat32Layout {
  if (!isPowerOfTwo(sectorSize) || sectorSize < 512 || sectorSize > 4096) {
    throw usage("bad-sector-size", say.badSectorSize(sectorSize));
  }
  const sectors = Math.floor(sizeBytes / sectorSize);
  // 2 TiB of 512-byte sectors are one more than the field holds: that one stays unused.
  const totalSectors = sectors === MOST_SECTORS + 1 ? MOST_SECTORS : sectors;
  if (totalSectors > MOST_SECTORS) {
    throw usage("volume-too-large", say.volumeTooLarge(sectors, sectorSize));
  }
  if (sectorsPerCluster !== undefined) {
    if (!isPowerOfTwo(sectorsPerCluster) || sectorsPerCluster > MOST_SECTORS_PER_CLUSTER) {
      throw usage("bad-cluster-size", say.badClusterSize(sectorsPerCluster, sectorSize));
    }
    return checked(divide(totalSectors, sectorSize, sectorsPerCluster), sectorSize);
  }
  const [, preferred] = CLUSTER_SIZES.find(([upTo]) => sizeBytes <= upTo) ?? [0, 32768];
  let perCluster = Math.max(1, preferred / sectorSize);
  let layout = divide(totalSectors, sectorSize, perCluster);
  while (layout.clusterCount < FAT32_LEAST_CLUSTERS && perCluster > 1) {
    perCluster /= 2;
    layout = divide(totalSectors, sectorSize, perCluster);
  }
  return checked(layout, sectorSize);
}

function divide(totalSectors: number, sectorSize: number, sectorsPerCluster: number): Fat32Layout {
  const clusterBytes = sectorsPerCluster * sectorSize;
  const fats = (reserved: number): number =>
    // Each cluster takes its sectors and an entry in each FAT; the two entries that are no cluster's come on top.
    Math.max(
      0,
      Math.ceil(
        ((totalSectors - reserved + FIRST_CLUSTER * sectorsPerCluster) * ENTRY_BYTES) /
          (clusterBytes + FAT_COUNT * ENTRY_BYTES),
      ),
    );
  const large = totalSectors * sectorSize >= LARGE_VOLUME_BYTES;
  const alignment = large ? MIB : Math.max(LEAST_ALIGNMENT_BYTES, clusterBytes);
  const alignmentSectors = alignment / sectorSize;
  const sectorsPerFat = fats(LEAST_RESERVED_SECTORS);
  const before = LEAST_RESERVED_SECTORS + FAT_COUNT * sectorsPerFat;
  const firstData = Math.ceil(before / alignmentSectors) * alignmentSectors;
  const reservedSectors = Math.min(firstData - FAT_COUNT * sectorsPerFat, MOST_RESERVED_SECTORS);
  const dataSectors = totalSectors - reservedSectors - FAT_COUNT * sectorsPerFat;
  return {
    totalSectors,
    sectorsPerCluster,
    reservedSectors,
    sectorsPerFat,
    clusterCount: Math.max(0, Math.floor(dataSectors / sectorsPerCluster)),
  };
}

function checked(layout: Fat32Layout, sectorSize: number): Fat32Layout {
  const { clusterCount } = layout;
  if (clusterCount < FAT32_LEAST_CLUSTERS) {
    throw usage("volume-too-small", say.volumeTooSmall(clusterCount, FAT32_LEAST_CLUSTERS));
  }
  if (clusterCount > FAT32_MOST_CLUSTERS) {
    throw usage("volume-too-large", say.volumeTooLarge(layout.totalSectors, sectorSize));
  }
  return layout;
}

function usage(code: string, text: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "usage" });
}
