/**
 * The boot sector and its backup: which of the two describes the volume, and what is wrong with them.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "Boot Sector and BPB"; the backup is Windows' convention.
 */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { failureOf } from "../../../system/errors.ts";
import {
  BOOT_SIGNATURE,
  BOOT_SIGNATURE_OFFSET,
  BPB_EXTENSION_OFFSET,
  CommonBpb,
  EXTENDED_SIGNATURE,
  Fat32Bpb,
  JUMP,
} from "../boot-sector.ts";
import { decodeFsInfo } from "../fsinfo.ts";
import { decodeGeometry, FIRST_CLUSTER } from "../geometry.ts";
import type { FatGeometry } from "../geometry.ts";

export const BOOT_BYTES = 512;
/** Windows looks for the backup here and nowhere else. */
export const BACKUP_SECTOR = 6;
const FSINFO_SECTOR = 1;
/** Windows' flags in what the specification calls reserved: bit 0 not unmounted, bit 1 to be tested. */
export const STATE_AT = 65;
export const STATE_FLAGS = 0x03;
const FSINFO_FIELD_AT = 48;
const BACKUP_FIELD_AT = 50;
const EXTENDED_SIGNATURE_AT = 66;
const TYPE_AT = 82;
const SECTOR_SIZES = [512, 1024, 2048, 4096];
/** Formatters leave this much more of a FAT than it needs, for alignment. */
const MOST_SPARE_FAT = 1.5;
const MOST_SPARE_SECTORS = 4096;

/** Bytes, and where they belong in a boot sector. */
export interface FieldValue {
  readonly at: number;
  readonly data: Buffer;
}

export interface BootCandidate {
  readonly sector: Buffer;
  readonly geometry: FatGeometry;
  /** Byte offset at which it was found. */
  readonly at: number;
  /** Byte offset at which it says that its backup is. */
  readonly backupAt: number | undefined;
  /** Whether FSInfo may be written where it always is: some boot code has a second sector there. */
  readonly hasFsInfoRoom: boolean;
  /** How many of its fields can't be right. */
  readonly defects: number;
}

/** Reads a boot sector and holds it against the volume. Undefined where it isn't one of FAT32's. */
async function candidateAt(range: ByteRange, at: number): Promise<BootCandidate | undefined> {
  if (at + BOOT_BYTES > range.size) return undefined;
  let sector: Buffer;
  let geometry: FatGeometry;
  try {
    sector = await readBytes(range, at, BOOT_BYTES);
    geometry = decodeGeometry(sector);
  } catch (error) {
    failureOf(error);
    return undefined;
  }
  if (geometry.bits !== 32 || geometry.totalBytes > range.size) return undefined;
  if (geometry.dataStart >= range.size) return undefined;
  const defects = await defectsOf(range, sector, geometry);
  const hasFsInfoRoom = await isRoomForFsInfo(range, FSINFO_SECTOR * geometry.bytesPerSector);
  const backupAt = backupPlace(sector, geometry);
  return { sector, geometry, at, backupAt, hasFsInfoRoom, defects };
}

function backupPlace(sector: Buffer, geometry: FatGeometry): number | undefined {
  const { backupBootSector, fsInfoSector } = Fat32Bpb.decode(sector, BPB_EXTENSION_OFFSET);
  const { reservedSectors } = CommonBpb.decode(sector);
  const isPlace =
    backupBootSector > 0 && backupBootSector < reservedSectors && backupBootSector !== fsInfoSector;
  return isPlace ? backupBootSector * geometry.bytesPerSector : undefined;
}

async function defectsOf(range: ByteRange, sector: Buffer, geometry: FatGeometry): Promise<number> {
  const common = CommonBpb.decode(sector);
  const fat32 = Fat32Bpb.decode(sector, BPB_EXTENSION_OFFSET);
  let defects = wrongMarks(sector).length;
  if (!(await isFsInfo(range, geometry.fsInfoStart))) defects++;
  if (backupPlace(sector, geometry) === undefined) defects++;
  for (const start of geometry.fatStarts) {
    const entry = (await readBytes(range, start, common.bytesPerSector)).readUInt32LE();
    // The first entry says where a FAT begins, and tells a wrong size or place of one.
    if ((entry & 0x0fffff00) !== 0x0fffff00) defects += 2;
    if ((entry & 0xff) !== common.media) defects++;
  }
  // A partition is as large as its volume, but for a remainder.
  if (range.size - geometry.totalBytes > geometry.clusterBytes + 64 * common.bytesPerSector)
    defects++;
  const counted = countedClusters(geometry);
  if (counted > geometry.clusterCount) defects += 3;
  const needed = Math.ceil(((counted + FIRST_CLUSTER) * 4) / common.bytesPerSector);
  if (fat32.sectorsPerFat > needed * MOST_SPARE_FAT + MOST_SPARE_SECTORS) defects++;
  const [fatStart = 0] = geometry.fatStarts;
  const { sectorSize } = range;
  const rootEntryAt = fatStart + geometry.rootCluster * 4;
  const aligned = Math.floor(rootEntryAt / sectorSize) * sectorSize;
  const root = (await readBytes(range, aligned, sectorSize)).readUInt32LE(rootEntryAt - aligned);
  if ((root & 0x0fffffff) === 0) defects += 2;
  return defects;
}

/** By the length of the volume, whatever the FAT has room for. */
export function countedClusters(geometry: FatGeometry): number {
  return Math.floor((geometry.totalBytes - geometry.dataStart) / geometry.clusterBytes);
}

/** What of a boot sector is the same on every FAT32 volume, and how it should be. */
export function wrongMarks(sector: Buffer): FieldValue[] {
  const wrong: FieldValue[] = [];
  const jumps = sector[0] === 0xe9 || (sector[0] === 0xeb && sector[2] === 0x90);
  if (!jumps) wrong.push({ at: 0, data: JUMP });
  if (sector.readUInt16LE(BOOT_SIGNATURE_OFFSET) !== BOOT_SIGNATURE) {
    wrong.push({ at: BOOT_SIGNATURE_OFFSET, data: Buffer.from([0x55, 0xaa]) });
  }
  if (sector[EXTENDED_SIGNATURE_AT] !== EXTENDED_SIGNATURE) {
    wrong.push({ at: EXTENDED_SIGNATURE_AT, data: Buffer.from([EXTENDED_SIGNATURE]) });
  }
  const type = Buffer.from("FAT32   ", "latin1");
  if (!sector.subarray(TYPE_AT, TYPE_AT + 8).equals(type)) wrong.push({ at: TYPE_AT, data: type });
  return wrong;
}

async function isFsInfo(range: ByteRange, at: number | undefined): Promise<boolean> {
  if (at === undefined || at + BOOT_BYTES > range.size) return false;
  return decodeFsInfo(await readBytes(range, at, BOOT_BYTES)) !== undefined;
}

async function isRoomForFsInfo(range: ByteRange, at: number): Promise<boolean> {
  if (await isFsInfo(range, at)) return true;
  return at + BOOT_BYTES <= range.size && !(await readBytes(range, at, BOOT_BYTES)).some(Boolean);
}

/** Both boot sectors, so far as they are some. */
export async function readBootSectors(
  range: ByteRange,
): Promise<{ main: BootCandidate | undefined; backup: BootCandidate | undefined }> {
  const main = await candidateAt(range, 0);
  const places = new Set<number>();
  if (main?.backupAt !== undefined) places.add(main.backupAt);
  for (const size of [range.sectorSize, ...SECTOR_SIZES]) places.add(BACKUP_SECTOR * size);
  for (const at of places) {
    const backup = await candidateAt(range, at);
    if (backup === undefined) continue;
    // A boot sector of some older volume may lie at another sector size's place.
    if (backup.backupAt === at || at === main?.backupAt) return { main, backup };
  }
  return { main, backup: undefined };
}

/** Whether two boot sectors describe the same volume. */
export function sameGeometry(a: BootCandidate, b: BootCandidate): boolean {
  const plain = ({ geometry, sector }: BootCandidate): string => {
    const { volumeId, label, ...rest } = geometry;
    void volumeId;
    void label;
    const { fsInfoSector, backupBootSector } = Fat32Bpb.decode(sector, BPB_EXTENSION_OFFSET);
    return JSON.stringify({ ...rest, fsInfoSector, backupBootSector });
  };
  return plain(a) === plain(b);
}

/** The flags of a volume in use are the main sector's affair. */
export function sameBoot(main: Buffer, backup: Buffer): boolean {
  const masked = Buffer.from(main);
  masked[STATE_AT] = (masked[STATE_AT] ?? 0) & ~STATE_FLAGS;
  return masked.equals(backup) || main.equals(backup);
}

/** Pointers to other sectors that lead nowhere, and where they should. */
export function wrongPointers({ sector, geometry, backupAt, hasFsInfoRoom }: BootCandidate): {
  fsInfo: FieldValue | undefined;
  backup: FieldValue | undefined;
} {
  const { reservedSectors } = CommonBpb.decode(sector);
  const field = (at: number, value: number): FieldValue => ({ at, data: Buffer.from([value, 0]) });
  const noFsInfo =
    geometry.fsInfoStart === undefined && reservedSectors > FSINFO_SECTOR && hasFsInfoRoom;
  const noBackup = backupAt === undefined && reservedSectors > BACKUP_SECTOR;
  return {
    fsInfo: noFsInfo ? field(FSINFO_FIELD_AT, FSINFO_SECTOR) : undefined,
    backup: noBackup ? field(BACKUP_FIELD_AT, BACKUP_SECTOR) : undefined,
  };
}
