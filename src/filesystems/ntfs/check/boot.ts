/** The boot sector and its copy behind the volume: which of them describes it, and how the other gets right. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { FindingList } from "../../check.ts";
import { TYPE } from "../attribute.ts";
import { BootSector, decodeGeometry } from "../boot-sector.ts";
import type { Geometry } from "../boot-sector.ts";
import { damaged, isDamage } from "../failures.ts";
import { runsOfPieces } from "../file-record.ts";
import { decodeRecord, RECORD } from "../mft-record.ts";
import { fix, say } from "./messages.ts";
import { STAGE } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

/** What describes the volume: from the sector's size to the serial number. What is before and behind may be a boot loader's. */
const DESCRIPTION = { start: 11, end: 80 } as const;
const SECTOR_SIZES = [512, 1024, 2048, 4096];

interface Sector {
  readonly at: number;
  readonly bytes: Buffer;
  readonly geometry: Geometry;
}

/**
 * The geometry that counts, and findings about both sectors.
 * @throws LifeboatError `not-ntfs`, `ntfs-bitlocker`, `ntfs-truncated` where neither can be read; `ntfs-damaged` where the MFT is
 * where neither says.
 */
export async function checkBoot(
  range: ByteRange,
  list: FindingList<RepairWriter>,
): Promise<Geometry> {
  const main = await sectorAt(range, 0);
  const found = main instanceof LifeboatError ? await lastSector(range) : await copyOf(range, main);
  const copy = found instanceof LifeboatError ? undefined : found;
  if (!(main instanceof LifeboatError) && (await leadsToMft(range, main.geometry))) {
    const copyAt = placeOfCopy(main);
    const hasRoom = copyAt + main.bytes.length <= range.size;
    if (hasRoom && (copy === undefined || !sameDescription(main.bytes, copy.bytes))) {
      list.add({
        id: "backup-boot-sector",
        severity: "warning",
        where: "backup boot sector",
        what: say.backupDiffers(),
        fix: fix.backupFromMain(),
        stage: STAGE.boot,
        mend: async (writer) => writer.patch(copyAt, main.bytes),
      });
    }
    return main.geometry;
  }
  if (copy !== undefined && (await leadsToMft(range, copy.geometry))) {
    list.add({
      id: "boot-sector",
      severity: "error",
      where: "boot sector",
      what: say.bootDamaged(),
      fix: fix.bootFromBackup(),
      stage: STAGE.boot,
      mend: async (writer) => writer.patch(0, copy.bytes),
    });
    return copy.geometry;
  }
  throw main instanceof LifeboatError
    ? main
    : damaged("$MFT", "its first record is not where the boot sector says");
}

async function sectorAt(range: ByteRange, at: number): Promise<Sector | LifeboatError> {
  try {
    const head = await readBytes(range, at, BootSector.size);
    const geometry = decodeGeometry(head, range);
    const length = Math.max(BootSector.size, geometry.sectorBytes);
    const bytes = at + length <= range.size ? await readBytes(range, at, length) : head;
    return { at, bytes, geometry };
  } catch (error) {
    if (error instanceof LifeboatError) return error;
    throw error;
  }
}

function placeOfCopy({ bytes, geometry }: Sector): number {
  return BootSector.decode(bytes).totalSectors * geometry.sectorBytes;
}

async function copyOf(range: ByteRange, main: Sector): Promise<Sector | undefined> {
  const at = placeOfCopy(main);
  if (at + BootSector.size > range.size) return undefined;
  const copy = await sectorAt(range, at);
  return copy instanceof LifeboatError || placeOfCopy(copy) !== at ? lastSector(range) : copy;
}

/** A boot sector at the end of the range that says itself that it belongs there. */
async function lastSector(range: ByteRange): Promise<Sector | undefined> {
  for (const size of new Set([range.sectorSize, ...SECTOR_SIZES])) {
    const at = Math.floor(range.size / size) * size - size;
    if (at <= 0) continue;
    const copy = await sectorAt(range, at);
    if (!(copy instanceof LifeboatError) && placeOfCopy(copy) === at) return copy;
  }
  return undefined;
}

function sameDescription(a: Buffer, b: Buffer): boolean {
  const { start, end } = DESCRIPTION;
  return a.subarray(start, end).equals(b.subarray(start, end));
}

/** Whether the MFT's first record, or its mirror, says that the MFT begins where this geometry has it. */
async function leadsToMft(range: ByteRange, geometry: Geometry): Promise<boolean> {
  for (const lcn of [geometry.mftLcn, geometry.mftMirrorLcn]) {
    if (lcn >= geometry.clusters) continue;
    try {
      const at = lcn * geometry.clusterBytes;
      const record = decodeRecord(await readBytes(range, at, geometry.recordBytes), RECORD.mft);
      const data = record.attributes.filter(({ type, name }) => type === TYPE.data && name === "");
      if (runsOfPieces(data, geometry)[0]?.lcn === geometry.mftLcn) return true;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  return false;
}
