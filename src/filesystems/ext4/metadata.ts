import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { damaged } from "./errors.ts";
import { decodeDescriptor, descriptorLocation } from "./group-descriptor.ts";
import type { GroupDescriptor } from "./group-descriptor.ts";
import { decodeInode } from "./inode.ts";
import type { Inode } from "./inode.ts";
import type { Superblock } from "./superblock.ts";

/** Enough for the inode tables and index blocks that one listing comes back to. */
const CACHE_BYTES = 4 << 20;

/** Blocks, group descriptors and inodes by number, through a small cache; every number is checked against the volume. */
export class Metadata {
  readonly range: ByteRange;
  readonly superblock: Superblock;
  readonly #cache = new Map<number, Buffer>();

  constructor(range: ByteRange, superblock: Superblock) {
    this.range = range;
    this.superblock = superblock;
  }

  /** One block; the buffer is the cache's own and must not be changed. @throws LifeboatError `ext4-damaged`. */
  async block(number: number): Promise<Buffer> {
    const cached = this.#cache.get(number);
    if (cached !== undefined) return cached;
    const { blockSize, blocksCount } = this.superblock;
    if (number <= 0 || number >= blocksCount) throw damaged(`block number ${number}`);
    const block = await readBytes(this.range, number * blockSize, blockSize);
    if (this.#cache.size >= CACHE_BYTES / blockSize) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    this.#cache.set(number, block);
    return block;
  }

  async descriptor(group: number): Promise<GroupDescriptor> {
    const { block, offset } = descriptorLocation(this.superblock, group);
    return decodeDescriptor(this.superblock, await this.block(block), offset);
  }

  /** Where an inode lies on the volume, in bytes. */
  async inodeStart(number: number): Promise<number> {
    const { inodesCount, inodesPerGroup, inodeSize, blockSize } = this.superblock;
    if (number < 1 || number > inodesCount) throw damaged(`inode number ${number}`);
    const index = (number - 1) % inodesPerGroup;
    const { inodeTable } = await this.descriptor(Math.floor((number - 1) / inodesPerGroup));
    return inodeTable * blockSize + index * inodeSize;
  }

  async inode(number: number): Promise<Inode> {
    const { inodeSize, blockSize } = this.superblock;
    const start = await this.inodeStart(number);
    const block = await this.block(Math.floor(start / blockSize));
    const within = start % blockSize;
    return decodeInode(this.superblock, number, block.subarray(within, within + inodeSize));
  }
}
