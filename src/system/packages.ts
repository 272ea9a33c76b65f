/** Debian's package for each program that lifeboat may start. */
const PACKAGES: Readonly<Record<string, string>> = {
  "apt-get": "apt",
  blockdev: "util-linux",
  debugfs: "e2fsprogs",
  dumpe2fs: "e2fsprogs",
  findmnt: "util-linux",
  flock: "util-linux",
  fuser: "psmisc",
  partx: "util-linux",
  umount: "mount",
  "dpkg-deb": "dpkg",
  "grub-mkimage": "grub-common",
  losetup: "mount",
  lsblk: "util-linux",
  mke2fs: "e2fsprogs",
  "qemu-system-i386": "qemu-system-x86",
  "qemu-system-x86_64": "qemu-system-x86",
  udevadm: "udev",
  "wimlib-imagex": "wimtools",
};

/** The package that brings `program`; its own name where that isn't known. */
export function packageOf(program: string): string {
  return PACKAGES[program] ?? program;
}
