/**
 * The first sector of an NTFS volume, repeated in the last sector of its partition: geometry, and where the MFT is.
 * Layout as in Microsoft's "BIOS parameter block" documentation for NTFS and in libntfs' layout.h.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { ascii, bytes, Struct, u16le, u32le, u64le, u8 } from "../../block/struct.ts";
import { LifeboatError } from "../../system/errors.ts";
import { u64number } from "./fields.ts";
import { say } from "./messages.ts";

export const BootSector = new Struct("NTFS boot sector", 512, {
  jump: bytes(3),
  oemId: ascii(8),
  bytesPerSector: u16le,
  sectorsPerCluster: u8,
  /** Reserved sectors, FATs, root entries, small sectors: 0 in NTFS. */
  unusedFat: bytes(7),
  media: u8,
  sectorsPerFat: u16le,
  sectorsPerTrack: u16le,
  heads: u16le,
  hiddenSectors: u32le,
  largeSectors: u32le,
  /** BIOS drive 0x80, head 0, extended signature 0x80, 0. */
  drive: bytes(4),
  totalSectors: u64number,
  mftLcn: u64number,
  mftMirrorLcn: u64number,
  clustersPerRecord: u8,
  reserved1: bytes(3),
  clustersPerIndexBlock: u8,
  reserved2: bytes(3),
  serial: u64le,
  checksum: u32le,
  bootCode: bytes(426),
  signature: u16le,
});

export const OEM_ID = "NTFS    ";
export const BOOT_SIGNATURE = 0xaa55;
const BITLOCKER_OEM_ID = "-FVE-FS-";
/** Windows makes clusters up to 2 MiB (since Windows 10 1709). */
export const MAX_CLUSTER_BYTES = 2 << 20;
/** Records are 1 KiB, or 4 KiB on 4Kn disks; index blocks 4 KiB. The limit only keeps allocations sane. */
const MAX_RECORD_BYTES = 64 << 10;
/** The unit of fixups, and of a block's VCN where clusters are larger than index blocks. */
export const STRIDE = 512;

export interface Geometry {
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly clusters: number;
  readonly recordBytes: number;
  readonly indexBlockBytes: number;
  readonly mftLcn: number;
  readonly mftMirrorLcn: number;
  readonly serial: bigint;
}

/** Reads and checks the boot sector. @throws LifeboatError `not-ntfs`, `ntfs-bitlocker`, `ntfs-truncated`. */
export function decodeGeometry(sector: Buffer, range: ByteRange): Geometry {
  const boot = BootSector.decode(sector);
  if (boot.oemId === BITLOCKER_OEM_ID) {
    throw new LifeboatError("ntfs-bitlocker", say.bitLocker(), {
      kind: "refused",
      hint: say.bitLockerHint(),
    });
  }
  if (boot.oemId !== OEM_ID) throw notNtfs("the OEM name isn't NTFS");
  const sectorBytes = boot.bytesPerSector;
  if (!isPowerOfTwo(sectorBytes) || sectorBytes < 256 || sectorBytes > 4096) {
    throw notNtfs(`sectors of ${sectorBytes} bytes`);
  }
  const clusterBytes = sectorBytes * decodeSectorsPerCluster(boot.sectorsPerCluster);
  if (!isPowerOfTwo(clusterBytes) || clusterBytes < 512 || clusterBytes > MAX_CLUSTER_BYTES) {
    throw notNtfs(`clusters of ${clusterBytes} bytes`);
  }
  const volumeBytes = boot.totalSectors * sectorBytes;
  if (volumeBytes > range.size) {
    throw new LifeboatError("ntfs-truncated", say.truncated(volumeBytes, range.size), {
      kind: "damaged",
    });
  }
  const clusters = Math.floor(volumeBytes / clusterBytes);
  if (boot.mftLcn >= clusters) throw notNtfs("its MFT lies outside");
  return {
    sectorBytes,
    clusterBytes,
    clusters,
    recordBytes: decodeRecordSize(boot.clustersPerRecord, clusterBytes),
    indexBlockBytes: decodeRecordSize(boot.clustersPerIndexBlock, clusterBytes),
    mftLcn: boot.mftLcn,
    mftMirrorLcn: boot.mftMirrorLcn,
    serial: boot.serial,
  };
}

/** Up to 0x80 the number itself, above it a negative power of two (clusters over 64 KiB). */
function decodeSectorsPerCluster(raw: number): number {
  return raw <= 0x80 ? raw : 2 ** Math.min(256 - raw, 31);
}

/** A signed byte: clusters where positive, else a negative power of two in bytes. */
function decodeRecordSize(raw: number, clusterBytes: number): number {
  const size = raw < 0x80 ? raw * clusterBytes : 2 ** (256 - raw);
  if (!isPowerOfTwo(size) || size < STRIDE || size > MAX_RECORD_BYTES) {
    throw notNtfs(`records of ${size} bytes`);
  }
  return size;
}

export function encodeSectorsPerCluster(sectors: number): number {
  return sectors <= 0x80 ? sectors : 256 - Math.log2(sectors);
}

export function encodeRecordSize(sizeBytes: number, clusterBytes: number): number {
  return sizeBytes >= clusterBytes ? sizeBytes / clusterBytes : 256 - Math.log2(sizeBytes);
}

export function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

function notNtfs(reason: string): LifeboatError {
  return new LifeboatError("not-ntfs", say.notNtfs(reason), { kind: "damaged" });
}
