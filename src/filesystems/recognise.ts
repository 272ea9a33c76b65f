/** What a volume holds, by the magic numbers of its first blocks only: cheap, and true for volumes that are damaged further in. */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import type { FileSystemName } from "./volume.ts";

export type Recognised = FileSystemName | "swap" | "squashfs" | "luks" | "bitlocker";

/** All magic numbers lie in the first 68 KiB; volume recognition sequences of UDF end well before. */
const HEAD_BYTES = 68 << 10;

/** The name in a boot sector at byte 3: exFAT 3.1.2, NTFS, BitLocker's own (Vista's keeps NTFS' layout). */
const OEM_NAMES: Readonly<Record<string, Recognised>> = {
  "EXFAT   ": "exfat",
  "NTFS    ": "ntfs",
  "-FVE-FS-": "bitlocker",
};
/** BitLocker To Go keeps a FAT boot sector, with this GUID in it: 4967D63B-2E29-4AD8-8399-F6A339E3D001. */
const BITLOCKER_TO_GO_OFFSET = 424;
const BITLOCKER_TO_GO_GUID = Buffer.from("3bd66749292ed84a8399f6a339e3d001", "hex");
/** LUKS on-disk format 1.2.3 and 2: the same first bytes. */
const LUKS_MAGIC = Buffer.from("LUKS\xba\xbe", "latin1");
/** Squashfs 4.0, little-endian. */
const SQUASHFS_MAGIC = Buffer.from("hsqs", "latin1");
/** ext2, ext3 and ext4 share their superblock, at 1,024. */
const EXT_MAGIC_OFFSET = 1024 + 56;
const EXT_MAGIC = 0xef53;
/** Linux swap: the last ten bytes of the first page, whose size is the machine's. */
const SWAP_MAGICS = ["SWAPSPACE2", "SWAP-SPACE"];
const SWAP_PAGE_SIZES = [4096, 8192, 16384, 65536];
/** ECMA-119 and ECMA-167 part 2: volume structure descriptors from 32 KiB on, each named at its second byte. */
const STRUCTURE_DESCRIPTORS_OFFSET = 32 << 10;
const STRUCTURE_DESCRIPTOR_BYTES = 2048;
const ISO_9660_IDENTIFIER = "CD001";
const UDF_IDENTIFIERS = ["NSR02", "NSR03"];

/**
 * Names what begins at the start of `range`; undefined where nothing known does. FAT12 and FAT16 are `fat32` here, ext2 and
 * ext3 `ext4`: their readers tell. A volume that is both ISO 9660 and UDF is `iso9660`.
 */
export async function recognise(range: ByteRange): Promise<Recognised | undefined> {
  const head = Buffer.alloc(HEAD_BYTES);
  await range.read(0, head.subarray(0, Math.min(HEAD_BYTES, range.size)));
  const byOemName = OEM_NAMES[head.toString("latin1", 3, 11)];
  if (byOemName !== undefined) return byOemName;
  if (startsAt(head, BITLOCKER_TO_GO_OFFSET, BITLOCKER_TO_GO_GUID)) return "bitlocker";
  if (startsAt(head, 0, LUKS_MAGIC)) return "luks";
  if (startsAt(head, 0, SQUASHFS_MAGIC)) return "squashfs";
  if (head.readUInt16LE(EXT_MAGIC_OFFSET) === EXT_MAGIC) return "ext4";
  if (
    SWAP_PAGE_SIZES.some((size) => SWAP_MAGICS.includes(head.toString("latin1", size - 10, size)))
  )
    return "swap";
  // Before FAT: a hybrid ISO may carry a boot sector that looks like one.
  const structures = await structureIdentifiers(range);
  if (structures.includes(ISO_9660_IDENTIFIER)) return "iso9660";
  if (UDF_IDENTIFIERS.some((identifier) => structures.includes(identifier))) return "udf";
  return isFat(head) ? "fat32" : undefined;
}

/** Whether the volume at the start of `range` says that it has UDF, be it beside ISO 9660. */
export async function hasUdf(range: ByteRange): Promise<boolean> {
  const structures = await structureIdentifiers(range);
  return UDF_IDENTIFIERS.some((identifier) => structures.includes(identifier));
}

/** With blocks of 4,096 bytes every other one of these is empty. */
async function structureIdentifiers(range: ByteRange): Promise<string[]> {
  const room = Math.min(range.size - STRUCTURE_DESCRIPTORS_OFFSET, 64 << 10);
  if (room < STRUCTURE_DESCRIPTOR_BYTES) return [];
  const area = await readBytes(range, STRUCTURE_DESCRIPTORS_OFFSET, room);
  const found: string[] = [];
  for (let at = 0; at + 6 <= area.length; at += STRUCTURE_DESCRIPTOR_BYTES) {
    found.push(area.toString("latin1", at + 1, at + 6));
  }
  return found;
}

/** FAT has no magic number of its own; its boot sector's fields are narrow enough (FAT specification 1.03, 3.1). */
function isFat(head: Buffer): boolean {
  const jump = head.readUInt8(0);
  const sectorBytes = head.readUInt16LE(11);
  const sectorsPerCluster = head.readUInt8(13);
  const fats = head.readUInt8(16);
  const media = head.readUInt8(21);
  return (
    head.readUInt16LE(510) === 0xaa55 &&
    (jump === 0xeb || jump === 0xe9) &&
    [512, 1024, 2048, 4096].includes(sectorBytes) &&
    sectorsPerCluster !== 0 &&
    (sectorsPerCluster & (sectorsPerCluster - 1)) === 0 &&
    head.readUInt16LE(14) !== 0 &&
    (fats === 1 || fats === 2) &&
    (media === 0xf0 || media >= 0xf8)
  );
}

function startsAt(head: Buffer, offset: number, magic: Buffer): boolean {
  return head.subarray(offset, offset + magic.length).equals(magic);
}
