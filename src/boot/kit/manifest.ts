/**
 * The kit's own list: every boot file, the package and version it came from, its SHA-256 and its licence. Nothing goes onto a
 * stick that isn't on it and doesn't match it.
 */
import { z } from "zod";

/** Raised when the meaning of a file in the kit changes; a kit of another format is collected anew. */
export const KIT_FORMAT = 1;

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
  memdisk: "tools/memdisk",
  memtestX64Bin: "tools/memtest86+x64.bin",
  memtestX64Efi: "tools/memtest86+x64.efi",
  memtestIa32Efi: "tools/memtest86+ia32.efi",
  ipxeLkrn: "tools/ipxe.lkrn",
  ipxeEfi: "tools/ipxe.efi",
} as const;
