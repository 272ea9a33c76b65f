/**
 * Ventoy's boot code and core image as they lie on a disk of a given scheme (INSTALL/tool/VentoyWorker.sh, "writing data to
 * disk" and "update Ventoy"). Pure: bytes in, bytes out.
 */
import { VENTOY_SECTOR, coreRun } from "./geometry.ts";
import type { VentoyScheme } from "./geometry.ts";

/** What an installation writes of boot.img: all before the partition table. */
export const INSTALLED_CODE_BYTES = 446;
/** What an upgrade writes of it: the disk signature behind it stays. */
export const UPGRADED_CODE_BYTES = 440;
/** Ventoy knows its disks by these 16 bytes of the first sector. */
export const DISK_UUID_AT = 0x180;
export const DISK_UUID_BYTES = 16;
/** The disk signature that Windows and Linux know an MBR disk by. */
export const DISK_SIGNATURE_AT = 0x1b8;
export const DISK_SIGNATURE_BYTES = 4;
/** Eight sectors at the core image's end that Ventoy keeps data of its own in: an upgrade leaves them as they are. */
export const RESERVED_RUN = { startLba: 2040, sectors: 8 } as const;

/** GRUB_BOOT_MACHINE_KERNEL_SECTOR of boot.img: where the core image begins; the low byte of eight. */
const KERNEL_SECTOR_AT = 0x5c;
/** The start in the block list of the core image's first sector: where the rest of it begins; the low byte of eight. */
const BLOCK_LIST_AT = VENTOY_SECTOR - 12;

export interface VentoyIdentity {
  /** 16 bytes. */
  readonly uuid: Buffer;
  /** 4 bytes. */
  readonly signature: Buffer;
}

/**
 * Bytes 0–445 of a newly installed disk.
 * @param bootImage the release's boot.img, 512 bytes.
 */
export function installedBootCode(
  bootImage: Buffer,
  scheme: VentoyScheme,
  { uuid, signature }: VentoyIdentity,
): Buffer {
  const code = bootCode(bootImage, INSTALLED_CODE_BYTES, scheme, uuid);
  return put(code, DISK_SIGNATURE_AT, signature, DISK_SIGNATURE_BYTES);
}

/**
 * Bytes 0–439 of a disk that gets another release.
 * @param uuid the 16 bytes that stand at `DISK_UUID_AT` of the disk.
 */
export function upgradedBootCode(bootImage: Buffer, scheme: VentoyScheme, uuid: Buffer): Buffer {
  return bootCode(bootImage, UPGRADED_CODE_BYTES, scheme, uuid);
}

/**
 * The core image as it lies from `coreRun(scheme).startLba` on, whole sectors: all of it with MBR, as much as has room behind the
 * table with GPT.
 * @param coreImage the release's core.img, 2047 sectors.
 * @param reserved what the disk has in `RESERVED_RUN`, where that is to stay.
 */
export function placedCore(coreImage: Buffer, scheme: VentoyScheme, reserved?: Buffer): Buffer {
  const { startLba, sectors } = coreRun(scheme);
  const core = Buffer.from(coreImage.subarray(0, sectors * VENTOY_SECTOR));
  if (core.length !== sectors * VENTOY_SECTOR) {
    throw new RangeError(`core.img of ${coreImage.length} bytes`);
  }
  if (scheme === "gpt") core.writeUInt8(startLba + 1, BLOCK_LIST_AT);
  if (reserved === undefined) return core;
  const at = (RESERVED_RUN.startLba - startLba) * VENTOY_SECTOR;
  return put(core, at, reserved, RESERVED_RUN.sectors * VENTOY_SECTOR);
}

function bootCode(bootImage: Buffer, length: number, scheme: VentoyScheme, uuid: Buffer): Buffer {
  if (bootImage.length !== VENTOY_SECTOR) {
    throw new RangeError(`boot.img of ${bootImage.length} bytes`);
  }
  const code = Buffer.from(bootImage.subarray(0, length));
  // With MBR boot.img has the right sector already.
  if (scheme === "gpt") code.writeUInt8(coreRun(scheme).startLba, KERNEL_SECTOR_AT);
  return put(code, DISK_UUID_AT, uuid, DISK_UUID_BYTES);
}

function put(into: Buffer, at: number, bytes: Buffer, length: number): Buffer {
  if (bytes.length !== length)
    throw new RangeError(`${bytes.length} bytes for a field of ${length}`);
  bytes.copy(into, at);
  return into;
}
