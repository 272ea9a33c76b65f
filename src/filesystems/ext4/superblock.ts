/**
 * The superblock of ext2/3/4, 1,024 bytes at byte 1,024 (Linux Documentation/filesystems/ext4/super.rst). Its checksum is not
 * verified; every number that lifeboat uses is checked against the others and against the room that is there.
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { bytes, Struct, u16le, u32le, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { LifeboatError } from "../../system/errors.ts";
import { damaged } from "./errors.ts";
import { INCOMPAT, RO_COMPAT, unreadableFeatures } from "./features.ts";
import type { Features } from "./features.ts";
import { say } from "./messages.ts";

const SUPERBLOCK_OFFSET = 1024;
const SUPERBLOCK_SIZE = 1024;
const MAGIC = 0xef53;
const STATE_VALID = 1;
const STATE_ERRORS = 2;
/** 64 KiB, the largest that the format knows. */
const MAX_LOG_BLOCK_SIZE = 6;
/** The fewest that mke2fs takes; keeps the number of groups in proportion to the volume. */
const MIN_BLOCKS_PER_GROUP = 256;
const OLD_INODE_SIZE = 128;
const OLD_DESCRIPTOR_SIZE = 32;
const LONG_DESCRIPTOR_SIZE = 64;

const RawSuperblock = new Struct("ext4 superblock", SUPERBLOCK_SIZE, {
  inodesCount: u32le,
  blocksCountLow: u32le,
  reservedBlocksLow: u32le,
  freeBlocksLow: u32le,
  freeInodes: u32le,
  firstDataBlock: u32le,
  logBlockSize: u32le,
  logClusterSize: u32le,
  blocksPerGroup: u32le,
  clustersPerGroup: u32le,
  inodesPerGroup: u32le,
  times: bytes(8),
  mountCounts: bytes(4),
  magic: u16le,
  state: u16le,
  errors: u16le,
  minorRevision: u16le,
  checkTimes: bytes(8),
  creatorOs: u32le,
  revision: u32le,
  reservedOwners: bytes(4),
  firstInode: u32le,
  inodeSize: u16le,
  blockGroupNumber: u16le,
  compat: u32le,
  incompat: u32le,
  roCompat: u32le,
  uuid: bytes(16),
  volumeName: bytes(16),
  lastMounted: bytes(64),
  algorithmBitmap: u32le,
  preallocation: bytes(2),
  reservedGdtBlocks: u16le,
  journal: bytes(28),
  hashSeed: bytes(16),
  hashVersion: u8,
  journalBackupType: u8,
  descriptorSize: u16le,
  defaultMountOptions: u32le,
  firstMetaBlockGroup: u32le,
  mkfsTime: u32le,
  journalBlocks: bytes(68),
  blocksCountHigh: u32le,
  reservedBlocksHigh: u32le,
  freeBlocksHigh: u32le,
  beforeBackupGroups: bytes(240),
  backupGroup0: u32le,
  backupGroup1: u32le,
  rest: bytes(428),
});

/** The checked superblock. Block and inode numbers are as the format counts them; sizes are bytes. */
export interface Superblock extends Features {
  readonly blockSize: number;
  readonly blocksCount: number;
  readonly freeBlocks: number;
  readonly inodesCount: number;
  readonly freeInodes: number;
  readonly firstDataBlock: number;
  readonly blocksPerGroup: number;
  readonly inodesPerGroup: number;
  readonly groupCount: number;
  readonly inodeSize: number;
  readonly descriptorSize: number;
  readonly firstMetaBlockGroup: number;
  readonly reservedGdtBlocks: number;
  /** With `sparse_super2`: the two groups that hold backups (0: none). */
  readonly backupGroups: readonly [number, number];
  /** Unmounted cleanly and without recorded errors. */
  readonly clean: boolean;
  readonly uuid: string;
  readonly label: string;
}

/**
 * Reads and checks the superblock of the volume in `range`.
 * @throws LifeboatError `not-ext4`, `ext4-unsupported-feature`, `ext4-damaged`, `ext4-truncated`.
 */
export async function readSuperblock(range: ByteRange): Promise<Superblock> {
  if (range.size < SUPERBLOCK_OFFSET + SUPERBLOCK_SIZE) throw notExt4();
  const raw = RawSuperblock.decode(await readBytes(range, SUPERBLOCK_OFFSET, SUPERBLOCK_SIZE));
  if (raw.magic !== MAGIC) throw notExt4();
  const features = { compat: raw.compat, incompat: raw.incompat, roCompat: raw.roCompat };
  const unreadable = unreadableFeatures(features);
  if (unreadable.length > 0) {
    throw new LifeboatError(
      "ext4-unsupported-feature",
      say.unsupportedFeature(unreadable.join(", ")),
    );
  }
  const superblock = {
    ...features,
    ...blockGeometry(raw),
    ...inodeGeometry(raw),
    firstMetaBlockGroup: raw.firstMetaBlockGroup,
    reservedGdtBlocks: raw.reservedGdtBlocks,
    backupGroups: [raw.backupGroup0, raw.backupGroup1] as const,
    clean: (raw.state & (STATE_VALID | STATE_ERRORS)) === STATE_VALID,
    uuid: uuidText(raw.uuid),
    label: labelText(raw.volumeName),
  };
  if (superblock.inodesCount > superblock.inodesPerGroup * superblock.groupCount) {
    throw damaged(`${superblock.inodesCount} inodes do not fit ${superblock.groupCount} groups`);
  }
  const volumeBytes = superblock.blocksCount * superblock.blockSize;
  if (volumeBytes > range.size) {
    throw new LifeboatError("ext4-truncated", say.largerThanRange(volumeBytes, range.size), {
      kind: "damaged",
    });
  }
  return superblock;
}

function notExt4(): LifeboatError {
  return new LifeboatError("not-ext4", say.notExt4(), { kind: "damaged" });
}

type Raw = Infer<typeof RawSuperblock>;

function blockGeometry(raw: Raw) {
  if (raw.logBlockSize > MAX_LOG_BLOCK_SIZE) throw damaged(`log block size ${raw.logBlockSize}`);
  const blockSize = 1024 << raw.logBlockSize;
  const high = raw.incompat & INCOMPAT["64bit"] ? 1 : 0;
  const blocksCount = raw.blocksCountLow + high * raw.blocksCountHigh * 2 ** 32;
  // With bigalloc a bit of the bitmap stands for a cluster of blocks.
  const bigalloc = (raw.roCompat & RO_COMPAT.bigalloc) !== 0;
  const logRatio = bigalloc ? raw.logClusterSize - raw.logBlockSize : 0;
  if (logRatio < 0 || logRatio > 20) throw damaged(`log cluster size ${raw.logClusterSize}`);
  const mostPerGroup = blockSize * 8 * 2 ** logRatio;
  const { blocksPerGroup, firstDataBlock } = raw;
  if (blocksPerGroup < MIN_BLOCKS_PER_GROUP || blocksPerGroup > mostPerGroup) {
    throw damaged(`${blocksPerGroup} blocks per group`);
  }
  if (firstDataBlock > 1 || firstDataBlock >= blocksCount || !Number.isSafeInteger(blocksCount)) {
    throw damaged(`${blocksCount} blocks, the first being ${firstDataBlock}`);
  }
  return {
    blockSize,
    blocksCount,
    firstDataBlock,
    blocksPerGroup,
    freeBlocks: (raw.freeBlocksLow + high * raw.freeBlocksHigh * 2 ** 32) * 2 ** logRatio,
    groupCount: Math.ceil((blocksCount - firstDataBlock) / blocksPerGroup),
  };
}

function inodeGeometry(raw: Raw) {
  const blockSize = 1024 << raw.logBlockSize;
  const inodeSize = raw.revision === 0 ? OLD_INODE_SIZE : raw.inodeSize;
  if (inodeSize < OLD_INODE_SIZE || inodeSize > blockSize || !isPowerOfTwo(inodeSize)) {
    throw damaged(`inode size ${inodeSize}`);
  }
  const long = (raw.incompat & INCOMPAT["64bit"]) !== 0;
  const descriptorSize = long ? raw.descriptorSize : OLD_DESCRIPTOR_SIZE;
  const leastSize = long ? LONG_DESCRIPTOR_SIZE : OLD_DESCRIPTOR_SIZE;
  if (descriptorSize < leastSize || descriptorSize > blockSize || !isPowerOfTwo(descriptorSize)) {
    throw damaged(`group descriptor size ${descriptorSize}`);
  }
  const { inodesPerGroup, inodesCount, freeInodes } = raw;
  if (inodesPerGroup === 0 || inodesPerGroup > blockSize * 8) {
    throw damaged(`${inodesPerGroup} inodes per group`);
  }
  return { inodeSize, descriptorSize, inodesPerGroup, inodesCount, freeInodes };
}

function isPowerOfTwo(value: number): boolean {
  return (value & (value - 1)) === 0;
}

function uuidText(uuid: Buffer): string {
  const hex = uuid.toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function labelText(name: Buffer): string {
  const end = name.indexOf(0);
  return name.toString("utf8", 0, end < 0 ? name.length : end);
}
