/** A run of neighbouring blocks that the quick test writes: kept, written, judged. */
import type { Extent } from "../../block/byte-range.ts";
import { KIB, MIB } from "../../system/sizes.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import type { BlockReader, FoundState } from "./sector-states.ts";
import type { KeptBlock, UndoLog } from "./undo-log.ts";

const PIECE_BYTES = MIB;
/** What can't be read in a piece costs as much of the run. */
const SMALL_PIECE_BYTES = 64 * KIB;

export class RunOfBlocks {
  readonly extent: Extent;
  /** In the order of their positions. */
  readonly blocks: readonly KeptBlock[];
  /** By sector, once `judge` was called. */
  states: readonly FoundState[] = [];

  constructor(extent: Extent, blocks: readonly KeptBlock[]) {
    this.extent = extent;
    this.blocks = blocks;
  }

  /** @param each is called between two pieces, and may throw. */
  static async keep(
    extent: Extent,
    undo: UndoLog,
    reader: BlockReader,
    each: (bytes: number) => void,
  ): Promise<RunOfBlocks> {
    const blocks: KeptBlock[] = [];
    for (const piece of piecesOf(extent, PIECE_BYTES)) {
      const whole = await undo.keep(piece.start, piece.length);
      each(piece.length);
      if (whole !== undefined) {
        blocks.push(whole);
        continue;
      }
      for (const { start, length } of piecesOf(piece, SMALL_PIECE_BYTES)) {
        if (reader.exhausted) break;
        const block = await undo.keep(start, length);
        if (block !== undefined) blocks.push(block);
      }
    }
    return new RunOfBlocks(extent, blocks);
  }

  /** Reads back what was written; what was not kept is unreadable. */
  async judge(reader: BlockReader, each: (bytes: number) => void): Promise<void> {
    const states = Array.from(
      { length: this.extent.length / SECTOR_BYTES },
      (): FoundState => "unreadable",
    );
    for (const { position, bytes } of this.blocks) {
      const found = await reader.states(position, bytes.length);
      const first = (position - this.extent.start) / SECTOR_BYTES;
      found.forEach((state, index) => (states[first + index] = state));
      each(bytes.length);
    }
    this.states = states;
  }
}

function* piecesOf({ start, length }: Extent, pieceBytes: number): Generator<Extent> {
  for (let done = 0; done < length; done += pieceBytes) {
    yield { start: start + done, length: Math.min(pieceBytes, length - done) };
  }
}
