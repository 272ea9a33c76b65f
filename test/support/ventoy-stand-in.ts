/**
 * A release whose parts start, with GRUBs of Debian's in the places of Ventoy's: boot code that has the marks that Ventoy's has, a core
 * image that looks for its configuration where Ventoy's does, and shim and GRUB under Ventoy's names. Each comes to one
 * configuration, which says that it is there, by which GRUB and from which partition.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { KIT_PATHS } from "../../src/boot/kit/manifest.ts";
import { judge, temporaryFolder } from "./tools.ts";
import type { VentoyParts } from "./ventoy-release.ts";
import { CORE_SECTORS, ventoyParts } from "./ventoy-release.ts";

const SECTOR = 512;
/** As grub-bios-setup leaves it, which made Ventoy's. */
const NO_DRIVE_CHECK = [0x90, 0x90];
const DRIVE_CHECK_AT = 0x66;
const MARK = "VT\0Ge\0HD\0Rd\0 Er\r";
const MODULES =
  "biosdisk part_msdos part_gpt fat normal configfile echo test serial terminal sleep".split(" ");

/** What each of them says, followed by platform and partition. */
export const STAND_IN_SAYS = "THE STAND-IN FOR VENTOY";

const CONFIG = `set VENTOY_VERSION="9.9.9"
serial --unit=0 --speed=115200
terminal_output serial
echo "${STAND_IN_SAYS} ON $grub_platform IN ($root)"
sleep 60
`;

export async function standInParts(kit: Kit): Promise<VentoyParts> {
  const signed = await kit.read(KIT_PATHS.grubX64Signed);
  const files = {
    "grub/grub.cfg": CONFIG,
    // Where Debian's EFI images look.
    "EFI/debian/grub.cfg": "source /grub/grub.cfg\n",
    "EFI/BOOT/BOOTX64.EFI": await kit.read(KIT_PATHS.shimX64),
    "EFI/BOOT/fbx64.efi": signed,
    "EFI/BOOT/grubx64_real.efi": await kit.read(KIT_PATHS.grubX64),
  };
  const parts = await ventoyParts({ files });
  return { ...parts, bootImage: await bootImage(kit), coreImage: await coreImage() };
}

async function bootImage(kit: Kit): Promise<Buffer> {
  const sector = Buffer.from(await kit.read(KIT_PATHS.bootImg));
  sector.set(NO_DRIVE_CHECK, DRIVE_CHECK_AT);
  sector.writeBigUInt64LE(1n, 0x5c);
  sector.write(MARK, 0x190, "latin1");
  return sector;
}

async function coreImage(): Promise<Buffer> {
  const folder = await temporaryFolder();
  const output = join(folder, "core.img");
  const options = ["-O", "i386-pc", "-p", "(,2)/grub", "-o", output];
  await judge("grub-mkimage", [...options, ...MODULES]);
  const core = Buffer.alloc(CORE_SECTORS * SECTOR);
  const made = await readFile(output);
  made.copy(core);
  core.writeBigUInt64LE(2n, SECTOR - 12);
  core.writeUInt16LE(Math.ceil(made.length / SECTOR) - 1, SECTOR - 4);
  core.writeUInt16LE(0x820, SECTOR - 2);
  return core;
}
