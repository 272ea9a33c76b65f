/**
 * FAT32's FSInfo sector: how many clusters are free and where to look for the next. Both are hints.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "FAT32 FSInfo Sector Structure".
 */
import { bytes, Struct, u32le } from "../../block/struct.ts";

const LEAD_SIGNATURE = 0x41615252;
const STRUCT_SIGNATURE = 0x61417272;
const TRAIL_SIGNATURE = 0xaa550000;
/** Stands in either field for "not known". */
export const UNKNOWN = 0xffffffff;

const FsInfo = new Struct("FSInfo sector", 512, {
  leadSignature: u32le,
  reserved1: bytes(480),
  structSignature: u32le,
  freeClusters: u32le,
  nextFree: u32le,
  reserved2: bytes(12),
  trailSignature: u32le,
});

export interface FsInfoHints {
  readonly freeClusters: number;
  /** The cluster where the search for free ones should begin. */
  readonly nextFree: number;
}

export function encodeFsInfo(hints: FsInfoHints): Buffer {
  return FsInfo.encode({
    leadSignature: LEAD_SIGNATURE,
    reserved1: Buffer.alloc(480),
    structSignature: STRUCT_SIGNATURE,
    ...hints,
    reserved2: Buffer.alloc(12),
    trailSignature: TRAIL_SIGNATURE,
  });
}

/** The hints, or undefined where the sector isn't an FSInfo sector. @throws LifeboatError `truncated-structure`. */
export function decodeFsInfo(sector: Buffer): FsInfoHints | undefined {
  const info = FsInfo.decode(sector);
  const valid =
    info.leadSignature === LEAD_SIGNATURE &&
    info.structSignature === STRUCT_SIGNATURE &&
    info.trailSignature === TRAIL_SIGNATURE;
  return valid ? { freeClusters: info.freeClusters, nextFree: info.nextFree } : undefined;
}
