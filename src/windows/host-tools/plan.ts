/** Windows To Go by Windows' own tools, as plain data: what `hostSteps` turns into calls. */
import type { DiskIdentity } from "../../disks/identity.ts";

export type HostLayout =
  /** The whole disk, everything on it lost: system partition, reserved partition, Windows. */
  | {
      readonly kind: "gpt";
      /** Default: 260. */
      readonly systemMiB?: number;
      /** Default: 128. */
      readonly reservedMiB?: number;
    }
  /** The whole disk, for BIOS and UEFI: active FAT32 partition, Windows. */
  | {
      readonly kind: "mbr";
      /** Default: 350. */
      readonly systemMiB?: number;
    }
  /** Partitions that are there: a lifeboat stick's, for example. Only Windows' is formatted, if at all. */
  | {
      readonly kind: "existing";
      readonly system: HostPartition;
      readonly windows: HostPartition;
      readonly format: boolean;
    };

/** What must be found there just before something is done to it. */
export interface HostPartition {
  /** As diskpart counts. */
  readonly number: number;
  /** Bytes, from the disk's first. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** GPT: the GUID in lower case, without braces. MBR: the byte as `0x0c`. */
  readonly type: string;
}

export interface HostImage {
  /** On this computer, with a drive letter or \\server\share. */
  readonly path: string;
  /** Counted from 1. */
  readonly index: number;
  /** The further parts of a split image, as a pattern: `D:\sources\install*.swm`. */
  readonly parts?: string;
  /** Against its integrity table, where it has one. */
  readonly check?: boolean;
  /** Files compressed by CompactOS: less room, slower. */
  readonly compact?: boolean;
  /** What it unpacks to, for the progress. */
  readonly totalBytes?: number;
}

export interface HostPlan {
  /** What the disk must still be: `\\.\PhysicalDrive3` with its size and serial number. */
  readonly disk: DiskIdentity;
  readonly layout: HostLayout;
  /** Letters that are free. The system partition's is taken away at the end. */
  readonly letters: { readonly system: string; readonly windows: string };
  /** Of the Windows volume: letters, digits, space, - and _. */
  readonly label: string;
  readonly image: HostImage;
  readonly firmware: "uefi" | "bios" | "all";
  /** The boot files signed by "Windows UEFI CA 2023". */
  readonly bootex?: boolean;
  /** Language of the boot menu: `de-DE`. */
  readonly locale?: string;
  /** A folder on this computer; DISM adds every driver below it. */
  readonly drivers?: string;
  /** An answer file that DISM applies: its pass offlineServicing. */
  readonly offlineUnattend?: string;
  /** An answer file for \Windows\Panther. */
  readonly unattend?: string;
}
