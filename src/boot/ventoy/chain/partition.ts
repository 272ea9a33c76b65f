/**
 * Ventoy's partition on a stick that starts by lifeboat: the release's, with what firmware would start of it led out of its way, and with
 * a line for lifeboat's core image, which looks for its configuration on partition 2. Nothing of Ventoy's is lost.
 *
 * Firmware starts `\EFI\BOOT\BOOT*.EFI` of the first partition that has one: here that is lifeboat's own. Ventoy's shim goes to a folder of
 * its own, since a shim in `\EFI\BOOT` looks for a fallback there; elsewhere it starts the `grubx64.efi` beside it (rhboot/shim:
 * fallback.c, `should_use_fallback`). That is Ventoy's second shim, which looks for its GRUB in `\EFI\BOOT` of the same partition
 * (Ventoy: EDK2, VtoyShim.c, `LaunchRealGrub`).
 */
import { readBytes } from "../../../block/byte-range.ts";
import { Fat16Editor } from "../../../filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../../filesystems/volume.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { say } from "./messages.ts";

/** Ventoy's GRUB: it stays where it is. */
const REAL_X64 = "/EFI/BOOT/grubx64_real.efi";
/** What starts Ventoy under Secure Boot. */
export const CHAINED_SHIM = "/EFI/ventoy/BOOTX64.EFI";
const FOLDER = "/EFI/ventoy";
const CONFIG_FOLDER = "/lifeboat/grub";
export const LEAD_PATH = `${CONFIG_FOLDER}/grub.cfg`;

/**
 * Read by lifeboat's core image. Its own partition has the number that `build` gave it; GRUB's `root` is the one that this lies on, with
 * the disk that the BIOS started.
 */
const LEAD = `# Written by lifeboat: a BIOS comes by here to lifeboat's menu.
regexp --set=1:lifeboat_hd --set=2:lifeboat_kind '^(hd[0-9]+),(gpt|msdos)[0-9]+$' "$root"
set root=$lifeboat_hd,\${lifeboat_kind}3
set prefix=($root)/lifeboat/grub
source ($root)/lifeboat/grub/grub.cfg
`;

/** From where to where; of those with the same goal the first that is there. From 1.1.13 on the second shim is called fbx64. */
const MOVED: readonly (readonly [to: string, ...from: string[]])[] = [
  [CHAINED_SHIM, "/EFI/BOOT/BOOTX64.EFI"],
  [`${FOLDER}/grubx64.efi`, "/EFI/BOOT/fbx64.efi", "/EFI/BOOT/grubx64.efi"],
  [`${FOLDER}/mmx64.efi`, "/EFI/BOOT/mmx64.efi"],
  [`${FOLDER}/BOOTIA32.EFI`, "/EFI/BOOT/BOOTIA32.EFI"],
  [`${FOLDER}/grubia32.efi`, "/EFI/BOOT/grubia32.efi"],
  [`${FOLDER}/mmia32.efi`, "/EFI/BOOT/mmia32.efi"],
];
/** The first moment that FAT knows: the same release gives the same bytes, whenever and wherever they are made. */
const NO_TIME = new Date(1980, 0, 1);
/** For enrolling Ventoy's key, which only Secure Boot asks for. */
const CERTIFICATE = "/ENROLL_THIS_KEY_IN_MOKMANAGER.cer";
/** Without these Ventoy can't be reached on UEFI, or not under Secure Boot. */
const NEEDED = MOVED.slice(0, 2);

/**
 * @param diskImage the release's, 32 MiB, which stays as it is.
 * @param secureBoot false: without what starts Ventoy under Secure Boot.
 * @throws LifeboatError `ventoy-chain-lacks` for a release without these files, `ventoy-chain-taken` for one that has something in their new
 * places, `volume-full`, `not-fat`, `fat-chain`.
 */
export function chainedPartition(diskImage: Buffer, secureBoot: boolean): Buffer {
  const modified = NO_TIME;
  const volume = new Fat16Editor(Buffer.from(diskImage));
  if (!volume.has(REAL_X64)) throw lacks(REAL_X64);
  for (const [, ...from] of NEEDED) {
    if (secureBoot && !from.some((path) => volume.has(path))) throw lacks(from[0] ?? "");
  }
  try {
    if (secureBoot) {
      volume.makeFolder(FOLDER, modified);
      for (const [to, ...from] of MOVED) {
        const found = from.find((path) => volume.has(path));
        if (found !== undefined) volume.move(found, to);
      }
    } else {
      for (const path of [...MOVED.flatMap(([, ...from]) => from), CERTIFICATE]) volume.drop(path);
    }
    volume.makeFolder("/lifeboat", modified);
    volume.makeFolder(CONFIG_FOLDER, modified);
    volume.put(LEAD_PATH, Buffer.from(LEAD), modified);
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== "file-exists") throw error;
    throw new LifeboatError("ventoy-chain-taken", say.taken(error.text), { kind: "usage" });
  }
  return volume.bytes;
}

/** Whether Ventoy can be started under Secure Boot. @throws what reading throws. */
export async function isChainedForSecureBoot(volume: ReadableVolume): Promise<boolean> {
  return (await volume.find(CHAINED_SHIM))?.kind === "file";
}

/**
 * Whether lifeboat is what such a stick starts by: not so after Ventoy's own installer has written its partition.
 * @throws what reading throws.
 */
export async function leadsToLifeboat(volume: ReadableVolume): Promise<boolean> {
  if ((await volume.find("/EFI/BOOT/BOOTX64.EFI")) !== undefined) return false;
  const lead = Buffer.from(LEAD);
  const found = await volume.find(LEAD_PATH);
  if (found?.kind !== "file" || found.sizeBytes !== lead.length) return false;
  const file = await volume.open(LEAD_PATH);
  try {
    return (await readBytes(file, 0, lead.length)).equals(lead);
  } finally {
    await file.close();
  }
}

function lacks(path: string): LifeboatError {
  return new LifeboatError("ventoy-chain-lacks", say.lacks(path), {
    kind: "usage",
    hint: say.lacksHint(),
  });
}
