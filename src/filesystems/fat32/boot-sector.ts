/**
 * The first sector of a FAT volume: jump, BIOS parameter block, and the part that differs between FAT12/16 and FAT32.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "Boot Sector and BPB"; ECMA-107 §12.
 */
import { ascii, bytes, Struct, u16le, u32le, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";

/** The part that every FAT volume has, bytes 0–35. */
export const CommonBpb = new Struct("FAT boot sector", 36, {
  jump: bytes(3),
  oemName: ascii(8),
  bytesPerSector: u16le,
  sectorsPerCluster: u8,
  reservedSectors: u16le,
  fatCount: u8,
  /** 0 on FAT32. */
  rootEntries: u16le,
  totalSectors16: u16le,
  media: u8,
  /** 0 on FAT32. */
  sectorsPerFat16: u16le,
  sectorsPerTrack: u16le,
  heads: u16le,
  hiddenSectors: u32le,
  totalSectors32: u32le,
});

/** Bytes 36–61 of FAT12 and FAT16. */
export const Fat16Bpb = new Struct("FAT16 boot sector", 26, {
  driveNumber: u8,
  reserved: u8,
  /** 0x29 where the three fields behind it are there. */
  extendedSignature: u8,
  volumeId: u32le,
  label: ascii(11),
  type: ascii(8),
});

/** Bytes 36–89 of FAT32. */
export const Fat32Bpb = new Struct("FAT32 boot sector", 54, {
  sectorsPerFat: u32le,
  /** Bit 7: FATs aren't mirrored, and bits 0–3 number the one in use. */
  extFlags: u16le,
  version: u16le,
  rootCluster: u32le,
  fsInfoSector: u16le,
  backupBootSector: u16le,
  reserved: bytes(12),
  driveNumber: u8,
  reserved1: u8,
  extendedSignature: u8,
  volumeId: u32le,
  label: ascii(11),
  type: ascii(8),
});

export const BPB_EXTENSION_OFFSET = CommonBpb.size;
export const EXTENDED_SIGNATURE = 0x29;
export const BOOT_SIGNATURE_OFFSET = 510;
/** Bytes 55 AA, at 510 whatever the sector size. */
export const BOOT_SIGNATURE = 0xaa55;
/** What the label field holds where there is no label. */
export const NO_LABEL = "NO NAME    ";

const CODE_OFFSET = BPB_EXTENSION_OFFSET + Fat32Bpb.size;
/** int 18h (tells the BIOS that this can't boot), then hlt for ever. */
const NOT_BOOTABLE = Buffer.from([0xcd, 0x18, 0xf4, 0xeb, 0xfd]);

/** The 512 bytes of a FAT32 boot sector; on larger sectors the rest is zero. */
export function encodeFat32BootSector(
  common: Infer<typeof CommonBpb>,
  fat32: Infer<typeof Fat32Bpb>,
): Buffer {
  const sector = Buffer.alloc(512);
  CommonBpb.encode(common).copy(sector);
  Fat32Bpb.encode(fat32).copy(sector, BPB_EXTENSION_OFFSET);
  NOT_BOOTABLE.copy(sector, CODE_OFFSET);
  sector.writeUInt16LE(BOOT_SIGNATURE, BOOT_SIGNATURE_OFFSET);
  return sector;
}

/** `jmp short` over the BPB to the code, and a nop. */
export const JUMP = Buffer.from([0xeb, CODE_OFFSET - 2, 0x90]);
