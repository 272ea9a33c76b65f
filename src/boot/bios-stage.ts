/**
 * The BIOS boot stage: GRUB's boot.img in the disk's first sector and core.img behind it, laid out as GRUB's own installer
 * does (GRUB: include/grub/i386/pc/boot.h, grub-core/boot/i386/pc/{boot,diskboot}.S).
 */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import { LifeboatError } from "../system/errors.ts";
import { say } from "./messages.ts";

const SECTOR = 512;
/** Code area of an MBR; behind it lie the disk signature and the partition table, which boot code never touches. */
export const BOOT_CODE_BYTES = 440;
/** GRUB_BOOT_MACHINE_KERNEL_SECTOR: where boot.img finds core.img, as a 64-bit LBA. */
const KERNEL_SECTOR_OFFSET = 0x5c;
/**
 * GRUB_BOOT_MACHINE_DRIVE_CHECK: a jump that boot.img takes when the BIOS passed a good drive number. As installed on hard
 * disks it is replaced by two NOPs, so that the check for BIOSes that pass rubbish is made (grub-bios-setup does the same).
 */
const DRIVE_CHECK_OFFSET = 0x66;
const NOP = 0x90;
/** diskboot.img's last block list: start LBA (8 bytes), length in sectors (2), load segment (2). */
const BLOCK_LIST_OFFSET = SECTOR - 12;
/** core.img's first sector goes to 0x8000, the rest behind it: segment 0x820. */
const CORE_LOAD_SEGMENT = 0x820;

export interface BiosStage {
  /** The 440 bytes of boot code. */
  readonly bootCode: Buffer;
  /** core.img with its block list patched, filled up to whole sectors. */
  readonly core: Buffer;
  readonly coreLba: number;
}

/**
 * Prepares both images for a core at `coreLba`.
 * @param room sectors of 512 bytes that may be used there.
 * @throws LifeboatError `core-too-large`, `bad-boot-image`.
 */
export function makeBiosStage(
  bootImg: Buffer,
  coreImg: Buffer,
  coreLba: number,
  room: number,
): BiosStage {
  const sectors = Math.ceil(coreImg.length / SECTOR);
  if (bootImg.length !== SECTOR || bootImg.readUInt16LE(510) !== 0xaa55 || sectors < 2) {
    throw new LifeboatError("bad-boot-image", say.badBootImage(), { kind: "damaged" });
  }
  if (sectors > room) {
    throw new LifeboatError("core-too-large", say.coreTooLarge(sectors, room));
  }
  const bootCode = Buffer.from(bootImg.subarray(0, BOOT_CODE_BYTES));
  bootCode.writeBigUInt64LE(BigInt(coreLba), KERNEL_SECTOR_OFFSET);
  bootCode.fill(NOP, DRIVE_CHECK_OFFSET, DRIVE_CHECK_OFFSET + 2);

  const core = Buffer.alloc(sectors * SECTOR);
  coreImg.copy(core);
  core.writeBigUInt64LE(BigInt(coreLba + 1), BLOCK_LIST_OFFSET);
  core.writeUInt16LE(sectors - 1, BLOCK_LIST_OFFSET + 8);
  core.writeUInt16LE(CORE_LOAD_SEGMENT, BLOCK_LIST_OFFSET + 10);
  return { bootCode, core, coreLba };
}

/** A core image that is in the way, in 512-byte sectors. */
export interface CoreRun {
  readonly startLba: number;
  readonly sectors: number;
}

/**
 * Where the boot code of a disk has its core image, by what both say of themselves; undefined where the first sector isn't
 * GRUB's, or leads out of `room`.
 */
export async function findBiosCore(disk: ByteRange, room: CoreRun): Promise<CoreRun | undefined> {
  const code = await readBytes(disk, 0, BOOT_CODE_BYTES);
  const lba = code.readBigUInt64LE(KERNEL_SECTOR_OFFSET);
  const end = room.startLba + room.sectors;
  if (lba < BigInt(room.startLba) || lba >= BigInt(end)) return undefined;
  const startLba = Number(lba);
  const first = await readBytes(disk, startLba * SECTOR, SECTOR);
  const rest = first.readUInt16LE(BLOCK_LIST_OFFSET + 8);
  return { startLba, sectors: Math.min(rest + 1, end - startLba) };
}

/** Media write no less than this at once, and erase at its multiples. */
const CORE_ALIGNMENT = 8;

/**
 * Where a new core image of `sectors` sectors goes while the old one stays: the first place from the room's start on that none of
 * `taken` lies in; undefined where there is none.
 */
export function placeBesides(
  room: CoreRun,
  taken: readonly CoreRun[],
  sectors: number,
): number | undefined {
  const aligned = (lba: number) => Math.ceil(lba / CORE_ALIGNMENT) * CORE_ALIGNMENT;
  const candidates = [
    room.startLba,
    ...taken.map((run) => aligned(run.startLba + run.sectors)),
  ].toSorted((a, b) => a - b);
  return candidates.find(
    (startLba) =>
      startLba >= room.startLba &&
      startLba + sectors <= room.startLba + room.sectors &&
      taken.every(
        (run) => startLba + sectors <= run.startLba || run.startLba + run.sectors <= startLba,
      ),
  );
}

export async function writeBiosCore(disk: ByteRange, stage: BiosStage): Promise<void> {
  await disk.write(stage.coreLba * SECTOR, stage.core);
}

/** Writes the boot code alone: what else the first sector holds stays as it is. */
export async function writeBootCode(disk: ByteRange, stage: BiosStage): Promise<void> {
  const sector = await readBytes(disk, 0, disk.sectorSize);
  stage.bootCode.copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  await disk.write(0, sector);
}

/** What of the stage isn't on the disk as it should be. */
export async function checkBiosStage(
  disk: ByteRange,
  stage: BiosStage,
): Promise<("boot-code" | "core-image")[]> {
  const wrong: ("boot-code" | "core-image")[] = [];
  const code = await readBytes(disk, 0, BOOT_CODE_BYTES);
  if (!code.equals(stage.bootCode)) wrong.push("boot-code");
  const core = await readBytes(disk, stage.coreLba * SECTOR, stage.core.length);
  if (!core.equals(stage.core)) wrong.push("core-image");
  return wrong;
}
