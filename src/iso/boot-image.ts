/** What a kernel or EFI program is made for, and who signed it: what decides the firmware and Secure Boot of an entry. */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import { LifeboatError } from "../system/errors.ts";
import { readPe } from "../windows/pe.ts";
import { issuersOf } from "./signer.ts";

/** "HdrS" at 0x202 of a Linux kernel (kernel documentation, "The Linux/x86 Boot Protocol"). */
const LINUX_MAGIC_OFFSET = 0x202;
const XLOADFLAGS_OFFSET = 0x236;
const PROTOCOL_WITH_XLOADFLAGS = 0x020c;
/** XLF_KERNEL_64: the kernel has the 64-bit entry point. */
const KERNEL_64 = 1;
const HEADER_BYTES = 0x240;

export interface BootImage {
  /** `x86_64`, `i386`, `aarch64`, …; undefined where the file doesn't say. */
  readonly machine: string | undefined;
  /** It has the boot header of a Linux kernel for x86. */
  readonly isLinux: boolean;
  /** Common names of the certificate authorities behind its signatures. */
  readonly issuers: readonly string[];
}

/** Reads headers and certificate table, nothing else. Damage reads as "unsigned, unknown machine". */
export async function readBootImage(file: ByteRange): Promise<BootImage> {
  try {
    const head = await readBytes(file, 0, Math.min(HEADER_BYTES, file.size));
    const isLinux =
      head.length === HEADER_BYTES &&
      head.toString("latin1", LINUX_MAGIC_OFFSET, LINUX_MAGIC_OFFSET + 4) === "HdrS";
    const pe = await readPe(file);
    return {
      machine: pe?.machine ?? (isLinux ? linuxMachine(head) : undefined),
      isLinux,
      issuers: [...new Set((pe?.signatures ?? []).flatMap(issuersOf))],
    };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return { machine: undefined, isLinux: false, issuers: [] };
  }
}

function linuxMachine(head: Buffer): string | undefined {
  if (head.readUInt16LE(LINUX_MAGIC_OFFSET + 4) < PROTOCOL_WITH_XLOADFLAGS) return undefined;
  return head.readUInt16LE(XLOADFLAGS_OFFSET) & KERNEL_64 ? "x86_64" : "i386";
}

/** The vendor key inside Debian's shim, which is the kit's. */
const SHIM_VENDOR = "Debian Secure Boot CA";
/** Signed with Microsoft's keys, which the firmware itself knows: shim asks the firmware's list as well as its own. */
const FIRMWARE_VENDOR =
  /^Microsoft (Corporation UEFI CA|UEFI CA|Windows (Production )?(UEFI )?(PCA|CA))/;

/** Whether the firmware itself trusts what was signed under this name. */
export function isFirmwareVendor(issuer: string): boolean {
  return FIRMWARE_VENDOR.test(issuer);
}

/** Whether lifeboat's shim starts it; `vendor` is who signed it where it doesn't. */
export function judgeSignature(image: BootImage): {
  secureBoot: "signed-by-shim" | "other-vendor" | "unsigned";
  vendor?: string;
} {
  const [vendor] = image.issuers;
  if (vendor === undefined) return { secureBoot: "unsigned" };
  const trusted = image.issuers.some(
    (issuer) => issuer === SHIM_VENDOR || isFirmwareVendor(issuer),
  );
  return trusted ? { secureBoot: "signed-by-shim" } : { secureBoot: "other-vendor", vendor };
}
