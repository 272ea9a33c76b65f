/**
 * Ventoy's own check of the device that it was started from: where one of these fails, its menu says "This is NOT a standard Ventoy
 * device" with the check's number, and boots nothing (GRUB2/MOD_SRC: grub-core/ventoy/ventoy_cmd.c,
 * `ventoy_check_official_device`). Ventoy stops at the first; here each is told.
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import { readPartitions } from "../../disks/partitions.ts";
import type { PartitionReport, PartitionView } from "../../disks/partitions.ts";
import { openFat } from "../../filesystems/fat32/index.ts";
import type { FatVolume } from "../../filesystems/fat32/index.ts";
import { failureOf } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { say } from "./device-messages.ts";
import { DATA_START_LBA, EFI_SECTORS, VENTOY_SECTOR } from "./geometry.ts";

/** Ventoy's numbers, as they stand on the screen: those of what it calls internal have 0x1000 added. */
export const VENTOY_CHECK = {
  noDataPartition: 1 | 0x1000,
  fileMissing: 2 | 0x1000,
  notFat: 4 | 0x1000,
  dataStart: 5,
  efiPlace: 7,
  label: 10,
  bootSector: 12,
} as const;

/** Of the checks, those of where the two partitions lie: nothing but partitioning anew puts them right. */
export const OF_THE_LAYOUT: readonly number[] = [
  VENTOY_CHECK.noDataPartition,
  VENTOY_CHECK.dataStart,
  VENTOY_CHECK.efiPlace,
];

export interface DeviceCheck {
  readonly code: (typeof VENTOY_CHECK)[keyof typeof VENTOY_CHECK];
  readonly ok: boolean;
  /** What Ventoy wants; where it isn't so, also what is there. */
  readonly what: Text;
}

/** Files that a release's partition has, by which Ventoy knows it. */
export const FINGERPRINT_FILES = [
  "/ventoy/ventoy.cpio",
  "/grub/localboot.cfg",
  "/tool/mount.exfat-fuse_aarch64",
] as const;

export const EFI_LABEL = "VTOYEFI";
/** The first sector begins with boot.img's jump and no BPB. */
const HEAD_BYTES = 0x30;
const HEAD = Buffer.concat([Buffer.from([0xeb, 0x63, 0x90]), Buffer.alloc(HEAD_BYTES - 3)]);
/** What Ventoy's boot.img says when it fails, each word cut short. */
const MARK_AT = 0x190;
const MARK = Buffer.from("VT\0Ge\0HD\0Rd\0 Er\r", "latin1");

/**
 * All checks, in Ventoy's order. What hangs on something that is missing isn't right either.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function checkVentoyDevice(disk: ByteRange): Promise<DeviceCheck[]> {
  const report = await readPartitions(disk);
  const data = runOf(report, 1);
  const efi = runOf(report, 2);
  const volume = await openEfi(disk, efi);
  const checks: DeviceCheck[] = [
    check("noDataPartition", data !== undefined, say.dataPartition(), say.noPartition()),
  ];
  for (const path of FINGERPRINT_FILES) {
    const there = volume !== undefined && (await hasFile(volume, path));
    checks.push(check("fileMissing", there, say.file(path), say.isMissing()));
  }
  const dataEnd = data === undefined ? undefined : data.startLba + data.sectors;
  const label = volume?.rootLabel;
  return [
    ...checks,
    check("notFat", volume !== undefined, say.fat(), say.noFat()),
    check(
      "dataStart",
      data?.startLba === DATA_START_LBA,
      say.dataStart(DATA_START_LBA),
      data === undefined ? say.noPartition() : say.startsAt(data.startLba),
    ),
    check(
      "efiPlace",
      efi !== undefined && efi.sectors === EFI_SECTORS && efi.startLba === dataEnd,
      say.efiPlace(EFI_SECTORS),
      efi === undefined ? say.noPartition() : say.liesAt(efi.startLba, efi.sectors),
    ),
    check(
      "label",
      label !== undefined && label.startsWith(EFI_LABEL),
      say.efiLabel(EFI_LABEL),
      label === undefined ? say.noLabel() : say.labelIs(label),
    ),
    ...(await checkBootSector(disk)),
  ];
}

/** True where Ventoy would take the disk for one of its own. */
export function passesDeviceCheck(checks: readonly DeviceCheck[]): boolean {
  return checks.every(({ ok }) => ok);
}

/**
 * What Ventoy wants of the first sector, and so of a release's boot.img.
 * @param sector at least 512 bytes.
 */
export function checkBootCode(sector: Buffer): { readonly head: boolean; readonly mark: boolean } {
  return {
    head: sector.subarray(0, HEAD_BYTES).equals(HEAD),
    mark: sector.subarray(MARK_AT, MARK_AT + MARK.length).equals(MARK),
  };
}

async function checkBootSector(disk: ByteRange): Promise<DeviceCheck[]> {
  if (disk.size < VENTOY_SECTOR) return [check("bootSector", false, say.bootHead(), say.differs())];
  const sector = await readBytes(disk, 0, Math.max(VENTOY_SECTOR, disk.sectorSize));
  const { head, mark } = checkBootCode(sector);
  return [
    check("bootSector", head, say.bootHead(), say.differs()),
    check("bootSector", mark, say.bootMark(), say.differs()),
  ];
}

function check(
  name: keyof typeof VENTOY_CHECK,
  ok: boolean,
  wanted: Text,
  found: Text,
): DeviceCheck {
  return { code: VENTOY_CHECK[name], ok, what: ok ? wanted : say.insteadOf(wanted, found) };
}

/** A partition in sectors of 512 bytes, which are all that GRUB counts in. */
function runOf({ partitions, sectorSize }: PartitionReport, number: number) {
  const found = partitions.find((partition: PartitionView) => partition.number === number);
  if (found === undefined) return undefined;
  const scale = sectorSize / VENTOY_SECTOR;
  return { startLba: found.startLba * scale, sectors: found.sectors * scale };
}

/** Undefined where there is no FAT that can be read. */
async function openEfi(
  disk: ByteRange,
  run: { startLba: number; sectors: number } | undefined,
): Promise<FatVolume | undefined> {
  if (run === undefined || run.sectors < 1) return undefined;
  const start = run.startLba * VENTOY_SECTOR;
  const length = run.sectors * VENTOY_SECTOR;
  if (start + length > disk.size) return undefined;
  try {
    return await openFat(new SliceRange(disk, start, length));
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

/** A folder on the way that is damaged holds no file for Ventoy either. */
async function hasFile(volume: FatVolume, path: string): Promise<boolean> {
  try {
    return (await volume.find(path))?.kind === "file";
  } catch (error) {
    failureOf(error);
    return false;
  }
}
