import {
  CELL_HEADER_BYTES,
  allocatedBytes,
  cellSizeFor,
  checkCellOffset,
  fileOffset,
} from "./cell.ts";
import type { CellStore, Cells } from "./cell.ts";
import { mapCells } from "./cell-map.ts";
import type { CellMap } from "./cell-map.ts";
import { damaged } from "./errors.ts";
import type { FreeCells } from "./free-cells.ts";
import { BIN_HEADER_BYTES, binSizeFor, encodeHiveBin } from "./hive-bin.ts";
import type { HiveBin } from "./hive-bin.ts";
import type { HiveCells } from "./hive-cells.ts";
import { say } from "./messages.ts";

/** Bytes to be written at an offset of the file. */
export interface HiveChange {
  readonly offset: number;
  readonly data: Buffer;
}

/** A hive's cells with changes that are kept in memory: the hive itself isn't touched. */
export class EditedCells implements Cells, CellStore {
  readonly minorVersion: number;
  readonly #base: HiveCells;
  readonly #allocated: CellMap;
  readonly #free: FreeCells;
  readonly #originallyFree: ReadonlyMap<number, number>;
  /** The data of cells that are new or changed. */
  readonly #changed = new Map<number, Buffer>();
  readonly #newBins: HiveBin[] = [];
  #size: number;

  private constructor(base: HiveCells, map: Awaited<ReturnType<typeof mapCells>>) {
    this.#base = base;
    this.minorVersion = base.minorVersion;
    this.#allocated = map.allocated;
    this.#free = map.free;
    this.#originallyFree = map.original;
    this.#size = base.hiveBinsDataSize;
  }

  /** @throws LifeboatError as `mapCells` does. */
  static async open(base: HiveCells): Promise<EditedCells> {
    return new EditedCells(base, await mapCells(base));
  }

  /** With what the changes add to it. */
  get hiveBinsDataSize(): number {
    return this.#size;
  }

  async cell(offset: number, most: number, what: string): Promise<Buffer> {
    await this.#check(offset, what);
    const changed = this.#changed.get(offset);
    if (changed !== undefined) return changed.subarray(0, most);
    return this.#base.cell(offset, most, what);
  }

  /** Bytes of data that a cell has room for. */
  async room(offset: number, what: string): Promise<number> {
    await this.#check(offset, what);
    const changed = this.#changed.get(offset);
    if (changed !== undefined) return changed.length;
    const size = await this.#base.cellSize(offset, what);
    return allocatedBytes(size, offset, this.#base.hiveBinsDataSize, what);
  }

  store(data: Buffer): number {
    const size = cellSizeFor(data.length);
    const offset = this.#free.take(size) ?? this.#grow(size);
    const cell = Buffer.alloc(size - CELL_HEADER_BYTES);
    data.copy(cell);
    this.#changed.set(offset, cell);
    this.#allocated.set(offset, true);
    return offset;
  }

  /** Writes over the beginning of a cell; what lies behind `data` stays. The cell has room for it. */
  async replace(offset: number, data: Buffer, what: string): Promise<void> {
    const cell = Buffer.from(await this.cell(offset, Infinity, what));
    data.copy(cell);
    this.#changed.set(offset, cell);
  }

  /** In its place where there is room, else in a new cell. @returns where it is now. */
  async rewrite(offset: number, data: Buffer, what: string): Promise<number> {
    if ((await this.room(offset, what)) >= data.length) {
      await this.replace(offset, data, what);
      return offset;
    }
    await this.release(offset, what);
    return this.store(data);
  }

  async release(offset: number, what: string): Promise<void> {
    const room = await this.room(offset, what);
    this.#changed.delete(offset);
    this.#allocated.set(offset, false);
    this.#free.add(offset, room + CELL_HEADER_BYTES);
  }

  /** All allocated cells, in order. */
  allocated(): Iterable<number> {
    return this.#allocated;
  }

  /** What differs in the hive bins data, in order. */
  async changes(): Promise<HiveChange[]> {
    const changes: HiveChange[] = [];
    const add = (offset: number, data: Buffer) =>
      changes.push({ offset: fileOffset(offset), data });
    for (const bin of this.#newBins) add(bin.offset, encodeHiveBin(bin));
    for (const [offset, size] of this.#free) {
      if (this.#originallyFree.get(offset) !== size) add(offset, sizeField(size));
    }
    for (const [offset, cell] of this.#changed) {
      const data = Buffer.concat([sizeField(-cell.length - CELL_HEADER_BYTES), cell]);
      if (!(await this.#isInBase(offset, data))) add(offset, data);
    }
    return changes.sort((a, b) => a.offset - b.offset);
  }

  async #isInBase(offset: number, data: Buffer): Promise<boolean> {
    if (offset + data.length > this.#base.hiveBinsDataSize) return false;
    return (await this.#base.bytes(offset, data.length)).equals(data);
  }

  /** A cell that is none, or is free, is never given out: writing to it would damage what really lies there. */
  async #check(offset: number, what: string): Promise<void> {
    checkCellOffset(offset, this.#size, what);
    if (this.#allocated.has(offset)) return;
    const stored =
      offset < this.#base.hiveBinsDataSize ? await this.#base.cellSize(offset, what) : 0;
    throw damaged("hive-bad-cell", say.badCell(what, fileOffset(offset), stored));
  }

  #grow(cellBytes: number): number {
    const bin = { offset: this.#size, size: binSizeFor(cellBytes) };
    this.#newBins.push(bin);
    this.#size += bin.size;
    const offset = bin.offset + BIN_HEADER_BYTES;
    const rest = bin.size - BIN_HEADER_BYTES - cellBytes;
    if (rest > 0) this.#free.add(offset + cellBytes, rest);
    return offset;
  }
}

function sizeField(size: number): Buffer {
  const field = Buffer.alloc(CELL_HEADER_BYTES);
  field.writeInt32LE(size);
  return field;
}
