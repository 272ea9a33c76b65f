/**
 * What Ventoy's own GRUB looks at before it takes a disk for one of its own, as far as it lies in a release
 * (Ventoy: GRUB2/MOD_SRC, grub-core/ventoy/ventoy_cmd.c, `ventoy_check_official_device`).
 */
import { MemoryRange } from "../../../block/memory.ts";
import { openFat } from "../../../filesystems/fat32/index.ts";
import type { FatVolume } from "../../../filesystems/fat32/index.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { BOOT_IMAGE_BYTES, DISK_IMAGE_BYTES } from "./members.ts";
import { say } from "./messages.ts";
import { refusal } from "./refusal.ts";

/** The first 0x30 bytes of the disk: a jump, and zeroes where other systems keep a BIOS parameter block. */
const HEAD = Buffer.concat([Buffer.from([0xeb, 0x63, 0x90])], 0x30);
/** Texts of GRUB's boot.img, two of them Ventoy's own. */
const MARK_OFFSET = 0x190;
const MARK = Buffer.from("VT\0Ge\0HD\0Rd\0 Er\r", "latin1");
const BOOT_SIGNATURE = 0xaa55;
const BOOT_SIGNATURE_OFFSET = 510;

/** Of the second partition. */
export const VENTOY_LABEL = "VTOYEFI";
export const VENTOY_FILES = [
  "/ventoy/ventoy.cpio",
  "/grub/localboot.cfg",
  "/tool/mount.exfat-fuse_aarch64",
] as const;

/** Whether the first sector of a disk, or `boot.img`, has what Ventoy's check wants of it. */
export function isVentoyBootSector(sector: Buffer): boolean {
  return (
    sector.length >= BOOT_IMAGE_BYTES &&
    sector.subarray(0, HEAD.length).equals(HEAD) &&
    sector.subarray(MARK_OFFSET, MARK_OFFSET + MARK.length).equals(MARK) &&
    sector.readUInt16LE(BOOT_SIGNATURE_OFFSET) === BOOT_SIGNATURE
  );
}

/** @throws LifeboatError `ventoy-archive-content` */
export function checkBootImage(bootImage: Buffer): void {
  if (!isVentoyBootSector(bootImage)) {
    throw refusal("ventoy-archive-content", say.noBootImage());
  }
}

/** @throws LifeboatError `ventoy-archive-content` */
export async function checkDiskImage(diskImage: Buffer): Promise<void> {
  const volume = await openDiskImage(diskImage);
  if (volume.bits !== 16 || volume.totalBytes !== DISK_IMAGE_BYTES)
    throw notVentoys(say.notFat16());
  if (volume.label !== VENTOY_LABEL) throw notVentoys(say.otherLabel(volume.label));
  for (const path of VENTOY_FILES) {
    const entry = await volume.find(path).catch((error: unknown) => {
      throw asNotVentoys(error);
    });
    if (entry?.kind !== "file") throw notVentoys(say.lacksFile(path));
  }
}

async function openDiskImage(diskImage: Buffer): Promise<FatVolume> {
  return openFat(new MemoryRange(diskImage)).catch((error: unknown) => {
    throw asNotVentoys(error);
  });
}

function asNotVentoys(error: unknown): unknown {
  return error instanceof LifeboatError ? notVentoys(error.text, error) : error;
}

function notVentoys(why: LifeboatError["text"], cause?: unknown): LifeboatError {
  return refusal("ventoy-archive-content", say.noDiskImage(why), cause);
}
