/** Where cells begin: a bit for each 8 bytes, so that the map of a hive of 100 MB takes 1.6. */
import { CELL_ALIGNMENT, fileOffset } from "./cell.ts";
import { damaged } from "./errors.ts";
import { FreeCells } from "./free-cells.ts";
import { BIN_HEADER_BYTES } from "./hive-bin.ts";
import type { HiveCells } from "./hive-cells.ts";
import { say } from "./messages.ts";

export class CellMap {
  #bits: Uint8Array;

  constructor(hiveBinsDataSize: number) {
    this.#bits = new Uint8Array(Math.ceil(hiveBinsDataSize / CELL_ALIGNMENT / 8));
  }

  has(offset: number): boolean {
    const bit = offset / CELL_ALIGNMENT;
    return ((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [index, byte] of this.#bits.entries()) {
      if (byte === 0) continue;
      for (let bit = 0; bit < 8; bit++) {
        if ((byte & (1 << bit)) !== 0) yield (index * 8 + bit) * CELL_ALIGNMENT;
      }
    }
  }

  set(offset: number, isCell: boolean): void {
    const bit = offset / CELL_ALIGNMENT;
    if (bit >> 3 >= this.#bits.length) {
      const larger = new Uint8Array(Math.max((bit >> 3) + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    const byte = this.#bits[bit >> 3] ?? 0;
    this.#bits[bit >> 3] = isCell ? byte | (1 << (bit & 7)) : byte & ~(1 << (bit & 7));
  }
}

/**
 * Walks all bins and cells: what is written may go only where the hive as a whole makes sense.
 * @throws LifeboatError `hive-bad-bin`; `hive-bad-cell` where cells don't fill a bin.
 */
export async function mapCells(
  cells: HiveCells,
): Promise<{ allocated: CellMap; free: FreeCells; original: ReadonlyMap<number, number> }> {
  const allocated = new CellMap(cells.hiveBinsDataSize);
  const free = new FreeCells();
  for (let start = 0; start < cells.hiveBinsDataSize;) {
    const bin = await cells.bin(start);
    const end = bin.offset + bin.size;
    for (let at = bin.offset + BIN_HEADER_BYTES; at < end;) {
      const stored = await cells.cellSize(at, "cell");
      const size = Math.abs(stored);
      if (size === 0 || size % CELL_ALIGNMENT !== 0 || at + size > end) {
        throw damaged("hive-bad-cell", say.badCell("cell", fileOffset(at), stored));
      }
      if (stored < 0) allocated.set(at, true);
      else free.add(at, size);
      at += size;
    }
    start = end;
  }
  // As joined: cells that lie side by side stay two in the file as long as nothing is put there, which is no change.
  return { allocated, free, original: new Map(free) };
}
