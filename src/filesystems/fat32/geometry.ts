/** Where everything lies in a FAT volume, worked out from its boot sector and checked. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import {
  BOOT_SIGNATURE,
  BOOT_SIGNATURE_OFFSET,
  BPB_EXTENSION_OFFSET,
  CommonBpb,
  EXTENDED_SIGNATURE,
  Fat16Bpb,
  Fat32Bpb,
} from "./boot-sector.ts";
import { say } from "./messages.ts";

export type FatBits = 12 | 16 | 32;

/** Number of the first data cluster; the two FAT entries before it mean something else. */
export const FIRST_CLUSTER = 2;
/** "FAT: General Overview" 1.03, "FAT Type Determination": from this many clusters on it is FAT16. */
export const FAT16_LEAST_CLUSTERS = 4085;
/** From this many clusters on it is FAT32. */
export const FAT32_LEAST_CLUSTERS = 65525;
/** Cluster numbers from 0x0FFFFFF7 on have a meaning of their own. */
export const FAT32_MOST_CLUSTERS = 0x0ffffff7 - FIRST_CLUSTER;
export const SLOT_BYTES = 32;

const NO_MIRROR = 0x80;
const ACTIVE_FAT_MASK = 0x0f;
const SECTOR_SIZES = [512, 1024, 2048, 4096];
/** No formatter makes more than two; more than a few is nonsense. */
const MOST_FATS = 4;

export interface FatGeometry {
  readonly bits: FatBits;
  readonly bytesPerSector: number;
  readonly clusterBytes: number;
  readonly clusterCount: number;
  /** Byte offsets of the FATs in use, the one to read first. All of them are written. */
  readonly fatStarts: readonly number[];
  /** The root directory's first cluster; 0 on FAT12/16, where it has an area of its own. */
  readonly rootCluster: number;
  readonly rootStart: number;
  readonly rootBytes: number;
  /** Byte offset of cluster 2. */
  readonly dataStart: number;
  readonly totalBytes: number;
  /** Byte offset of the FSInfo sector, where there is one. */
  readonly fsInfoStart: number | undefined;
  readonly volumeId: number;
  /** The boot sector's copy of the label, padded. */
  readonly label: string;
}

/** Reads and checks the boot sector. @throws LifeboatError `not-fat`; what reading throws. */
export async function readGeometry(range: ByteRange): Promise<FatGeometry> {
  if (range.size < 512) throw notFat(say.noDataArea());
  return decodeGeometry(await readBytes(range, 0, 512));
}

/** The same from the 512 bytes of a boot sector, wherever they came from. @throws LifeboatError `not-fat` */
export function decodeGeometry(sector: Buffer): FatGeometry {
  const common = CommonBpb.decode(sector);
  const jumps = common.jump[0] === 0xe9 || (common.jump[0] === 0xeb && common.jump[2] === 0x90);
  const signed = sector.readUInt16LE(BOOT_SIGNATURE_OFFSET) === BOOT_SIGNATURE;
  // Linux and GRUB ask for neither; images that lack one of them exist, and noise has neither.
  if (!jumps && !signed) throw notFat(say.noSignature());

  const { bytesPerSector, sectorsPerCluster, reservedSectors, fatCount } = common;
  check("bytes per sector", bytesPerSector, SECTOR_SIZES.includes(bytesPerSector));
  check("sectors per cluster", sectorsPerCluster, isPowerOfTwo(sectorsPerCluster));
  check("reserved sectors", reservedSectors, reservedSectors > 0);
  check("number of FATs", fatCount, fatCount > 0 && fatCount <= MOST_FATS);
  check("media", common.media, common.media === 0xf0 || common.media >= 0xf8);

  // By the specification the number of clusters alone decides; but small FAT32 volumes exist, and Linux, GRUB and Windows
  // tell them by this field.
  const isFat32 = common.sectorsPerFat16 === 0;
  const fat32 = Fat32Bpb.decode(sector, BPB_EXTENSION_OFFSET);
  const fat16 = Fat16Bpb.decode(sector, BPB_EXTENSION_OFFSET);
  const sectorsPerFat = isFat32 ? fat32.sectorsPerFat : common.sectorsPerFat16;
  check("sectors per FAT", sectorsPerFat, sectorsPerFat > 0);
  if (isFat32) {
    check("root entries", common.rootEntries, common.rootEntries === 0);
    check("FAT32 version", fat32.version, fat32.version === 0);
  } else {
    check("root entries", common.rootEntries, common.rootEntries > 0);
  }

  const totalSectors = common.totalSectors16 || common.totalSectors32;
  const rootSectors = Math.ceil((common.rootEntries * SLOT_BYTES) / bytesPerSector);
  const firstDataSector = reservedSectors + fatCount * sectorsPerFat + rootSectors;

  const counted = Math.floor((totalSectors - firstDataSector) / sectorsPerCluster);
  if (counted < 1) throw notFat(say.noDataArea());
  const bits: FatBits = isFat32 ? 32 : counted < FAT16_LEAST_CLUSTERS ? 12 : 16;
  if (bits === 16) check("clusters", counted, counted < FAT32_LEAST_CLUSTERS);

  // A FAT too short for the data area bounds it, as in Linux.
  const described = Math.floor((sectorsPerFat * bytesPerSector * 8) / bits) - FIRST_CLUSTER;
  const clusterCount = Math.min(counted, described, FAT32_MOST_CLUSTERS);
  check("sectors per FAT", sectorsPerFat, clusterCount > 0);
  const rootCluster = isFat32 ? fat32.rootCluster : 0;
  if (isFat32) {
    const inside = rootCluster >= FIRST_CLUSTER && rootCluster < FIRST_CLUSTER + clusterCount;
    check("root cluster", rootCluster, inside);
  }

  const fatBytes = sectorsPerFat * bytesPerSector;
  const fats = Array.from(
    { length: fatCount },
    (_, index) => reservedSectors * bytesPerSector + index * fatBytes,
  );
  const only =
    isFat32 && (fat32.extFlags & NO_MIRROR) !== 0 ? fat32.extFlags & ACTIVE_FAT_MASK : -1;
  if (only >= 0) check("active FAT", only, only < fatCount);
  const rootStart = (reservedSectors + fatCount * sectorsPerFat) * bytesPerSector;
  const hasFsInfo = isFat32 && fat32.fsInfoSector > 0 && fat32.fsInfoSector < reservedSectors;
  const extended = isFat32 ? fat32 : fat16;
  const hasId = extended.extendedSignature === EXTENDED_SIGNATURE;
  return {
    bits,
    bytesPerSector,
    clusterBytes: sectorsPerCluster * bytesPerSector,
    clusterCount,
    fatStarts: only >= 0 ? fats.slice(only, only + 1) : fats,
    rootCluster,
    rootStart,
    rootBytes: rootSectors * bytesPerSector,
    dataStart: firstDataSector * bytesPerSector,
    totalBytes: totalSectors * bytesPerSector,
    fsInfoStart: hasFsInfo ? fat32.fsInfoSector * bytesPerSector : undefined,
    // Linux and GRUB print the id whether or not the signature is there.
    volumeId: extended.volumeId,
    label: hasId ? extended.label : "",
  };
}

/** Byte offset of a data cluster. */
export function clusterStart(geometry: FatGeometry, cluster: number): number {
  return geometry.dataStart + (cluster - FIRST_CLUSTER) * geometry.clusterBytes;
}

function check(field: string, value: number, valid: boolean): void {
  if (!valid) throw notFat(say.badField(field, value));
}

function notFat(why: Text): LifeboatError {
  return new LifeboatError("not-fat", say.noBootSector(why), { kind: "damaged" });
}

export function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}
