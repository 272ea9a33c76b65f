/**
 * Where the memory ends, on a medium whose last addresses don't hold what is written: many blocks at once between an address
 * that holds and one that doesn't, again and again, and every sector of the last stretch.
 */
import { MIB } from "../../system/sizes.ts";
import type { KeptBlock, UndoLog } from "./undo-log.ts";
import { BLOCK_BYTES } from "./positions.ts";
import type { BlockReader } from "./sector-states.ts";
import { isThere } from "./sector-states.ts";
import { SECTOR_BYTES } from "./block-contents.ts";

/** Each round divides what is left by so many. */
const BLOCKS_A_ROUND = 32;
/** Short enough to write whole. */
const LAST_STRETCH_BYTES = MIB;

export interface SearchTools {
  readonly undo: UndoLog;
  readonly reader: BlockReader;
  /** Writes so much elsewhere that no cache can answer for the blocks of the round any more, and flushes. */
  readonly washOut: () => Promise<void>;
  /** The safe point between two rounds. */
  readonly pause: () => void;
}

/**
 * @param low an address up to which the medium holds what is written, as far as is known.
 * @param high one from which on it doesn't.
 * @returns the end of the last sector in between that holds.
 */
export async function findEnd(low: number, high: number, tools: SearchTools): Promise<number> {
  let from = low;
  let to = high;
  while (to - from > LAST_STRETCH_BYTES) {
    tools.pause();
    const positions = spread(from, to);
    const held = await holding(positions, tools);
    // From the top: a bad place below the end isn't the end.
    const last = held.lastIndexOf(BLOCK_BYTES);
    from = last < 0 ? from : (positions[last] ?? from) + BLOCK_BYTES;
    // The end can lie inside the next block.
    to = Math.min((positions[last + 1] ?? to) + BLOCK_BYTES, to);
  }
  tools.pause();
  const blocks = Array.from({ length: Math.ceil((to - from) / BLOCK_BYTES) }, (_, index) => {
    return from + index * BLOCK_BYTES;
  });
  const held = await holding(blocks, tools, to);
  const last = held.findLastIndex((bytes) => bytes > 0);
  return last < 0 ? from : (blocks[last] ?? from) + (held[last] ?? 0);
}

/** Aligned and evenly between the two, without them; in ascending order. */
function spread(from: number, to: number): number[] {
  const step = (to - from) / (BLOCKS_A_ROUND + 1);
  const positions = Array.from({ length: BLOCKS_A_ROUND }, (_, index) => {
    const position = from + step * (index + 1);
    return position - (position % BLOCK_BYTES);
  });
  return [...new Set(positions)].filter((position) => position > from);
}

/** For each block, where its last sector that holds ends, from the block's beginning; 0 where none does. */
async function holding(
  positions: readonly number[],
  { undo, reader, washOut }: SearchTools,
  end = Infinity,
): Promise<number[]> {
  const kept: (KeptBlock | undefined)[] = [];
  for (const position of positions) {
    kept.push(await undo.keep(position, Math.min(BLOCK_BYTES, end - position)));
  }
  for (const block of kept) {
    if (block !== undefined) await undo.write(block);
  }
  await washOut();
  const held: number[] = [];
  for (const block of kept) {
    const states =
      block === undefined ? [] : await reader.states(block.position, block.bytes.length);
    held.push((states.findLastIndex(isThere) + 1) * SECTOR_BYTES);
  }
  return held;
}
