/** Walking an index B-tree in order: a whole directory, or only the nodes that may hold one name. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { TYPE } from "./attribute.ts";
import { isPowerOfTwo, STRIDE } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { damaged } from "./failures.ts";
import { openPieces, piecesOf } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import { decodeIndexBlock, decodeIndexRoot, keyOf, vcnBytes } from "./index-node.ts";
import type { IndexEntry, IndexRoot } from "./index-node.ts";

/** The name of a directory's index. */
export const DIRECTORY_INDEX = "$I30";
const MAX_BLOCK_BYTES = 64 << 10;
/** A tree of blocks with two entries each would be this deep at 2^40 entries. */
const MAX_DEPTH = 40;
/** A walk over everything reads this much at a time. */
const WINDOW_BYTES = 64 << 10;

/** Part of $INDEX_ALLOCATION. */
interface Window {
  readonly offset: number;
  readonly bytes: Buffer;
}

export class IndexTree {
  readonly root: IndexRoot;
  readonly #blocks: ByteRange | undefined;
  readonly #vcnBytes: number;
  readonly #what: string;
  #window: Window | undefined;
  #windowBytes = 0;

  private constructor(root: IndexRoot, blocks: ByteRange | undefined, unit: number, what: string) {
    this.root = root;
    this.#blocks = blocks;
    this.#vcnBytes = unit;
    this.#what = what;
  }

  /** The index called `name` of a file. @throws LifeboatError `ntfs-damaged`. */
  static open(file: NtfsFile, name: string, volume: ByteRange, geometry: Geometry): IndexTree {
    const what = `the index ${name} of MFT record ${file.record.number}`;
    const [rootPiece] = piecesOf(file, TYPE.indexRoot, name);
    if (rootPiece?.value === undefined) throw damaged(what, "it has no resident root");
    const root = decodeIndexRoot(rootPiece.value, what);
    const { blockBytes } = root;
    if (!isPowerOfTwo(blockBytes) || blockBytes < STRIDE || blockBytes > MAX_BLOCK_BYTES) {
      throw damaged(what, `blocks of ${blockBytes} bytes`);
    }
    const pieces = piecesOf(file, TYPE.indexAllocation, name);
    const blocks = pieces.length === 0 ? undefined : openPieces(pieces, volume, geometry, what);
    return new IndexTree(root, blocks, vcnBytes(blockBytes, geometry.clusterBytes), what);
  }

  /**
   * All entries in order. With `compare`, which says how a key lies to the one that is looked for (negative: before it),
   * only the equal ones, and only the nodes on the way to them are read.
   */
  async entries(compare?: (key: Buffer) => number): Promise<IndexEntry[]> {
    this.#window = undefined;
    this.#windowBytes = compare === undefined ? WINDOW_BYTES : this.root.blockBytes;
    const found: IndexEntry[] = [];
    await this.#collect(this.root.entries, compare, { found, seen: new Set(), depth: 0 });
    return found;
  }

  /** All entries in order, and the numbers of the blocks that they lie in. */
  async survey(): Promise<{ entries: IndexEntry[]; blocks: number[] }> {
    this.#window = undefined;
    this.#windowBytes = WINDOW_BYTES;
    const state = { found: [] as IndexEntry[], seen: new Set<number>(), depth: 0 };
    await this.#collect(this.root.entries, undefined, state);
    const perBlock = this.root.blockBytes / this.#vcnBytes;
    return { entries: state.found, blocks: [...state.seen].map((vcn) => vcn / perBlock) };
  }

  async #collect(
    node: readonly IndexEntry[],
    compare: ((key: Buffer) => number) | undefined,
    state: { readonly found: IndexEntry[]; readonly seen: Set<number>; readonly depth: number },
  ): Promise<void> {
    const depth = state.depth + 1;
    if (depth > MAX_DEPTH) throw damaged(this.#what, "it is too deep");
    for (const entry of node) {
      const order = entry.isLast ? 1 : (compare?.(keyOf(entry)) ?? 0);
      if (order < 0) continue;
      if (entry.child !== undefined) {
        const block = await this.#block(entry.child, state.seen);
        await this.#collect(block, compare, { ...state, depth });
      }
      if (order > 0) return;
      state.found.push(entry);
    }
  }

  async #block(vcn: number, seen: Set<number>): Promise<IndexEntry[]> {
    if (seen.has(vcn)) throw damaged(this.#what, `its block at VCN ${vcn} is its own ancestor`);
    seen.add(vcn);
    const offset = vcn * this.#vcnBytes;
    const { blockBytes } = this.root;
    if (this.#blocks === undefined || offset + blockBytes > this.#blocks.size) {
      throw damaged(this.#what, `a child at VCN ${vcn} lies outside`);
    }
    const block = await this.#bytesAt(this.#blocks, offset, blockBytes);
    return decodeIndexBlock(block, vcn, this.#what);
  }

  /** A copy of a block's bytes: fixups are undone in place. */
  async #bytesAt(blocks: ByteRange, offset: number, length: number): Promise<Buffer> {
    let window = this.#window;
    if (
      window === undefined ||
      offset < window.offset ||
      offset + length > window.offset + window.bytes.length
    ) {
      const size = Math.min(Math.max(this.#windowBytes, length), blocks.size - offset);
      window = { offset, bytes: await readBytes(blocks, offset, size) };
      this.#window = window;
    }
    const at = offset - window.offset;
    return Buffer.from(window.bytes.subarray(at, at + length));
  }
}
