/**
 * The kit's own list: every boot file, the package and version it came from, its SHA-256 and its licence. Nothing goes onto a
 * stick that isn't on it and doesn't match it.
 */
import { z } from "zod";

/** Raised when the meaning of a file in the kit changes, or one is added; a kit of another format is collected anew. */
export const KIT_FORMAT = 2;

/** "/"-separated plain names, none of them `.` or `..`. */
export const PLAIN_PATH = /^(?!(.*\/)?\.\.?(\/|$))[\w.+-]+(\/[\w.+-]+)*$/;

const kitFile = z.object({
  /** Relative to the kit's `files` folder. */
  path: z.string().regex(PLAIN_PATH, "a relative path of plain names"),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Debian package, `user` for what `kit add` brought, `lifeboat` for what was made from a package's parts. */
  package: z.string(),
  version: z.string(),
  licence: z.string(),
});

export const kitManifestSchema = z.object({
  format: z.literal(KIT_FORMAT),
  files: z.array(kitFile),
});

export type KitFile = z.infer<typeof kitFile>;
export type KitManifest = z.infer<typeof kitManifestSchema>;

/** The names by which the rest of lifeboat asks for a file of the kit. */
export const KIT_PATHS = {
  bootImg: "bios/boot.img",
  coreGpt: "bios/core-gpt.img",
  coreMbr: "bios/core-mbr.img",
  shimX64: "efi/shimx64.efi",
  mokManagerX64: "efi/mmx64.efi",
  grubX64Signed: "efi/grubx64-signed.efi",
  grubX64: "efi/grubx64.efi",
  grubIa32: "efi/grubia32.efi",
  font: "grub/unicode.pf2",
  busybox: "linux/busybox",
  dmsetup: "linux/dm/dmsetup",
  dmsetupLoader: "linux/dm/ld-linux-x86-64.so.2",
  libc: "linux/dm/libc.so.6",
  libm: "linux/dm/libm.so.6",
  libdevmapper: "linux/dm/libdevmapper.so.1.02.1",
  libselinux: "linux/dm/libselinux.so.1",
  libpcre2: "linux/dm/libpcre2-8.so.0",
  libudev: "linux/dm/libudev.so.1",
  memdisk: "tools/memdisk",
  memtestX64Bin: "tools/memtest86+x64.bin",
  memtestX64Efi: "tools/memtest86+x64.efi",
  memtestIa32Efi: "tools/memtest86+ia32.efi",
  ipxeLkrn: "tools/ipxe.lkrn",
  ipxeEfi: "tools/ipxe.efi",
} as const;

/**
 * Modules that neither Debian's signed GRUB nor its other EFI images have inside: kernels of other systems, and the file systems
 * of data partitions and Windows ISOs. They are loaded from the stick; Secure Boot forbids that.
 */
export const EFI_MODULES = [
  "aout",
  "bsd",
  "elf",
  "exfat",
  "multiboot",
  "multiboot2",
  "ntfs",
  "udf",
] as const;

/** GRUB's names for its EFI builds, which are those of the folders that it looks for modules in. */
export const EFI_PLATFORMS = ["x86_64-efi", "i386-efi"] as const;

export type EfiPlatform = (typeof EFI_PLATFORMS)[number];

/** The place in the kit of a module of one of GRUB's builds. */
export function modulePath(platform: EfiPlatform, name: string): string {
  return `grub/${platform}/${name}.mod`;
}

/** Every file of a kit that sticks need. */
export const NEEDED_PATHS: readonly string[] = [
  ...Object.values(KIT_PATHS),
  ...EFI_PLATFORMS.flatMap((platform) => EFI_MODULES.map((name) => modulePath(platform, name))),
];
