/**
 * Inodes (Linux Documentation/filesystems/ext4/inodes.rst): 128 bytes, and where the inode size allows more, further fields of
 * which the time's high bits are used here. Checksums are not verified.
 */
import { bytes, Struct, u16le, u32le } from "../../block/struct.ts";
import { damaged } from "./errors.ts";
import { RO_COMPAT } from "./features.ts";
import type { Superblock } from "./superblock.ts";

const RawInode = new Struct("ext4 inode", 128, {
  mode: u16le,
  uid: u16le,
  sizeLow: u32le,
  accessed: u32le,
  changed: u32le,
  modified: u32le,
  deleted: u32le,
  gid: u16le,
  links: u16le,
  blocksLow: u32le,
  flags: u32le,
  version: u32le,
  block: bytes(60),
  generation: u32le,
  fileAclLow: u32le,
  sizeHigh: u32le,
  fragment: u32le,
  blocksHigh: u16le,
  fileAclHigh: u16le,
  owners: bytes(4),
  checksum: bytes(4),
});

const TYPE_MASK = 0xf000;
const TYPE_DIRECTORY = 0x4000;
const TYPE_REGULAR = 0x8000;

const FLAG_ENCRYPTED = 0x800;
const FLAG_HUGE_FILE = 0x40000;
const FLAG_EXTENTS = 0x80000;
const FLAG_INLINE_DATA = 0x10000000;

/** i_extra_isize lies here where the inode is longer than the old 128 bytes. */
const EXTRA_SIZE_AT = 128;
const MODIFIED_EXTRA_AT = 136;

export interface Inode {
  readonly number: number;
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly modified: Date;
  readonly links: number;
  /** Room that it takes, in 512-byte units. */
  readonly sectors: number;
  /** The block of its extended attributes, or 0. */
  readonly attributeBlock: number;
  readonly encrypted: boolean;
  readonly usesExtents: boolean;
  readonly inlineData: boolean;
  /** i_block: the extent tree's root, the block map, or inline data. */
  readonly block: Buffer;
  /** Bytes behind the fixed fields where extended attributes may lie. */
  readonly attributes: Buffer;
}

/** Decodes inode `number` from its `superblock.inodeSize` bytes. @throws LifeboatError `ext4-damaged`. */
export function decodeInode(superblock: Superblock, number: number, from: Buffer): Inode {
  const raw = RawInode.decode(from);
  const type = raw.mode & TYPE_MASK;
  const kind = type === TYPE_DIRECTORY ? "directory" : type === TYPE_REGULAR ? "file" : "other";
  const sizeBytes = raw.sizeLow + (kind === "other" ? 0 : raw.sizeHigh * 2 ** 32);
  if (!Number.isSafeInteger(sizeBytes)) throw damaged(`inode ${number} is ${sizeBytes} bytes long`);
  const extraEnd = EXTRA_SIZE_AT + extraSize(number, from);
  const hasExtraTime = extraEnd >= MODIFIED_EXTRA_AT + 4;
  const extra = hasExtraTime ? from.readUInt32LE(MODIFIED_EXTRA_AT) : 0;
  return {
    number,
    kind,
    sizeBytes,
    modified: timeOf(raw.modified, extra),
    links: raw.links,
    sectors: sectorsOf(superblock, raw),
    attributeBlock: raw.fileAclLow + raw.fileAclHigh * 2 ** 32,
    encrypted: (raw.flags & FLAG_ENCRYPTED) !== 0,
    usesExtents: (raw.flags & FLAG_EXTENTS) !== 0,
    inlineData: (raw.flags & FLAG_INLINE_DATA) !== 0,
    block: raw.block,
    attributes: Buffer.from(from.subarray(Math.min(extraEnd, from.length))),
  };
}

function extraSize(number: number, from: Buffer): number {
  if (from.length <= EXTRA_SIZE_AT) return 0;
  const size = from.readUInt16LE(EXTRA_SIZE_AT);
  if (EXTRA_SIZE_AT + size > from.length) throw damaged(`inode ${number}: extra size ${size}`);
  return size;
}

/** Seconds are signed 32 bits; the extra field has two more bits of them below 30 bits of nanoseconds. */
function timeOf(seconds: number, extra: number): Date {
  const epoch = (extra & 3) * 2 ** 32;
  return new Date(((seconds | 0) + epoch) * 1000 + Math.floor((extra >>> 2) / 1e6));
}

function sectorsOf(
  superblock: Superblock,
  raw: { blocksLow: number; blocksHigh: number; flags: number },
): number {
  if (!(superblock.roCompat & RO_COMPAT.huge_file)) return raw.blocksLow;
  const count = raw.blocksLow + raw.blocksHigh * 2 ** 32;
  return raw.flags & FLAG_HUGE_FILE ? count * (superblock.blockSize / 512) : count;
}
