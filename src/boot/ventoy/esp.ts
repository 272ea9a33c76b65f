/** Ventoy's second partition, VTOYEFI: what is asked of it, and how it looks without what Secure Boot needs. */
import { readBytes } from "../../block/byte-range.ts";
import { Fat16Image } from "../../filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";

interface Chain {
  /** What the firmware starts: with Secure Boot a shim. */
  readonly started: string;
  /** Ventoy's GRUB, behind the shim. */
  readonly grub: string;
  readonly leftOver: readonly string[];
}

/** Ventoy: vtoycli/partresize.c, `secureboot_proc`. Other files of the chain, such as fbx64.efi, stay there as well. */
const CHAINS: readonly Chain[] = [
  {
    started: "/EFI/BOOT/BOOTX64.EFI",
    grub: "/EFI/BOOT/grubx64_real.efi",
    leftOver: [
      "/EFI/BOOT/grubx64.efi",
      "/EFI/BOOT/MokManager.efi",
      "/EFI/BOOT/mmx64.efi",
      "/ENROLL_THIS_KEY_IN_MOKMANAGER.cer",
    ],
  },
  {
    started: "/EFI/BOOT/BOOTIA32.EFI",
    grub: "/EFI/BOOT/grubia32_real.efi",
    leftOver: ["/EFI/BOOT/grubia32.efi", "/EFI/BOOT/mmia32.efi"],
  },
];

const GRUB_CONFIG = "/grub/grub.cfg";
/** Ventoy's has a tenth of that. */
const MOST_CONFIG_BYTES = 1 << 20;

/**
 * The disk image as Ventoy's installer leaves it when Secure Boot is not wanted: its GRUB is started at once, and what stood before it is
 * gone. Each architecture for itself: where its GRUB doesn't lie behind another program, nothing of it changes.
 * @param diskImage 32 MiB, which stays as it is.
 * @throws LifeboatError `not-fat`, `fat-chain`.
 */
export function withoutSecureBoot(diskImage: Buffer): Buffer {
  const volume = new Fat16Image(Buffer.from(diskImage));
  for (const { started, grub, leftOver } of CHAINS) {
    if (!volume.has(grub)) continue;
    for (const path of leftOver) volume.remove(path, grub);
    volume.takeOver(started, grub);
  }
  return volume.bytes;
}

/**
 * Whether a Ventoy stick's second partition is made for Secure Boot: by what Ventoy itself asks (vtoycli/vtoyfat.c, `check_secure_boot`).
 * @throws what reading throws.
 */
export async function hasSecureBoot(volume: ReadableVolume): Promise<boolean> {
  return (await volume.find(CHAINS[0]?.grub ?? ""))?.kind === "file";
}

/**
 * The version that is installed, by the menu on the second partition, as Ventoy's installer finds it (vtoycli/vtoyfat.c,
 * `get_ventoy_version`). Undefined where nothing there says one.
 * @throws what reading throws.
 */
export async function versionOnEsp(volume: ReadableVolume): Promise<string | undefined> {
  if ((await volume.find(GRUB_CONFIG))?.kind !== "file") return undefined;
  const file = await volume.open(GRUB_CONFIG);
  try {
    const bytes = await readBytes(file, 0, Math.min(file.size, MOST_CONFIG_BYTES));
    return /VENTOY_VERSION="?(?<version>[\w.+-]{1,32})(?:["\r\n]|$)/.exec(bytes.toString("latin1"))
      ?.groups?.["version"];
  } finally {
    await file.close();
  }
}
