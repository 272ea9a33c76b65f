/**
 * The UEFI boot stage: what lies in the ESP's EFI folder. With Secure Boot: the shim that Microsoft signed, and behind it
 * Debian's own signed GRUB; nothing is enrolled and nothing bypassed. Debian's GRUB looks for its configuration in /EFI/debian,
 * whichever of its builds it is.
 */
import type { Kit } from "./kit/kit.ts";
import { EFI_MODULES, EFI_PLATFORMS, KIT_PATHS, modulePath } from "./kit/manifest.ts";

export interface StageFile {
  /** Absolute path on the ESP. */
  readonly path: string;
  readonly data: Buffer;
}

/** Where the EFI builds of Debian's GRUB look for configuration and modules. */
const PREFIX = "/EFI/debian";
const GRUB_CONFIG = "source /lifeboat/grub/grub.cfg\n";

export async function makeUefiStage(kit: Kit, secureBoot: boolean): Promise<StageFile[]> {
  const boot = "/EFI/BOOT";
  const x64: StageFile[] = secureBoot
    ? [
        { path: `${boot}/BOOTX64.EFI`, data: await kit.read(KIT_PATHS.shimX64) },
        { path: `${boot}/grubx64.efi`, data: await kit.read(KIT_PATHS.grubX64Signed) },
        { path: `${boot}/mmx64.efi`, data: await kit.read(KIT_PATHS.mokManagerX64) },
      ]
    : [{ path: `${boot}/BOOTX64.EFI`, data: await kit.read(KIT_PATHS.grubX64) }];
  const modules: StageFile[] = [];
  for (const platform of EFI_PLATFORMS) {
    for (const name of EFI_MODULES) {
      const data = await kit.read(modulePath(platform, name));
      modules.push({ path: `${PREFIX}/${platform}/${name}.mod`, data });
    }
  }
  return [
    ...x64,
    // No Microsoft-signed shim for 32-bit firmware exists in Debian 12: those machines start with Secure Boot off.
    { path: `${boot}/BOOTIA32.EFI`, data: await kit.read(KIT_PATHS.grubIa32) },
    { path: `${PREFIX}/grub.cfg`, data: Buffer.from(GRUB_CONFIG) },
    ...modules,
  ];
}
