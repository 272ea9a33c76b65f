/** What lifeboat knows of an ISO image: what it is, how it boots, and what won't work. */
import type { Text } from "../system/text.ts";

/** Where the stick's menu may be running: GRUB for PC BIOS, for 64-bit UEFI, for 32-bit UEFI. */
export const FIRMWARES = ["bios", "x64", "ia32"] as const;

export type Firmware = (typeof FIRMWARES)[number];

/** A file that a multiboot kernel gets beside itself. */
export interface MultibootModule {
  readonly path: string;
  readonly args: string;
}

/** What FreeBSD's kernel finds in memory; without a path it is the whole image. */
export interface FreebsdModule {
  readonly path?: string;
  /** FreeBSD's name for what it is: `mfs_root` is the root file system. */
  readonly type: string;
}

/**
 * Paths are absolute inside the ISO, as its file system spells them; `(msdos2)/…` and `(gpt2)/…` lie in a partition of the image,
 * and `/` is the image itself (see `WHOLE_IMAGE`).
 * `args` is the kernel's command line.
 */
export type BootMethod =
  /** `hook`: the menu adds `rdinit=/lifeboat/init`, the `lifeboat.*` arguments and the hook's cpio. */
  | {
      kind: "linux";
      kernel: string;
      initrd: string[];
      args: string;
      hook: boolean;
      /** Files of the ISO that the hook finds in its `/lifeboat/files`: drivers that the initrd lacks. */
      hookFiles?: string[];
    }
  /** Programs with a Linux boot header that want real mode and PC BIOS: memtest86+, ipxe.lkrn. */
  | { kind: "linux16"; kernel: string; args: string }
  /** An EFI program; `image`: it lies in this FAT image inside the ISO, not in the ISO's own tree. */
  | { kind: "chainload"; path: string; image?: string }
  /** The ISO's own GRUB configuration, run in lifeboat's GRUB with `root=(loop)`. */
  | { kind: "configfile"; path: string }
  /** The ISO's loopback.cfg, with `iso_path` set: only where GRUB and the ISO's initrd read the data file system. */
  | { kind: "loopback"; path: string }
  /** A disk image in memory, by syslinux's memdisk: the ISO itself, or the one at `path` in it. Default of `args`: `iso raw`. */
  | { kind: "memdisk"; args?: string; path?: string }
  /** A kernel by the Multiboot specification (version 1 or 2): Xen, illumos. */
  | {
      kind: "multiboot";
      version: 1 | 2;
      kernel: string;
      args: string;
      modules: MultibootModule[];
    }
  /** `hints`: a file of settings for the kernel; `settings`: further ones. */
  | {
      kind: "kfreebsd";
      kernel: string;
      args: string;
      hints?: string;
      settings: Record<string, string>;
      modules: FreebsdModule[];
    }
  | { kind: "knetbsd"; kernel: string; args: string; modules: string[] }
  | { kind: "kopenbsd"; kernel: string; args: string }
  /** Ventoy's menu, where Ventoy is on the stick: it shows the computer the image as a disc. GRUB reads nothing of the image. */
  | { kind: "ventoy" };

export const VIAS = ["hook", "native", "loopback.cfg", "chainload", "memdisk", "ventoy"] as const;

export type Via = (typeof VIAS)[number];

/**
 * Whether lifeboat's shim lets it start: `signed-by-shim` by the shim's own vendor or by a key of the firmware's,
 * `other-vendor` signed by a key that this shim doesn't know, `own-loader` such a one for which the ISO brings that vendor's shim and
 * GRUB, `not-needed` where nothing foreign is started, the firmware
 * has no Secure Boot, or Ventoy has to see to it.
 */
export type SecureBoot =
  | "signed-by-shim"
  | "own-loader"
  | "other-vendor"
  | "unsigned"
  | "not-needed";

export interface IsoEntry {
  /** As its maker wrote it: not escaped for any menu. */
  title: string;
  firmware: Firmware[];
  method: BootMethod;
  via: Via;
  secureBoot: SecureBoot;
  /** It works only where GRUB reads the data partition's file system. */
  needsDataFs?: boolean;
}

/** How an ISO keeps its changes, where it can. */
export interface IsoPersistence {
  /** The label that its initrd looks for. */
  label: string;
  /** What the file system has in it from the start: path → text, and folders. */
  files: Record<string, string>;
  folders: string[];
  /** Its entries with persistence, for a stick that has a file for it. */
  entries: IsoEntry[];
}

/** How an installer is told its answers, where it can. */
export interface IsoUnattended {
  /** Where the answer file goes: a path of the initrd, or below `/run/lifeboat` one of the running system. */
  file: string;
  /** Path → text of what lies beside it. */
  files: Record<string, string>;
  /** What an answer file begins with. */
  firstLine?: string;
  /** The entries, one for each answer file; the title is left to whoever knows the file. */
  entries: IsoEntry[];
}

export interface IsoProblem {
  /** Stable kebab-case. */
  id: string;
  severity: "info" | "warning" | "error";
  text: Text;
}

/** One edition of Windows on an installation medium. */
export interface IsoEdition {
  /** The image that has it: `/sources/install.wim`. */
  file: string;
  /** Its number there, from 1. */
  index: number;
  name: string;
  /** `Professional`, `Core`, `ServerStandard`. */
  editionId: string;
  /** `x86`, `x86_64`, `arm64`. */
  architecture: string;
  /** `10.0.26100.1742`; empty where the image doesn't say. */
  version: string;
  languages: string[];
}

export interface IsoReport {
  /** In bytes. */
  size: number;
  volumeId: string;
  /** As GRUB's `probe --fs-uuid` prints it; empty where there is no file system. */
  uuid: string;
  /** GRUB's name of the partition whose file system has that UUID, for an image of a disk: `gpt1`. */
  uuidPartition?: string;
  /** The recipe's family; `unknown` where no recipe matches. */
  family: string;
  name: string;
  version: string;
  /** `x86_64`, `i386`, `aarch64`, … */
  arch: string[];
  firmware: ("bios" | "uefi")[];
  entries: IsoEntry[];
  problems: IsoProblem[];
  /** The recipe's file name. */
  recipe?: string;
  /** Undefined where it can't keep changes. */
  persistence?: IsoPersistence;
  /** Undefined where nothing can be answered beforehand. */
  unattended?: IsoUnattended;
  /** Of Windows' installation media alone. */
  editions?: IsoEdition[];
}
