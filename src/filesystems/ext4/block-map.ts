/**
 * The block map of ext2 and ext3 (Linux Documentation/filesystems/ext4/ifork.rst): twelve direct block numbers, then one
 * block each of single, double and triple indirection. Number 0 is a hole.
 */
import { damaged } from "./errors.ts";
import type { Metadata } from "./metadata.ts";
import { RunList } from "./runs.ts";
import type { Run } from "./runs.ts";

const DIRECT_BLOCKS = 12;
const MAX_LEVEL = 3;

/** The runs of the first `blockCount` blocks of the file whose i_block is `root`. @throws LifeboatError `ext4-damaged`. */
export async function blockMapRuns(
  metadata: Metadata,
  root: Buffer,
  blockCount: number,
): Promise<Run[]> {
  const walk: Walk = { metadata, runs: new RunList(), blockCount, visited: new Set() };
  for (let index = 0; index < Math.min(DIRECT_BLOCKS, blockCount); index++) {
    addBlock(walk, index, root.readUInt32LE(index * 4));
  }
  let logical = DIRECT_BLOCKS;
  for (let level = 1; level <= MAX_LEVEL && logical < blockCount; level++) {
    await walkIndirect(walk, root.readUInt32LE((DIRECT_BLOCKS + level - 1) * 4), level, logical);
    logical += blocksBelow(metadata, level);
  }
  return walk.runs.runs;
}

interface Walk {
  readonly metadata: Metadata;
  readonly runs: RunList;
  readonly blockCount: number;
  /** An indirect block that is used twice would let a few bytes describe billions of blocks. */
  readonly visited: Set<number>;
}

/** How many file blocks one indirect block of `level` stands for. */
function blocksBelow(metadata: Metadata, level: number): number {
  return (metadata.superblock.blockSize / 4) ** level;
}

async function walkIndirect(
  walk: Walk,
  block: number,
  level: number,
  logical: number,
): Promise<void> {
  if (block === 0) return;
  if (walk.visited.has(block)) throw damaged(`indirect block ${block} is used twice`);
  walk.visited.add(block);
  const numbers = await walk.metadata.block(block);
  const step = blocksBelow(walk.metadata, level - 1);
  for (let at = 0; at < numbers.length && logical < walk.blockCount; at += 4, logical += step) {
    const number = numbers.readUInt32LE(at);
    if (level === 1) addBlock(walk, logical, number);
    else await walkIndirect(walk, number, level - 1, logical);
  }
}

function addBlock(walk: Walk, logical: number, physical: number): void {
  if (physical === 0) return;
  if (physical >= walk.metadata.superblock.blocksCount) throw damaged(`block number ${physical}`);
  walk.runs.add(logical, physical, 1);
}
