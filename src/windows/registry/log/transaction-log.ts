import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { HIVE_SIGNATURE, checksumOf, decodeBaseBlock } from "../base-block.ts";
import type { BaseBlock } from "../base-block.ts";
import { LOG_ALIGNMENT, readLogEntry } from "./log-entry.ts";
import type { LogEntry } from "./log-entry.ts";

const NEW_FORMAT = 6;
/** 1 since Windows XP, 2 in Windows 2000. */
const OLD_FORMAT = [1, 2];

export interface TransactionLog {
  readonly range: ByteRange;
  readonly format: "old" | "new";
  /** A copy of the hive's, with a file type of its own. */
  readonly baseBlock: BaseBlock;
}

/** @returns undefined where it isn't a log that was written to its end: an empty one, another file, a damaged one. */
export async function openLog(range: ByteRange): Promise<TransactionLog | undefined> {
  if (range.size < LOG_ALIGNMENT) return undefined;
  const bytes = await readBytes(range, 0, LOG_ALIGNMENT);
  const baseBlock = decodeBaseBlock(bytes);
  const right =
    baseBlock.signature === HIVE_SIGNATURE &&
    baseBlock.checksum === checksumOf(bytes) &&
    baseBlock.primarySequenceNumber === baseBlock.secondarySequenceNumber;
  if (!right) return undefined;
  if (baseBlock.fileType === NEW_FORMAT) return { range, format: "new", baseBlock };
  return OLD_FORMAT.includes(baseBlock.fileType) ? { range, format: "old", baseBlock } : undefined;
}

/** The entries of a log of the new format that follow one another, beginning with the one that its base block names. */
export async function* entriesOf({ range, baseBlock }: TransactionLog): AsyncGenerator<LogEntry> {
  let expected = baseBlock.primarySequenceNumber;
  for (let at = LOG_ALIGNMENT; ;) {
    const entry = await readLogEntry(range, at);
    if (entry?.sequenceNumber !== expected) return;
    yield entry;
    at += entry.size;
    expected = (expected + 1) >>> 0;
  }
}
