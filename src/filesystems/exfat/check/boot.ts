/** Main and backup boot region: which of them describes the volume, and how each gets right. Sections 3.1 to 3.4. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError, failureOf } from "../../../system/errors.ts";
import { FindingList } from "../../check.ts";
import {
  bootChecksum,
  BOOT_REGION_SECTORS,
  decodeBootSector,
  isBootRegionIntact,
  PERCENT_IN_USE_AT,
  VOLUME_DIRTY,
  VOLUME_FLAGS_AT,
} from "../boot-sector.ts";
import type { Geometry } from "../boot-sector.ts";
import { fix, say } from "./messages.ts";
import { STAGE } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

const SECTOR_SIZES = [512, 1024, 2048, 4096];
/** Section 3.1.13.3: somebody has met unreadable sectors. */
export const MEDIA_FAILURE = 0x0004;
const KNOWN_PERCENT = 100;
const UNKNOWN_PERCENT = 0xff;
const CHECKSUM_SECTOR = 11;

interface Region {
  readonly bytes: Buffer;
  readonly geometry: Geometry;
  readonly isIntact: boolean;
}

export interface Boot {
  readonly geometry: Geometry;
  readonly sector: Buffer;
}

async function regionAt(
  range: ByteRange,
  first: number,
  sectorSize: number,
): Promise<Region | undefined> {
  const start = first * sectorSize;
  const length = BOOT_REGION_SECTORS * sectorSize;
  if (start + length > range.size) return undefined;
  try {
    const bytes = await readBytes(range, start, length);
    const geometry = decodeBootSector(bytes.subarray(0, 512), range.size);
    if (geometry.sectorSize !== sectorSize) return undefined;
    return { bytes, geometry, isIntact: isBootRegionIntact(bytes, sectorSize) };
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

/**
 * The geometry that counts, and findings about both regions.
 * @throws LifeboatError `not-exfat` and the like where neither region can be read.
 */
export async function checkBoot(range: ByteRange, list: FindingList<RepairWriter>): Promise<Boot> {
  const sizes = new Set([range.sectorSize, ...SECTOR_SIZES]);
  let main: Region | undefined;
  for (const size of sizes) main ??= await regionAt(range, 0, size);
  let backup: Region | undefined;
  const backupSizes = main === undefined ? sizes : [main.geometry.sectorSize];
  for (const size of backupSizes) backup ??= await regionAt(range, BOOT_REGION_SECTORS, size);

  const useBackup = main === undefined || (!main.isIntact && backup?.isIntact === true);
  const used = useBackup ? backup : main;
  // Says what is wrong with the main one.
  if (used === undefined) throw noVolume(await readBytes(range, 0, 512), range.size);
  const { geometry } = used;
  const region = Buffer.from(used.bytes);
  seal(region, geometry.sectorSize);
  const backupStart = BOOT_REGION_SECTORS * geometry.sectorSize;
  if (useBackup) {
    list.add({
      id: "boot-region",
      severity: "error",
      where: "boot region",
      what: say.bootDamaged(),
      fix: fix.bootFromBackup(),
      stage: STAGE.boot,
      mend: async (writer) => writer.patch(0, region),
    });
  } else if (main?.isIntact === false) {
    list.add({
      id: "boot-checksum",
      severity: "error",
      where: "boot region",
      what: say.bootChecksums(),
      fix: fix.setFields(),
      stage: STAGE.boot,
      mend: async (writer) => {
        await writer.patch(backupStart, region);
        await writer.flush();
        await writer.patch(0, region);
      },
    });
  } else if (backup === undefined || !backup.isIntact || !sameRegion(used.bytes, backup.bytes)) {
    list.add({
      id: "backup-boot-region",
      severity: "warning",
      where: "backup boot region",
      what: say.backupDiffers(),
      fix: fix.backupFromMain(),
      stage: STAGE.boot,
      mend: async (writer) => writer.patch(backupStart, region),
    });
  }
  return { geometry, sector: used.bytes.subarray(0, 512) };
}

function noVolume(sector: Buffer, size: number): LifeboatError {
  try {
    decodeBootSector(sector, size);
  } catch (error) {
    if (error instanceof LifeboatError) return error;
    throw error;
  }
  return new LifeboatError("exfat-boot-sector", say.bootChecksums(), { kind: "damaged" });
}

/** Flags and use of the volume may differ: only the main region's count. */
function sameRegion(a: Buffer, b: Buffer): boolean {
  const masked = [a, b].map((region) => {
    const copy = Buffer.from(region);
    copy.writeUInt16LE(0, VOLUME_FLAGS_AT);
    copy.writeUInt8(0, PERCENT_IN_USE_AT);
    return copy;
  });
  return masked[0]?.equals(masked[1] ?? Buffer.alloc(0)) === true;
}

/** Writes the checksum sector of a region. */
function seal(region: Buffer, sectorSize: number): void {
  const sum = bootChecksum(region.subarray(0, CHECKSUM_SECTOR * sectorSize));
  for (let at = CHECKSUM_SECTOR * sectorSize; at < region.length; at += 4) {
    region.writeUInt32LE(sum, at);
  }
}

/** What the main boot sector says of the volume's state. @param percent in use, as counted. */
export function checkFlags(
  boot: Boot,
  percent: number | undefined,
  list: FindingList<RepairWriter>,
): void {
  const { sector, geometry } = boot;
  const flags = sector.readUInt16LE(VOLUME_FLAGS_AT);
  const said = sector.readUInt8(PERCENT_IN_USE_AT);
  // With one FAT there is no second one to be active.
  const right = geometry.numberOfFats === 1 ? 0 : flags & 1;
  const known = said <= KNOWN_PERCENT || said === UNKNOWN_PERCENT;
  const mend = async (writer: RepairWriter): Promise<void> => {
    const field = Buffer.alloc(2);
    field.writeUInt16LE(right);
    await writer.patch(PERCENT_IN_USE_AT, Buffer.from([percent ?? UNKNOWN_PERCENT]));
    await writer.patch(VOLUME_FLAGS_AT, field);
  };
  const report = { severity: "warning" as const, where: "VolumeFlags", stage: STAGE.flags, mend };
  if ((flags & VOLUME_DIRTY) !== 0) {
    list.add({ ...report, id: "dirty", what: say.dirty(), fix: fix.clearDirty() });
  }
  if ((flags & MEDIA_FAILURE) !== 0) {
    list.add({ ...report, id: "media-failure", what: say.mediaFailure(), fix: fix.clearErrors() });
  }
  if ((flags & ~(VOLUME_DIRTY | MEDIA_FAILURE)) !== right) {
    list.add({ ...report, id: "volume-flags", what: say.volumeFlags(), fix: fix.setFields() });
  }
  if (!known || (percent !== undefined && said !== UNKNOWN_PERCENT && said !== percent)) {
    // Linux never writes it.
    const severity = known ? "info" : "warning";
    const what = say.percent(said, percent ?? UNKNOWN_PERCENT);
    list.add({
      ...report,
      id: "percent-in-use",
      severity,
      where: "PercentInUse",
      what,
      fix: fix.setFields(),
    });
  }
}
