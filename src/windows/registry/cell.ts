/** Cells: what hive bins are filled with. A size, negative where the cell is allocated, and its data. */
import { damaged } from "./errors.ts";
import { BASE_BLOCK_BYTES } from "./base-block.ts";
import { BIN_HEADER_BYTES } from "./hive-bin.ts";
import { say } from "./messages.ts";

/** The size field, which counts as a part of the cell. */
export const CELL_HEADER_BYTES = 4;
export const CELL_ALIGNMENT = 8;
/** An offset that doesn't point anywhere. */
export const NO_CELL = 0xffff_ffff;

/** What structures are read from: an open hive, or one that is being edited. */
export interface Cells {
  readonly hiveBinsDataSize: number;
  readonly minorVersion: number;
  /**
   * The data of an allocated cell, at most the first `most` bytes of it. Not to be changed or kept: it may be the cache's.
   * @param offset of the cell, relative to the hive bins data.
   * @param what names the structure in errors.
   * @throws LifeboatError `hive-bad-offset`, `hive-bad-cell`.
   */
  cell(offset: number, most: number, what: string): Promise<Buffer>;
}

/** Where structures are written to. */
export interface CellStore {
  readonly minorVersion: number;
  /** Takes a cell for so many bytes of data and fills it: `data`, then zeroes. @returns its offset. */
  store(data: Buffer): number;
}

/** Bytes that a cell takes for so much data. */
export function cellSizeFor(dataBytes: number): number {
  return Math.ceil((dataBytes + CELL_HEADER_BYTES) / CELL_ALIGNMENT) * CELL_ALIGNMENT;
}

/** Where a structure lies in the file, as errors say it. */
export function fileOffset(offset: number): number {
  return BASE_BLOCK_BYTES + offset;
}

/** @throws LifeboatError `hive-bad-offset` where no cell can begin. */
export function checkCellOffset(offset: number, hiveBinsDataSize: number, what: string): void {
  const right =
    offset % CELL_ALIGNMENT === 0 &&
    offset >= BIN_HEADER_BYTES &&
    offset + CELL_ALIGNMENT <= hiveBinsDataSize;
  if (!right) throw damaged("hive-bad-offset", say.badOffset(what, offset));
}

/**
 * @param size as it is stored: negative of an allocated cell.
 * @returns bytes of its data.
 * @throws LifeboatError `hive-bad-cell` where it is free, misaligned or goes beyond `end`.
 */
export function allocatedBytes(size: number, offset: number, end: number, what: string): number {
  if (size >= 0 || size % CELL_ALIGNMENT !== 0 || offset - size > end) {
    throw damaged("hive-bad-cell", say.badCell(what, fileOffset(offset), size));
  }
  return -size - CELL_HEADER_BYTES;
}

/** @throws LifeboatError `hive-cell-too-short` where the structure doesn't fit in its cell. */
export function needBytes(cell: Buffer, needed: number, offset: number, what: string): void {
  if (cell.length >= needed) return;
  const text = say.cellTooShort(what, fileOffset(offset), needed, cell.length);
  throw damaged("hive-cell-too-short", text);
}

/** @throws LifeboatError `hive-bad-signature`. */
export function needSignature(cell: Buffer, signature: string, offset: number, what: string): void {
  if (cell.toString("latin1", 0, 2) === signature) return;
  throw damaged("hive-bad-signature", say.badSignature(what, fileOffset(offset)));
}
