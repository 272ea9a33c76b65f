/**
 * Extent trees (Linux Documentation/filesystems/ext4/ifork.rst). Nodes of 12-byte records: a header, then index records or,
 * at depth 0, extents. Uninitialised extents read as zeroes, and so are left out like holes.
 */
import { Struct, u16le, u32le } from "../../block/struct.ts";
import { damaged } from "./errors.ts";
import type { Metadata } from "./metadata.ts";
import { RunList } from "./runs.ts";
import type { Run } from "./runs.ts";

const NodeHeader = new Struct("ext4 extent header", 12, {
  magic: u16le,
  entries: u16le,
  max: u16le,
  depth: u16le,
  generation: u32le,
});

const MAGIC = 0xf30a;
/** With 4 records in the root and 340 a block, five levels hold more than 2³² blocks. */
const MAX_DEPTH = 5;
const RECORD_SIZE = 12;
/** A length above this marks an uninitialised extent of that much less. */
const MAX_INITIALISED = 32768;

/** The runs of the tree whose root is `root` (i_block), in file order. @throws LifeboatError `ext4-damaged`. */
export async function extentTreeRuns(metadata: Metadata, root: Buffer): Promise<Run[]> {
  return (await walkTree(metadata, root)).runs.runs;
}

/** The blocks of that tree outside of its root. @throws LifeboatError `ext4-damaged`. */
export async function extentTreeNodes(metadata: Metadata, root: Buffer): Promise<number[]> {
  return [...(await walkTree(metadata, root)).visited];
}

async function walkTree(metadata: Metadata, root: Buffer): Promise<Walk> {
  const header = NodeHeader.decode(root);
  const walk: Walk = { metadata, runs: new RunList(), nextLogical: 0, visited: new Set() };
  await walkNode(walk, root, header.depth);
  return walk;
}

interface Walk {
  readonly metadata: Metadata;
  readonly runs: RunList;
  /** Extents must come in file order; so no tree can send the walk round in circles. */
  nextLogical: number;
  readonly visited: Set<number>;
}

async function walkNode(walk: Walk, node: Buffer, depth: number): Promise<void> {
  const header = NodeHeader.decode(node);
  const room = Math.floor(node.length / RECORD_SIZE) - 1;
  if (header.magic !== MAGIC || header.depth !== depth || depth > MAX_DEPTH) {
    throw damaged(`an extent node of depth ${header.depth} where ${depth} belongs`);
  }
  if (header.entries > room) throw damaged(`${header.entries} records in an extent node`);
  for (let record = 1; record <= header.entries; record++) {
    const at = record * RECORD_SIZE;
    if (depth === 0) {
      addExtent(walk, node, at);
      continue;
    }
    // Index record: first logical block, low 32 and high 16 bits of the node below.
    const below = node.readUInt32LE(at + 4) + node.readUInt16LE(at + 8) * 2 ** 32;
    if (walk.visited.has(below)) throw damaged(`extent node ${below} is used twice`);
    walk.visited.add(below);
    await walkNode(walk, await walk.metadata.block(below), depth - 1);
  }
}

function addExtent(walk: Walk, node: Buffer, at: number): void {
  const logical = node.readUInt32LE(at);
  const rawLength = node.readUInt16LE(at + 4);
  const physical = node.readUInt32LE(at + 8) + node.readUInt16LE(at + 6) * 2 ** 32;
  const initialised = rawLength <= MAX_INITIALISED;
  const length = initialised ? rawLength : rawLength - MAX_INITIALISED;
  if (length === 0 || logical < walk.nextLogical) {
    throw damaged(`an extent of ${length} blocks at file block ${logical} is out of order`);
  }
  walk.nextLogical = logical + length;
  const { blocksCount } = walk.metadata.superblock;
  if (physical === 0 || physical + length > blocksCount) {
    throw damaged(`an extent of ${length} blocks at block ${physical} of ${blocksCount}`);
  }
  if (initialised) walk.runs.add(logical, physical, length);
}
