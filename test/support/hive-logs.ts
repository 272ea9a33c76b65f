/** Transaction logs, as Windows writes them before it writes to a hive. */
import { checksumOf } from "../../src/windows/registry/base-block.ts";
import type { DirtyPage } from "../../src/windows/registry/log/log-entry.ts";
import { marvin32 } from "../../src/windows/registry/log/marvin32.ts";

const BINS = 4096;

const PAGE = 4096;
/** The unit of dirty vectors; of each page, Windows marks all eight. */
const SMALL_PAGE = 512;

/** What of the hive bins data differs. */
export function dirtyPages(before: Buffer, after: Buffer): DirtyPage[] {
  const pages: DirtyPage[] = [];
  for (let at = BINS; at < after.length; at += PAGE) {
    const data = after.subarray(at, at + PAGE);
    if (!data.equals(before.subarray(at, at + PAGE))) pages.push({ offset: at - BINS, data });
  }
  return pages;
}

/** A base block with other fields, and the checksum that belongs to it. */
export function baseBlock(
  hive: Buffer,
  fields: { type?: number; primary: number; secondary: number },
): Buffer {
  const block = Buffer.from(hive.subarray(0, 512));
  block.writeUInt32LE(fields.primary, 4);
  block.writeUInt32LE(fields.secondary, 8);
  block.writeUInt32LE(fields.type ?? 0, 28);
  block.writeUInt32LE(checksumOf(block), 508);
  return block;
}

/** A log of the new format: entry by entry what turns each of the states into the next one. */
export function newLog(states: readonly Buffer[], first: number): Buffer {
  const entries = states
    .slice(1)
    .map((after, index) =>
      logEntry(first + index, after.length - BINS, dirtyPages(states[index] ?? after, after)),
    );
  const [start = Buffer.alloc(512)] = states;
  return Buffer.concat([
    baseBlock(start, { type: 6, primary: first, secondary: first }),
    ...entries,
  ]);
}

/** Hash-1 is of all behind the header, hash-2 of the header up to itself. */
export function logEntry(
  sequenceNumber: number,
  hiveBinsDataSize: number,
  pages: readonly DirtyPage[],
): Buffer {
  const data = pages.reduce((sum, page) => sum + page.data.length, 0);
  const entry = Buffer.alloc(Math.ceil((40 + pages.length * 8 + data) / 512) * 512);
  entry.write("HvLE");
  for (const [index, word] of [entry.length, 0, sequenceNumber, hiveBinsDataSize].entries()) {
    entry.writeUInt32LE(word, 4 + index * 4);
  }
  entry.writeUInt32LE(pages.length, 20);
  let at = 40 + pages.length * 8;
  for (const [index, page] of pages.entries()) {
    entry.writeUInt32LE(page.offset, 40 + index * 8);
    entry.writeUInt32LE(page.data.length, 44 + index * 8);
    at += page.data.copy(entry, at);
  }
  entry.writeBigUInt64LE(marvin32(entry.subarray(40)), 24);
  entry.writeBigUInt64LE(marvin32(entry.subarray(0, 32)), 32);
  return entry;
}

/** A log of the old format. */
export function oldLog(before: Buffer, after: Buffer, sequence: number): Buffer {
  const pages = dirtyPages(before, after);
  const bitmap = Buffer.alloc((after.length - BINS) / SMALL_PAGE / 8);
  for (const { offset } of pages) bitmap.writeUInt8(0xff, offset / PAGE);
  const vector = Buffer.concat([Buffer.from("DIRT"), bitmap]);
  const block = baseBlock(after, { type: 1, primary: sequence, secondary: sequence });
  const filled = Buffer.alloc(Math.ceil(vector.length / 512) * 512);
  vector.copy(filled);
  return Buffer.concat([block, filled, ...pages.map(({ data }) => data)]);
}
