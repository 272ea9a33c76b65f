/** A log entry (HvLE) of the new format of transaction logs, of Windows 8.1 and later. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { Struct, ascii, u32le, u64le } from "../../../block/struct.ts";
import { BIN_ALIGNMENT } from "../base-block.ts";
import { marvin32 } from "./marvin32.ts";

const SIGNATURE = "HvLE";
/** Of entries, and of the base block before the first one. */
export const LOG_ALIGNMENT = 512;
const HASH_2_COVERS = 32;
const PAGE_ALIGNMENT = 512;
const REFERENCE_BYTES = 8;

const RawLogEntry = new Struct("log entry", 40, {
  signature: ascii(4),
  size: u32le,
  flags: u32le,
  sequenceNumber: u32le,
  hiveBinsDataSize: u32le,
  dirtyPagesCount: u32le,
  hash1: u64le,
  hash2: u64le,
});

/** Bytes that belong at an offset of the hive bins data. */
export interface DirtyPage {
  readonly offset: number;
  readonly data: Buffer;
}

export interface LogEntry {
  /** Bytes of the whole entry. */
  readonly size: number;
  /** Bit 0 goes to that of the base block. */
  readonly flags: number;
  readonly sequenceNumber: number;
  readonly hiveBinsDataSize: number;
  readonly pages: readonly DirtyPage[];
}

/** @returns undefined where there is no entry, or one that isn't whole: recovery ends there, as Windows' does. */
export async function readLogEntry(log: ByteRange, offset: number): Promise<LogEntry | undefined> {
  if (offset + RawLogEntry.size > log.size) return undefined;
  const header = await readBytes(log, offset, RawLogEntry.size);
  const { signature, size, hash1, hash2, hiveBinsDataSize, dirtyPagesCount, ...rest } =
    RawLogEntry.decode(header);
  const plausible =
    signature === SIGNATURE &&
    size % LOG_ALIGNMENT === 0 &&
    size >= RawLogEntry.size + dirtyPagesCount * REFERENCE_BYTES &&
    offset + size <= log.size &&
    hiveBinsDataSize % BIN_ALIGNMENT === 0 &&
    hash2 === marvin32(header.subarray(0, HASH_2_COVERS));
  if (!plausible) return undefined;
  const body = await readBytes(log, offset + RawLogEntry.size, size - RawLogEntry.size);
  if (hash1 !== marvin32(body)) return undefined;
  const pages = dirtyPages(body, dirtyPagesCount, hiveBinsDataSize);
  return pages === undefined ? undefined : { ...rest, size, hiveBinsDataSize, pages };
}

function dirtyPages(body: Buffer, count: number, end: number): DirtyPage[] | undefined {
  const pages: DirtyPage[] = [];
  let at = count * REFERENCE_BYTES;
  for (let index = 0; index < count; index++) {
    const offset = body.readUInt32LE(index * REFERENCE_BYTES);
    const size = body.readUInt32LE(index * REFERENCE_BYTES + 4);
    const right = offset % PAGE_ALIGNMENT === 0 && offset + size <= end && at + size <= body.length;
    if (!right) return undefined;
    pages.push({ offset, data: body.subarray(at, at + size) });
    at += size;
  }
  return pages;
}
