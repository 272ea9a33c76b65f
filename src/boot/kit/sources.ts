/** Which file of which Debian package becomes which file of the kit. */
import type { EfiPlatform } from "./manifest.ts";
import { EFI_MODULES, KIT_PATHS, modulePath } from "./manifest.ts";

export interface PackageSource {
  readonly package: string;
  /** Licence of the files taken, as an SPDX expression; the package's own copyright file goes into the kit beside it. */
  readonly licence: string;
  /** Path inside the package → path inside the kit. */
  readonly files: Readonly<Record<string, string>>;
}

function efiModules(platform: EfiPlatform): Record<string, string> {
  return Object.fromEntries(
    EFI_MODULES.map((name) => [`usr/lib/grub/${platform}/${name}.mod`, modulePath(platform, name)]),
  );
}

/** Debian 12 on amd64, and derivatives that have its packages. Ubuntu has no shim-helpers and other paths. */
export const DEBIAN_SOURCES: readonly PackageSource[] = [
  {
    package: "grub-pc-bin",
    licence: "GPL-3.0-or-later",
    files: { "usr/lib/grub/i386-pc/boot.img": KIT_PATHS.bootImg },
  },
  {
    package: "grub-efi-amd64-bin",
    licence: "GPL-3.0-or-later",
    files: {
      "usr/lib/grub/x86_64-efi/monolithic/grubx64.efi": KIT_PATHS.grubX64,
      ...efiModules("x86_64-efi"),
    },
  },
  {
    package: "grub-efi-ia32-bin",
    licence: "GPL-3.0-or-later",
    files: {
      "usr/lib/grub/i386-efi/monolithic/grubia32.efi": KIT_PATHS.grubIa32,
      ...efiModules("i386-efi"),
    },
  },
  {
    package: "grub-efi-amd64-signed",
    licence: "GPL-3.0-or-later",
    files: { "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed": KIT_PATHS.grubX64Signed },
  },
  {
    package: "shim-signed",
    licence: "BSD-2-Clause",
    files: { "usr/lib/shim/shimx64.efi.signed": KIT_PATHS.shimX64 },
  },
  {
    package: "shim-helpers-amd64-signed",
    licence: "BSD-2-Clause",
    files: { "usr/lib/shim/mmx64.efi.signed": KIT_PATHS.mokManagerX64 },
  },
  {
    package: "grub-common",
    licence: "GPL-3.0-or-later",
    files: { "usr/share/grub/unicode.pf2": KIT_PATHS.font },
  },
  {
    package: "memtest86+",
    licence: "GPL-2.0-only",
    files: {
      "boot/memtest86+x64.bin": KIT_PATHS.memtestX64Bin,
      "boot/memtest86+x64.efi": KIT_PATHS.memtestX64Efi,
      "boot/memtest86+ia32.efi": KIT_PATHS.memtestIa32Efi,
      // Debian's own ISO of it: what `npm start` puts on its demonstration stick.
      "usr/lib/memtest86+/memtest86+x64.iso": "iso/memtest86+x64.iso",
    },
  },
  {
    package: "syslinux-common",
    licence: "GPL-2.0-or-later",
    files: { "usr/lib/syslinux/memdisk": KIT_PATHS.memdisk },
  },
  {
    package: "ipxe",
    licence: "GPL-2.0-or-later",
    files: { "boot/ipxe.lkrn": KIT_PATHS.ipxeLkrn, "boot/ipxe.efi": KIT_PATHS.ipxeEfi },
  },
  {
    package: "busybox-static",
    licence: "GPL-2.0-only",
    files: { "bin/busybox": KIT_PATHS.busybox },
  },
  // dmsetup with all that it is linked with, for initrds that have none: Debian builds no static one.
  {
    package: "dmsetup",
    licence: "GPL-2.0-only",
    files: { "sbin/dmsetup": KIT_PATHS.dmsetup },
  },
  {
    package: "libdevmapper1.02.1",
    licence: "LGPL-2.1-only",
    files: { "lib/x86_64-linux-gnu/libdevmapper.so.1.02.1": KIT_PATHS.libdevmapper },
  },
  {
    package: "libc6",
    licence: "LGPL-2.1-or-later",
    files: {
      "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": KIT_PATHS.dmsetupLoader,
      "lib/x86_64-linux-gnu/libc.so.6": KIT_PATHS.libc,
      "lib/x86_64-linux-gnu/libm.so.6": KIT_PATHS.libm,
    },
  },
  {
    package: "libselinux1",
    licence: "LicenseRef-public-domain",
    files: { "lib/x86_64-linux-gnu/libselinux.so.1": KIT_PATHS.libselinux },
  },
  {
    package: "libpcre2-8-0",
    licence: "BSD-3-Clause",
    files: { "usr/lib/x86_64-linux-gnu/libpcre2-8.so.0": KIT_PATHS.libpcre2 },
  },
  {
    package: "libudev1",
    licence: "LGPL-2.1-or-later",
    files: { "usr/lib/x86_64-linux-gnu/libudev.so.1": KIT_PATHS.libudev },
  },
];

/**
 * GRUB modules of the BIOS core image. It is loaded whole, from LBA 40 up to the first partition at 1 MiB, so that the menu
 * never depends on reading modules from the stick.
 */
export const BIOS_MODULES = [
  "biosdisk part_gpt part_msdos",
  "fat exfat ntfs ext2 iso9660 udf",
  "loopback linux linux16 chain multiboot multiboot2 bsd ntldr",
  // Kernels of other systems are often packed; GRUB unpacks them while it reads.
  "gzio xzio",
  "normal configfile search search_fs_uuid search_label search_fs_file",
  "test echo true sleep read regexp probe eval",
  "serial terminal terminfo all_video gfxterm gfxmenu font png gettext",
  "hashsum gcry_sha256 password_pbkdf2",
  "ls cat halt reboot minicmd help keystatus loadenv smbios cpuid",
]
  .join(" ")
  .split(" ");
