import type { Finding } from "../../disks/finding.ts";
import type { FatAttributes } from "../../filesystems/fat32/index.ts";

export interface BootFileCopy {
  /** On the Windows volume, absolute, with `/`. */
  readonly from: string;
  /** On the system partition. */
  readonly to: string;
  readonly sizeBytes: number;
}

export interface BootFilesPlan {
  readonly copies: readonly BootFileCopy[];
  /** Files of zeroes: the log that the boot manager keeps of its starts. */
  readonly created: readonly { readonly to: string; readonly sizeBytes: number }[];
  /** Attributes that Windows' own have. */
  readonly attributes: readonly { readonly path: string; readonly attributes: FatAttributes }[];
  /** The loader's architecture by its PE header: `x86_64`, …; undefined without UEFI. */
  readonly machine: string | undefined;
  /** Of the messages that come with it: `en-US`, … */
  readonly languages: readonly string[];
  readonly totalBytes: number;
  /** With an error among them it can't be carried out. */
  readonly findings: readonly Finding[];
}
