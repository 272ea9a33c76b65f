/**
 * The boot regions: sections 3 (Main and Backup Boot Regions) of Microsoft's exFAT file system specification. Each is 12
 * sectors: boot sector, eight extended boot sectors, OEM parameters, reserved, checksum.
 */
import { ascii, bytes, Struct, u16le, u32le, u64le, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { LifeboatError } from "../../system/errors.ts";
import { damaged } from "./errors.ts";
import { say } from "./messages.ts";

/** Section 3.1. */
const BootSector = new Struct("exFAT boot sector", 512, {
  jumpBoot: bytes(3),
  fileSystemName: ascii(8),
  mustBeZero: bytes(53),
  partitionOffset: u64le,
  volumeLength: u64le,
  fatOffset: u32le,
  fatLength: u32le,
  clusterHeapOffset: u32le,
  clusterCount: u32le,
  rootCluster: u32le,
  serial: u32le,
  revision: u16le,
  volumeFlags: u16le,
  bytesPerSectorShift: u8,
  sectorsPerClusterShift: u8,
  numberOfFats: u8,
  driveSelect: u8,
  percentInUse: u8,
  reserved: bytes(7),
  bootCode: bytes(390),
  bootSignature: u16le,
});

/** Section 3.1.13: which FAT and bitmap count on a volume with two; whether a writer was interrupted. */
const ACTIVE_FAT = 0x0001;
export const VOLUME_DIRTY = 0x0002;

/** Offsets of the two fields that change while a volume is in use; the checksum leaves them out (section 3.4). */
export const VOLUME_FLAGS_AT = 106;
export const PERCENT_IN_USE_AT = 112;

export const BOOT_REGION_SECTORS = 12;
const CHECKSUM_SECTOR = 11;
const EXTENDED_BOOT_SECTORS = 8;
const EXTENDED_BOOT_SIGNATURE = 0xaa550000;
const BOOT_SIGNATURE = 0xaa55;
const JUMP_BOOT = Buffer.from([0xeb, 0x76, 0x90]);
/** `hlt`: what section 3.1.18 wants where there is no boot code. */
const HALT = 0xf4;
const FILE_SYSTEM_NAME = "EXFAT   ";
const REVISION_1_00 = 0x0100;
/** The first hard disk, as BIOS counts them (section 3.1.17). */
const DRIVE_SELECT = 0x80;

/** Section 3.1.9: 2^32 - 11. */
export const MAX_CLUSTER_COUNT = 0xfffffff5;
/** Section 3.1.15: 32 MiB. */
export const MAX_CLUSTER_SHIFT = 25;
export const FIRST_CLUSTER = 2;

/** Where everything lies, in bytes from the start of the volume. */
export interface Geometry {
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly volumeBytes: number;
  /** Of the FAT in use. */
  readonly fatStart: number;
  readonly fatBytes: number;
  readonly heapStart: number;
  readonly clusterCount: number;
  readonly rootCluster: number;
  readonly serial: number;
  readonly numberOfFats: number;
  readonly volumeFlags: number;
}

/** Byte offset of a cluster within the volume. */
export function offsetOfCluster(geometry: Geometry, cluster: number): number {
  return geometry.heapStart + (cluster - FIRST_CLUSTER) * geometry.clusterSize;
}

/** True for a cluster inside the heap. */
export function isInHeap(geometry: Geometry, cluster: number): boolean {
  return cluster >= FIRST_CLUSTER && cluster < geometry.clusterCount + FIRST_CLUSTER;
}

/**
 * Checks a boot sector field by field against section 3.1's valid ranges and the `rangeBytes` that are there.
 * @throws LifeboatError `not-exfat`, `exfat-boot-sector`, `exfat-revision`.
 */
export function decodeBootSector(sector: Buffer, rangeBytes: number): Geometry {
  const boot = BootSector.decode(sector);
  if (boot.fileSystemName !== FILE_SYSTEM_NAME || boot.bootSignature !== BOOT_SIGNATURE) {
    throw new LifeboatError("not-exfat", say.notExfat(), { kind: "damaged" });
  }
  const [major, minor] = [boot.revision >> 8, boot.revision & 0xff];
  if (major !== 1) {
    throw new LifeboatError("exfat-revision", say.unsupportedRevision(major, minor));
  }
  const wrong = wrongField(boot, rangeBytes);
  if (wrong !== undefined) throw damaged("exfat-boot-sector", say.badBootSector(wrong));
  const sectorSize = 2 ** boot.bytesPerSectorShift;
  const active = boot.numberOfFats === 2 && (boot.volumeFlags & ACTIVE_FAT) !== 0 ? 1 : 0;
  return {
    sectorSize,
    clusterSize: sectorSize * 2 ** boot.sectorsPerClusterShift,
    volumeBytes: Number(boot.volumeLength) * sectorSize,
    fatStart: (boot.fatOffset + active * boot.fatLength) * sectorSize,
    fatBytes: boot.fatLength * sectorSize,
    heapStart: boot.clusterHeapOffset * sectorSize,
    clusterCount: boot.clusterCount,
    rootCluster: boot.rootCluster,
    serial: boot.serial,
    numberOfFats: boot.numberOfFats,
    volumeFlags: boot.volumeFlags,
  };
}

function wrongField(boot: Infer<typeof BootSector>, rangeBytes: number): string | undefined {
  const { bytesPerSectorShift: sectorShift, sectorsPerClusterShift: clusterShift } = boot;
  if (boot.mustBeZero.some((byte) => byte !== 0)) return "MustBeZero";
  if (sectorShift < 9 || sectorShift > 12) return `BytesPerSectorShift ${sectorShift}`;
  if (clusterShift > MAX_CLUSTER_SHIFT - sectorShift) {
    return `SectorsPerClusterShift ${clusterShift}`;
  }
  if (boot.numberOfFats !== 1 && boot.numberOfFats !== 2)
    return `NumberOfFats ${boot.numberOfFats}`;
  const sectors = Math.floor(rangeBytes / 2 ** sectorShift);
  if (boot.volumeLength > BigInt(sectors)) return `VolumeLength ${boot.volumeLength} > ${sectors}`;
  if (boot.clusterCount < 1 || boot.clusterCount > MAX_CLUSTER_COUNT) {
    return `ClusterCount ${boot.clusterCount}`;
  }
  if (boot.fatOffset < 2 * BOOT_REGION_SECTORS) return `FatOffset ${boot.fatOffset}`;
  if (boot.fatLength * 2 ** sectorShift < (boot.clusterCount + FIRST_CLUSTER) * 4) {
    return `FatLength ${boot.fatLength}`;
  }
  if (boot.clusterHeapOffset < boot.fatOffset + boot.fatLength * boot.numberOfFats) {
    return `ClusterHeapOffset ${boot.clusterHeapOffset}`;
  }
  const heapEnd = boot.clusterHeapOffset + boot.clusterCount * 2 ** clusterShift;
  if (heapEnd > Number(boot.volumeLength)) return `ClusterCount ${boot.clusterCount}`;
  const root = boot.rootCluster;
  if (root < FIRST_CLUSTER || root >= boot.clusterCount + FIRST_CLUSTER) {
    return `FirstClusterOfRootDirectory ${root}`;
  }
  return undefined;
}

/** Section 3.4: over the first 11 sectors of a boot region, without VolumeFlags and PercentInUse. */
export function bootChecksum(region: Buffer): number {
  let sum = 0;
  for (let at = 0; at < region.length; at++) {
    if (at === VOLUME_FLAGS_AT || at === VOLUME_FLAGS_AT + 1 || at === PERCENT_IN_USE_AT) continue;
    sum = (((sum << 31) | (sum >>> 1)) + (region[at] ?? 0)) >>> 0;
  }
  return sum;
}

/** True where the checksum sector of a whole boot region (12 sectors) repeats the region's checksum. */
export function isBootRegionIntact(region: Buffer, sectorSize: number): boolean {
  const sum = bootChecksum(region.subarray(0, CHECKSUM_SECTOR * sectorSize));
  for (let at = CHECKSUM_SECTOR * sectorSize; at < region.length; at += 4) {
    if (region.readUInt32LE(at) !== sum) return false;
  }
  return true;
}

/** A copy of a boot region of 12 sectors for a volume of another size. Everything else in it stays. */
export function resizedBootRegion(
  region: Buffer,
  sectorSize: number,
  volumeBytes: number,
  clusterCount: number,
): Buffer {
  const copy = Buffer.from(region);
  const volumeLength = BigInt(volumeBytes / sectorSize);
  BootSector.encode({ ...BootSector.decode(copy), volumeLength, clusterCount }).copy(copy);
  const sum = bootChecksum(copy.subarray(0, CHECKSUM_SECTOR * sectorSize));
  for (let at = CHECKSUM_SECTOR * sectorSize; at < copy.length; at += 4) {
    copy.writeUInt32LE(sum, at);
  }
  return copy;
}

/** What of a new boot sector isn't the geometry. */
interface BootRegionOptions {
  readonly partitionOffsetSectors: number;
  readonly percentInUse: number;
  /** What the place for boot code is filled with; default `HALT`. */
  readonly bootCodeByte?: number;
}

/** A new boot region of 12 sectors; the backup is the same once more (section 3). */
export function encodeBootRegion(geometry: Geometry, options: BootRegionOptions): Buffer {
  const { partitionOffsetSectors, percentInUse, bootCodeByte = HALT } = options;
  const { sectorSize } = geometry;
  const region = Buffer.alloc(BOOT_REGION_SECTORS * sectorSize);
  BootSector.encode({
    jumpBoot: JUMP_BOOT,
    fileSystemName: FILE_SYSTEM_NAME,
    mustBeZero: Buffer.alloc(53),
    partitionOffset: BigInt(partitionOffsetSectors),
    volumeLength: BigInt(geometry.volumeBytes / sectorSize),
    fatOffset: geometry.fatStart / sectorSize,
    fatLength: geometry.fatBytes / sectorSize,
    clusterHeapOffset: geometry.heapStart / sectorSize,
    clusterCount: geometry.clusterCount,
    rootCluster: geometry.rootCluster,
    serial: geometry.serial,
    revision: REVISION_1_00,
    volumeFlags: geometry.volumeFlags,
    bytesPerSectorShift: Math.log2(sectorSize),
    sectorsPerClusterShift: Math.log2(geometry.clusterSize / sectorSize),
    numberOfFats: geometry.numberOfFats,
    driveSelect: DRIVE_SELECT,
    percentInUse,
    reserved: Buffer.alloc(7),
    bootCode: Buffer.alloc(390, bootCodeByte),
    bootSignature: BOOT_SIGNATURE,
  }).copy(region);
  for (let sector = 1; sector <= EXTENDED_BOOT_SECTORS; sector++) {
    region.writeUInt32LE(EXTENDED_BOOT_SIGNATURE, (sector + 1) * sectorSize - 4);
  }
  const sum = bootChecksum(region.subarray(0, CHECKSUM_SECTOR * sectorSize));
  for (let at = CHECKSUM_SECTOR * sectorSize; at < region.length; at += 4) {
    region.writeUInt32LE(sum, at);
  }
  return region;
}
