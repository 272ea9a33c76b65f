/** Everything that an ISO's own boot configurations offer, for each firmware, with duplicates joined. */
import type { BootEntry } from "./boot-entry.ts";
import { readGrubConfig } from "./grub-config/read.ts";
import type { GrubEnvironment } from "./grub-config/read.ts";
import { readIsolinuxConfig } from "./isolinux-config.ts";
import { readLoaderEntries } from "./loader-entries.ts";
import type { BootFiles } from "./tree.ts";
import { FIRMWARES } from "./types.ts";
import type { Firmware } from "./types.ts";

export const CONFIG_SOURCES = ["grub", "loopback", "loader", "isolinux"] as const;

type ConfigSource = (typeof CONFIG_SOURCES)[number];

/** An entry with the firmwares on which its configuration offers it. */
export interface OwnEntry extends BootEntry {
  readonly source: ConfigSource;
  readonly firmware: Firmware[];
}

/** Where media makers put GRUB's configuration; the first one that offers something is the one that the ISO boots with. */
const GRUB_CONFIGS = [
  "/boot/grub/grub.cfg",
  "/boot/grub2/grub.cfg",
  "/EFI/BOOT/grub.cfg",
  "/EFI/*/grub.cfg",
  "/boot/grub/*/grub.cfg",
  "/grub/grub.cfg",
  "/grub2/grub.cfg",
  "/grub.cfg",
];

const LOOPBACK_CONFIGS = [
  "/boot/grub/loopback.cfg",
  "/boot/grub2/loopback.cfg",
  "/grub/loopback.cfg",
  "/grub2/loopback.cfg",
];

const ISOLINUX_CONFIGS = [
  "/isolinux/isolinux.cfg",
  "/boot/isolinux/isolinux.cfg",
  "/syslinux/isolinux.cfg",
  "/syslinux/syslinux.cfg",
  "/boot/syslinux/isolinux.cfg",
  "/boot/syslinux/syslinux.cfg",
  "/isolinux.cfg",
  "/syslinux.cfg",
  "/boot/extlinux/extlinux.conf",
  "/extlinux/extlinux.conf",
  "/extlinux.conf",
];

const ENVIRONMENTS: Readonly<Record<Firmware, GrubEnvironment>> = {
  bios: { platform: "pc", cpu: "i386" },
  x64: { platform: "efi", cpu: "x86_64" },
  ia32: { platform: "efi", cpu: "i386" },
};

/** Reads all of them, GRUB's first. Kernels are not checked to be there. */
export async function readOwnConfigs(files: BootFiles): Promise<OwnEntry[]> {
  const loader = (await readLoaderEntries(files)).map((entry) => ({
    ...entry,
    source: "loader" as const,
    firmware: [...FIRMWARES],
  }));
  const isolinux = await readFirst(files, ISOLINUX_CONFIGS, async (path) => {
    const entries = await readIsolinuxConfig(files, path);
    return entries.map((entry) => ({
      ...entry,
      source: "isolinux" as const,
      firmware: [...FIRMWARES],
    }));
  });
  return [
    ...(await readFirst(files, GRUB_CONFIGS, async (path) => readGrub(files, path, "grub"))),
    ...(await readFirst(files, LOOPBACK_CONFIGS, async (path) =>
      readGrub(files, path, "loopback"),
    )),
    ...loader,
    ...isolinux,
  ];
}

async function readFirst(
  files: BootFiles,
  patterns: readonly string[],
  read: (path: string) => Promise<OwnEntry[]>,
): Promise<OwnEntry[]> {
  for (const pattern of patterns) {
    for (const file of await files.glob(pattern)) {
      const entries = file.kind === "file" ? await read(file.path) : [];
      if (entries.length > 0) return entries;
    }
  }
  return [];
}

/** The configuration as each firmware's GRUB would show it; the same start under the same title is one entry. */
async function readGrub(files: BootFiles, path: string, source: ConfigSource): Promise<OwnEntry[]> {
  const joined = new Map<string, OwnEntry>();
  for (const firmware of FIRMWARES) {
    for (const entry of await readGrubConfig(files, path, ENVIRONMENTS[firmware])) {
      const { title, kind, kernel, initrd, args } = entry;
      const key = JSON.stringify([title, kind, kernel, initrd, args]);
      const known = joined.get(key);
      if (known === undefined) joined.set(key, { ...entry, source, firmware: [firmware] });
      else if (!known.firmware.includes(firmware)) known.firmware.push(firmware);
    }
  }
  return [...joined.values()];
}
