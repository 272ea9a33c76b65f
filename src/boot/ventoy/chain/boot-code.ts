/**
 * The first sector of a stick that starts by lifeboat and has Ventoy behind it. It is Ventoy's, since Ventoy looks at it before it starts
 * anything (device-check.ts); only the number in it leads to lifeboat's core image. Both are GRUB's boot.img, whose core image takes
 * over in the same way (GRUB2/MOD_SRC: grub-core/boot/i386/pc/boot.S). Pure: bytes in, bytes out.
 */
import type { BiosStage } from "../../bios-stage.ts";
import { BOOT_CODE_BYTES, makeBiosStage } from "../../bios-stage.ts";
import { DISK_UUID_AT, UPGRADED_CODE_BYTES } from "../boot-area.ts";
import { VENTOY_SECTOR, coreRun } from "../geometry.ts";
import type { VentoyScheme } from "../geometry.ts";

/** On the volume with lifeboat's menu: what its entry for Ventoy starts on a BIOS. */
export const HAND_OVER_PATH = "/lifeboat/ventoy/boot.img";
/** GRUB_BOOT_MACHINE_KERNEL_SECTOR: 64 bits. */
const KERNEL_SECTOR_AT = 0x5c;
const SIGNATURE_AT = VENTOY_SECTOR - 2;

/** boot.img with the bytes by which Ventoy knows its disk, as GRUB's own is taken for lifeboat's BIOS stage (bios-stage.ts). */
export function withVentoyUuid(bootImage: Buffer, uuid: Buffer): Buffer {
  const sector = Buffer.from(bootImage);
  uuid.copy(sector, DISK_UUID_AT);
  return sector;
}

/**
 * The sector that Ventoy's installer would have written: it leads to Ventoy's core image. Without disk signature and partition table, which it
 * doesn't read.
 * @param sector the disk's first one, or boot.img with Ventoy's bytes for the disk.
 */
export function handOverSector(sector: Buffer, scheme: VentoyScheme): Buffer {
  const image = Buffer.alloc(VENTOY_SECTOR);
  sector.copy(image, 0, 0, UPGRADED_CODE_BYTES);
  image.writeBigUInt64LE(BigInt(coreRun(scheme).startLba), KERNEL_SECTOR_AT);
  image.writeUInt16LE(0xaa55, SIGNATURE_AT);
  return image;
}

/**
 * lifeboat's BIOS stage, started by Ventoy's boot code: that is taken as it is, installed already, but for where it leads.
 * @param bootImage 512 bytes: the disk's first sector, or boot.img with Ventoy's bytes for the disk.
 * @throws LifeboatError as `makeBiosStage`.
 */
export function makeChainedBiosStage(
  bootImage: Buffer,
  coreImage: Buffer,
  coreLba: number,
  room: number,
): BiosStage {
  const stage = makeBiosStage(bootImage, coreImage, coreLba, room);
  return { ...stage, bootCode: leadingTo(bootImage.subarray(0, BOOT_CODE_BYTES), coreLba) };
}

/** Where boot code leads: its core image's first sector. */
export function leadsToSector(code: Buffer): bigint {
  return code.readBigUInt64LE(KERNEL_SECTOR_AT);
}

/** The same boot code, leading to another core image. */
export function leadingTo(code: Buffer, coreLba: number): Buffer {
  const changed = Buffer.from(code);
  changed.writeBigUInt64LE(BigInt(coreLba), KERNEL_SECTOR_AT);
  return changed;
}
