import { inodeWord } from "./debugfs.ts";
import type { Word } from "./debugfs.ts";
import type { FreeRun, FreeSpace } from "./free-space.ts";
import { BLOCK_UNINIT } from "./group-descriptor.ts";
import type { Superblock } from "./superblock.ts";

/** The most blocks that one initialised extent can have. */
const MAX_EXTENT_BLOCKS = 32768;
/** Extents that fit i_block without a tree. */
const ROOT_EXTENTS = 4;

/**
 * Chooses where `blocks` blocks go: the shortest free run that holds them all, else as few runs as possible (the longest
 * first), in ascending order. Undefined where there is no room for them and for the extent tree that they need.
 */
export function chooseRuns(free: readonly FreeRun[], blocks: number): FreeRun[] | undefined {
  let total = 0;
  let best: FreeRun | undefined;
  for (const run of free) {
    total += run.length;
    if (run.length >= blocks && (best === undefined || run.length < best.length)) best = run;
  }
  const chosen =
    best === undefined ? longestFirst(free, blocks) : [{ start: best.start, length: blocks }];
  return total >= blocks + treeBlocks(chosen, free) ? chosen : undefined;
}

function longestFirst(free: readonly FreeRun[], blocks: number): FreeRun[] {
  const chosen: FreeRun[] = [];
  let missing = blocks;
  for (const run of free.toSorted((a, b) => b.length - a.length)) {
    if (missing <= 0) break;
    const length = Math.min(run.length, missing);
    chosen.push({ start: run.start, length });
    missing -= length;
  }
  return chosen.sort((a, b) => a.start - b.start);
}

/** An upper bound of the tree's blocks: the smallest block holds 84 records, and a split leaves nodes half full. */
function treeBlocks(chosen: readonly FreeRun[], free: readonly FreeRun[]): number {
  const extents = chosen.reduce((sum, run) => sum + Math.ceil(run.length / MAX_EXTENT_BLOCKS), 0);
  return extents <= ROOT_EXTENTS || free.length === 0 ? 0 : Math.ceil(extents / 40) + 2;
}

/**
 * The debugfs commands that give `runs` to the empty file `inode` as written (not "uninitialised") extents.
 *
 * debugfs' own `fallocate` takes the first free blocks it meets, however scattered, and marks them uninitialised. So the
 * blocks are marked in the bitmap first (the tree's own blocks are then allocated elsewhere), the counts set, and the extents
 * inserted one by one.
 */
export function allocationCommands(
  superblock: Superblock,
  space: FreeSpace,
  inode: number,
  runs: readonly FreeRun[],
  sizeBytes: number,
): Word[][] {
  const file = inodeWord(inode);
  const blocks = runs.reduce((sum, run) => sum + run.length, 0);
  return [
    ...runs.map((run): Word[] => ["setb", run.start, run.length]),
    ...groupCommands(superblock, space, runs),
    ["ssv", "free_blocks_count", superblock.freeBlocks - blocks],
    ["sif", file, "size", sizeBytes],
    // The tree's own blocks are added to this by debugfs, as they are allocated.
    ["sif", file, "blocks", blocks * (superblock.blockSize / 512)],
    ["extent_open", file],
    ...insertCommands(runs),
    ["extent_close"],
  ];
}

function groupCommands(
  superblock: Superblock,
  { groups }: FreeSpace,
  runs: readonly FreeRun[],
): Word[][] {
  const taken = new Map<number, number>();
  for (const run of runs) {
    const end = run.start + run.length;
    for (let at = run.start; at < end;) {
      const group = Math.floor((at - superblock.firstDataBlock) / superblock.blocksPerGroup);
      const groupEnd = superblock.firstDataBlock + (group + 1) * superblock.blocksPerGroup;
      const length = Math.min(end, groupEnd) - at;
      taken.set(group, (taken.get(group) ?? 0) + length);
      at += length;
    }
  }
  const commands: Word[][] = [];
  for (const [group, length] of taken) {
    const descriptor = groups[group];
    if (descriptor === undefined) continue;
    commands.push(["set_bg", group, "free_blocks_count", descriptor.freeBlocks - length]);
    commands.push(["set_bg", group, "flags", descriptor.flags & ~BLOCK_UNINIT]);
  }
  return commands;
}

function insertCommands(runs: readonly FreeRun[]): Word[][] {
  const commands: Word[][] = [];
  let logical = 0;
  for (const run of runs) {
    for (let done = 0; done < run.length; done += MAX_EXTENT_BLOCKS) {
      const length = Math.min(MAX_EXTENT_BLOCKS, run.length - done);
      const after = logical === 0 ? [] : ["--after"];
      commands.push(["insert_node", ...after, logical, length, run.start + done]);
      logical += length;
    }
  }
  return commands;
}
