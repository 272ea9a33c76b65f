/**
 * Where ext4 says where a file lies: in its inode, size, time of deletion, links, i_block and generation; and the blocks of its
 * extent tree or block map outside of the inode. Left out: times, owner, mode and attributes, which change without moving anything.
 */
import type { Extent } from "../../block/byte-range.ts";

/** Within the inode (Linux Documentation/filesystems/ext4/inodes.rst). */
const FIELDS: readonly Extent[] = [
  /** i_size_lo */
  { start: 4, length: 4 },
  /** i_dtime */
  { start: 20, length: 4 },
  /** i_links_count */
  { start: 26, length: 2 },
  /** i_block, i_generation */
  { start: 40, length: 64 },
  /** i_size_high */
  { start: 108, length: 4 },
];

/**
 * s_feature_incompat of the superblock, 1,024 bytes into the volume. Its bit "needs recovery" says that the journal may know better
 * than all the rest: a volume that was pulled out while it was mounted isn't the one that was looked at.
 */
const INCOMPATIBLE_FEATURES: Extent = { start: 1024 + 96, length: 4 };

/**
 * @param inodeAt where the inode lies, in bytes.
 * @param nodes numbers of the blocks that the inode leads to on the way to the file's own.
 */
export function ext4Parts(inodeAt: number, nodes: readonly number[], blockSize: number): Extent[] {
  return [
    INCOMPATIBLE_FEATURES,
    ...FIELDS.map(({ start, length }) => ({ start: inodeAt + start, length })),
    ...nodes.map((number) => ({ start: number * blockSize, length: blockSize })),
  ];
}
