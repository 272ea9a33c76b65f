/**
 * The entry of an ISO that lifeboat has no way to start on some firmware, though a computer would start it as a disc: that is how
 * Ventoy shows an image to it. One rule for all ISOs, whether a recipe knows them or not; a recipe says `ventoy: false` where
 * Ventoy is known to fail as well.
 */
import type { ByteRange } from "../block/byte-range.ts";
import { openFat } from "../filesystems/fat32/index.ts";
import { efiImages, unlessDamaged } from "./efi-images.ts";
import { bootPlatforms } from "./open-image.ts";
import { IsoTree } from "./tree.ts";
import type { Firmware, IsoEntry } from "./types.ts";
import { FIRMWARES } from "./types.ts";

/** Where UEFI looks on removable media (UEFI 2.10, 3.5.1.1). */
const EFI_PROGRAMS = { x64: "/EFI/BOOT/BOOTX64.EFI", ia32: "/EFI/BOOT/BOOTIA32.EFI" } as const;

/**
 * Undefined where lifeboat's own entries are for every firmware that would start the disc.
 * @param range the whole ISO. @param own the entries that lifeboat starts by itself. @param name of the system, with its version.
 */
export async function ventoyEntry(
  range: ByteRange,
  own: readonly IsoEntry[],
  name: string,
): Promise<IsoEntry | undefined> {
  const covered = new Set(own.flatMap(({ firmware }) => firmware));
  if (FIRMWARES.every((one) => covered.has(one))) return undefined;
  const firmware = (await discFirmware(range)).filter((one) => !covered.has(one));
  if (firmware.length === 0) return undefined;
  return {
    title: `${name} (by Ventoy, on a stick that has it)`,
    firmware,
    method: { kind: "ventoy" },
    via: "ventoy",
    secureBoot: "not-needed",
  };
}

/** The firmware that would start the ISO from a disc: by its El Torito catalog, which is all that counts there. */
async function discFirmware(range: ByteRange): Promise<Firmware[]> {
  const platforms = await bootPlatforms(range);
  const found = new Set<Firmware>(platforms.includes("bios") ? ["bios"] : []);
  for (const image of platforms.includes("uefi") ? await efiImages(range) : []) {
    const volume = await unlessDamaged(async () => openFat(image));
    if (volume === undefined) continue;
    const tree = new IsoTree(volume);
    for (const one of ["x64", "ia32"] as const) {
      const program = await unlessDamaged(async () => tree.find(EFI_PROGRAMS[one]));
      if (program?.kind === "file") found.add(one);
    }
  }
  return FIRMWARES.filter((one) => found.has(one));
}
