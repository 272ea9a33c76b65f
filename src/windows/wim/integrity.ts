/** The integrity table: a SHA-1 for each piece of the file from behind the header to the end of the blob table. */
import { createHash } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { Struct, u32le } from "../../block/struct.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { WimHeader } from "./header.ts";
import { WIM_HEADER_BYTES, damaged } from "./header.ts";
import { say } from "./messages.ts";
import { checkTable } from "./table.ts";

const IntegrityHeader = new Struct("WIM integrity table", 12, {
  size: u32le,
  entryCount: u32le,
  /** Bytes of the file that one entry is about. */
  chunkSize: u32le,
});

const SHA1_BYTES = 20;
const READ_BYTES = MIB;
const HASHES_AT_ONCE = 4096;

/** So many pieces are named; the count is of all. */
const MOST_NAMED = 100;

export interface IntegrityTable {
  readonly chunkSize: number;
  readonly entryCount: number;
  /** Of the first hash, in the file. */
  readonly hashesAt: number;
  /** What is covered: [start, end). */
  readonly start: number;
  readonly end: number;
}

export interface IntegrityResult {
  readonly chunks: number;
  readonly damagedChunks: number;
  /** The first ones. */
  readonly damaged: readonly { readonly start: number; readonly length: number }[];
}

export function hasIntegrityTable({ integrityTable }: WimHeader): boolean {
  return integrityTable.offset !== 0 && integrityTable.sizeInWim !== 0;
}

/** @throws LifeboatError `wim-no-integrity`, `wim-truncated`, `wim-integrity-table`. */
export async function readIntegrityTable(
  range: ByteRange,
  header: WimHeader,
): Promise<IntegrityTable> {
  const { integrityTable, blobTable } = header;
  if (!hasIntegrityTable(header)) {
    throw new LifeboatError("wim-no-integrity", say.noIntegrityTable(), {
      kind: "usage",
      hint: say.noIntegrityHint(),
    });
  }
  checkTable(say.integrityTable(), integrityTable, range.size);
  const broken = damaged("wim-integrity-table", say.integrityBroken());
  if (integrityTable.sizeInWim < IntegrityHeader.size) throw broken;
  const head = await readBytes(range, integrityTable.offset, IntegrityHeader.size);
  const { size, entryCount, chunkSize } = IntegrityHeader.decode(head);
  const end = blobTable.offset + blobTable.sizeInWim;
  const covered = end - WIM_HEADER_BYTES;
  if (
    covered < 0 ||
    end > range.size ||
    chunkSize === 0 ||
    size !== integrityTable.sizeInWim ||
    size !== IntegrityHeader.size + entryCount * SHA1_BYTES ||
    entryCount !== Math.ceil(covered / chunkSize)
  ) {
    throw broken;
  }
  const hashesAt = integrityTable.offset + IntegrityHeader.size;
  return { chunkSize, entryCount, hashesAt, start: WIM_HEADER_BYTES, end };
}

/**
 * Reads all that the table is about, and compares. Memory stays the same whatever the sizes.
 * @throws LifeboatError as `readIntegrityTable`; `cancelled`.
 */
export async function checkIntegrity(
  range: ByteRange,
  header: WimHeader,
  job: JobContext,
): Promise<IntegrityResult> {
  const table = await readIntegrityTable(range, header);
  const { chunkSize, start, end } = table;
  const named: { start: number; length: number }[] = [];
  let damagedChunks = 0;
  let chunk = 0;
  let hash = createHash("sha1");
  const stored = hashReader(range, table);
  const buffer = Buffer.alloc(Math.min(READ_BYTES, Math.max(1, end - start)));
  for (let at = start; at < end;) {
    job.signal.throwIfAborted();
    const piece = buffer.subarray(0, Math.min(buffer.length, end - at));
    await range.read(at, piece);
    for (let done = 0; done < piece.length;) {
      const chunkStart = start + chunk * chunkSize;
      const chunkEnd = Math.min(chunkStart + chunkSize, end);
      const length = Math.min(piece.length - done, chunkEnd - at);
      hash.update(piece.subarray(done, done + length));
      done += length;
      at += length;
      if (at < chunkEnd) continue;
      if (!hash.digest().equals(await stored(chunk))) {
        damagedChunks++;
        if (named.length < MOST_NAMED) {
          named.push({ start: chunkStart, length: chunkEnd - chunkStart });
        }
      }
      chunk++;
      hash = createHash("sha1");
    }
    const text = say.checkingIntegrity();
    job.report({ kind: "bytes", text, doneBytes: at - start, totalBytes: end - start });
  }
  return { chunks: chunk, damagedChunks, damaged: named };
}

/** The stored hashes one after the other, some thousand read at once. */
function hashReader(range: ByteRange, table: IntegrityTable): (index: number) => Promise<Buffer> {
  let first = 0;
  let hashes: Buffer = Buffer.alloc(0);
  return async (index) => {
    if (index >= first + hashes.length / SHA1_BYTES) {
      const count = Math.min(HASHES_AT_ONCE, table.entryCount - index);
      hashes = await readBytes(range, table.hashesAt + index * SHA1_BYTES, count * SHA1_BYTES);
      first = index;
    }
    const at = (index - first) * SHA1_BYTES;
    return hashes.subarray(at, at + SHA1_BYTES);
  };
}
