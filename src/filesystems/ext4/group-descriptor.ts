/**
 * Block group descriptors (Linux Documentation/filesystems/ext4/group_descr.rst): 32 bytes, or 64 with high halves.
 */
import { bytes, Struct, u16le, u32le } from "../../block/struct.ts";
import { COMPAT, INCOMPAT, RO_COMPAT } from "./features.ts";
import type { Superblock } from "./superblock.ts";

const LowHalf = new Struct("ext4 group descriptor", 32, {
  blockBitmap: u32le,
  inodeBitmap: u32le,
  inodeTable: u32le,
  freeBlocks: u16le,
  freeInodes: u16le,
  usedDirectories: u16le,
  flags: u16le,
  excludeBitmap: u32le,
  bitmapChecksums: bytes(4),
  unusedInodes: u16le,
  checksum: u16le,
});

const HighHalf = new Struct("ext4 group descriptor, high half", 32, {
  blockBitmap: u32le,
  inodeBitmap: u32le,
  inodeTable: u32le,
  freeBlocks: u16le,
  rest: bytes(18),
});

/** The block bitmap was never written: only the group's own metadata is in use. */
export const BLOCK_UNINIT = 0x2;

export interface GroupDescriptor {
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  readonly freeBlocks: number;
  readonly flags: number;
}

/** Decodes the descriptor at `at` of a descriptor block. The block numbers are not checked yet. */
export function decodeDescriptor(
  superblock: Superblock,
  block: Buffer,
  at: number,
): GroupDescriptor {
  const low = LowHalf.decode(block, at);
  const long = superblock.descriptorSize >= LowHalf.size + HighHalf.size;
  const high = long ? HighHalf.decode(block, at + LowHalf.size) : undefined;
  const join = (lowBits: number, highBits = 0) => lowBits + highBits * 2 ** 32;
  return {
    blockBitmap: join(low.blockBitmap, high?.blockBitmap),
    inodeBitmap: join(low.inodeBitmap, high?.inodeBitmap),
    inodeTable: join(low.inodeTable, high?.inodeTable),
    freeBlocks: low.freeBlocks + (high?.freeBlocks ?? 0) * 2 ** 16,
    flags: low.flags,
  };
}

/** Where the descriptor of `group` lies: in the table behind the superblock, or with `meta_bg` in the first group of its own kind. */
export function descriptorLocation(
  superblock: Superblock,
  group: number,
): { readonly block: number; readonly offset: number } {
  const perBlock = descriptorsPerBlock(superblock);
  const table = Math.floor(group / perBlock);
  const offset = (group % perBlock) * superblock.descriptorSize;
  // A bigalloc volume of 1 KiB blocks counts from block 0 although its superblock lies in block 1.
  const { blockSize, firstDataBlock } = superblock;
  const bootBlocks = blockSize === 1024 && firstDataBlock === 0 ? 1 : 0;
  if (!usesMetaBlockGroups(superblock, table)) {
    return { block: firstDataBlock + bootBlocks + 1 + table, offset };
  }
  const first = table * perBlock;
  const skipped = (hasSuperblock(superblock, first) ? 1 : 0) + (first === 0 ? bootBlocks : 0);
  return { block: firstBlockOf(superblock, first) + skipped, offset };
}

/** First block of a group. */
export function firstBlockOf(superblock: Superblock, group: number): number {
  return superblock.firstDataBlock + group * superblock.blocksPerGroup;
}

/** Blocks in a group; the last one may be short. */
export function blocksOf(superblock: Superblock, group: number): number {
  const first = firstBlockOf(superblock, group);
  return Math.min(superblock.blocksPerGroup, superblock.blocksCount - first);
}

/** How many blocks at the start of a group hold a superblock, descriptors, and descriptors' growing room. */
export function leadingMetadataBlocks(superblock: Superblock, group: number): number {
  const perBlock = descriptorsPerBlock(superblock);
  const table = Math.floor(group / perBlock);
  const superblocks = hasSuperblock(superblock, group) ? 1 : 0;
  if (usesMetaBlockGroups(superblock, table)) {
    const within = group % perBlock;
    const holdsTable = within === 0 || within === 1 || within === perBlock - 1;
    return superblocks + (holdsTable ? 1 : 0);
  }
  if (superblocks === 0) return 0;
  const metaBg = (superblock.incompat & INCOMPAT.meta_bg) !== 0;
  const tables = Math.ceil(superblock.groupCount / perBlock);
  const here = metaBg ? Math.min(superblock.firstMetaBlockGroup, tables) : tables;
  return 1 + here + superblock.reservedGdtBlocks;
}

function descriptorsPerBlock({ blockSize, descriptorSize }: Superblock): number {
  return blockSize / descriptorSize;
}

function usesMetaBlockGroups(superblock: Superblock, table: number): boolean {
  const metaBg = (superblock.incompat & INCOMPAT.meta_bg) !== 0;
  return metaBg && table >= superblock.firstMetaBlockGroup;
}

/** Whether a group holds a copy of the superblock: all, with `sparse_super` 0, 1 and powers of 3, 5, 7, with `sparse_super2` two. */
function hasSuperblock(superblock: Superblock, group: number): boolean {
  if (group === 0) return true;
  if (superblock.compat & COMPAT.sparse_super2) return superblock.backupGroups.includes(group);
  if (group === 1 || !(superblock.roCompat & RO_COMPAT.sparse_super)) return true;
  return [3, 5, 7].some((base) => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });
}
