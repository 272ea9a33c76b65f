/**
 * What Ventoy's own GRUB looks at before it takes a disk for one of its own, as far as it lies in a release
 * (Ventoy: GRUB2/MOD_SRC, grub-core/ventoy/ventoy_cmd.c, `ventoy_check_official_device`).
 */
import { MemoryRange } from "../../../block/memory.ts";
import { openFat } from "../../../filesystems/fat32/index.ts";
import type { FatVolume } from "../../../filesystems/fat32/index.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { EFI_LABEL, FINGERPRINT_FILES, checkBootCode } from "../device-check.ts";
import { BOOT_IMAGE_BYTES, DISK_IMAGE_BYTES } from "./members.ts";
import { say } from "./messages.ts";
import { refusal } from "./refusal.ts";

const BOOT_SIGNATURE = 0xaa55;
const BOOT_SIGNATURE_OFFSET = 510;

/** Whether a release's boot.img is one, with what Ventoy's check wants of the sector that it becomes. */
export function isVentoyBootSector(bootImage: Buffer): boolean {
  const isWhole =
    bootImage.length === BOOT_IMAGE_BYTES &&
    bootImage.readUInt16LE(BOOT_SIGNATURE_OFFSET) === BOOT_SIGNATURE;
  const { head, mark } = checkBootCode(bootImage);
  return isWhole && head && mark;
}

/** @throws LifeboatError `ventoy-archive-content` */
export function checkBootImage(bootImage: Buffer): void {
  if (!isVentoyBootSector(bootImage)) throw refusal("ventoy-archive-content", say.noBootImage());
}

/** @throws LifeboatError `ventoy-archive-content` */
export async function checkDiskImage(diskImage: Buffer): Promise<void> {
  const volume = await openDiskImage(diskImage);
  if (volume.bits !== 16 || volume.totalBytes !== DISK_IMAGE_BYTES)
    throw notVentoys(say.notFat16());
  if (!volume.label.startsWith(EFI_LABEL)) throw notVentoys(say.otherLabel(volume.label));
  for (const path of FINGERPRINT_FILES) {
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
