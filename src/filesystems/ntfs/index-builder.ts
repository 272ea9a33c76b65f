/**
 * Laying out a whole index from its sorted entries. Rebuilding one costs a few blocks a hundred names, and lets a changed
 * directory be written beside the old one and made valid by a single record.
 */
import type { Geometry } from "./boot-sector.ts";
import {
  blockRoom,
  CHILD_BYTES,
  encodeIndexBlock,
  encodeIndexRoot,
  INDEX_ROOT_BYTES,
  LAST_BYTES,
  NODE_HEADER_BYTES,
  vcnBytes,
} from "./index-node.ts";
import type { IndexKind, NodeContents } from "./index-node.ts";
import { totalLength } from "./mft-record.ts";

export interface BuiltIndex {
  /** The value of $INDEX_ROOT. */
  readonly root: Buffer;
  /** The blocks of $INDEX_ALLOCATION, in order; none for a small index. */
  readonly blocks: readonly Buffer[];
  readonly blockBytes: number;
}

/** The value of an $INDEX_ROOT that only points to one block. */
const POINTER_ROOT_BYTES = INDEX_ROOT_BYTES + NODE_HEADER_BYTES + LAST_BYTES + CHILD_BYTES;

/**
 * Builds the index of `leaves`, which are in the index's order. `rootRoom` is what the MFT record has for the value of
 * $INDEX_ROOT where all entries lie in it; a larger index has nothing there but the way to its top block.
 */
export function buildIndex(
  kind: IndexKind,
  geometry: Geometry,
  leaves: readonly Buffer[],
  rootRoom: number,
): BuiltIndex {
  let level: NodeContents = { entries: leaves.map((leaf) => ({ leaf })) };
  const whole = INDEX_ROOT_BYTES + NODE_HEADER_BYTES + LAST_BYTES + totalLength(leaves);
  const blocks: Buffer[] = [];
  const step = kind.blockBytes / vcnBytes(kind.blockBytes, geometry.clusterBytes);
  if (whole > rootRoom) {
    do {
      level = packLevel(level, kind.blockBytes, (contents) => {
        const vcn = blocks.length * step;
        blocks.push(encodeIndexBlock(vcn, kind.blockBytes, contents));
        return vcn;
      });
    } while (level.entries.length > 0);
  }
  return { root: encodeIndexRoot(kind, geometry, level), blocks, blockBytes: kind.blockBytes };
}

/** Bytes that the value of $INDEX_ROOT takes at least. */
export const MIN_ROOT_ROOM = POINTER_ROOT_BYTES;

/**
 * Fills blocks with a level's entries; between two blocks one entry moves up as their separator. Returns the level above:
 * the separators, each with the block before it as its child.
 */
function packLevel(
  level: NodeContents,
  blockBytes: number,
  store: (contents: NodeContents) => number,
): NodeContents {
  const { entries } = level;
  const room = blockRoom(blockBytes);
  const separators: { leaf: Buffer; child: number }[] = [];
  for (let first = 0; ;) {
    let used = 0;
    let end = first;
    for (; end < entries.length; end++) {
      const entry = entries[end];
      used += (entry?.leaf.length ?? 0) + (entry?.child === undefined ? 0 : CHILD_BYTES);
      if (used > room) break;
    }
    // A separator with nothing behind it would leave an empty block.
    if (end === entries.length - 1) end--;
    const separator = entries[end];
    const lastChild = separator === undefined ? level.lastChild : separator.child;
    const contents = { entries: entries.slice(first, end) };
    const vcn = store(lastChild === undefined ? contents : { ...contents, lastChild });
    if (separator === undefined) return { entries: separators, lastChild: vcn };
    separators.push({ leaf: separator.leaf, child: vcn });
    first = end + 1;
  }
}
