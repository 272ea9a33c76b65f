import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { HIVE_SIGNATURE, checksumOf, decodeBaseBlock, fileNameOf } from "../base-block.ts";
import type { BaseBlock } from "../base-block.ts";
import { say } from "../messages.ts";
import { LOG_ALIGNMENT, readLogEntry } from "./log-entry.ts";
import type { LogEntry } from "./log-entry.ts";

/** RmId, at 112: the first of the reserved bytes. */
const GUID_BYTES = 16;
const NEW_FORMAT = 6;
/** 1 since Windows XP, 2 in Windows 2000. */
const OLD_FORMAT = [1, 2];

export interface TransactionLog {
  readonly range: ByteRange;
  readonly format: "old" | "new";
  /** A copy of the hive's, with a file type of its own. */
  readonly baseBlock: BaseBlock;
}

/**
 * Windows starts a log anew long before: those of a SOFTWARE hive have some 20 MiB. One entry can be as large as its log, and
 * is read whole.
 */
export const MOST_LOG_BYTES = 64 * 2 ** 20;

/**
 * @returns undefined where it isn't a log that was written to its end: an empty one, another file, a damaged one.
 * @throws LifeboatError `hive-log-too-large`.
 */
export async function openLog(range: ByteRange): Promise<TransactionLog | undefined> {
  if (range.size < LOG_ALIGNMENT) return undefined;
  if (range.size > MOST_LOG_BYTES) {
    const text = say.logTooLarge(range.size, MOST_LOG_BYTES);
    throw new LifeboatError("hive-log-too-large", text, { kind: "refused" });
  }
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

/**
 * A log's base block is a copy of the hive's, so what never changes is the same in both: logs of another hive, whose numbers
 * happen to fit, are told by that. GUIDs count where both have them, as Windows gives a hive its own when it is loaded first.
 */
export function belongsTo({ baseBlock }: TransactionLog, hive: BaseBlock): boolean {
  const [own, other] = [baseBlock.reserved, hive.reserved].map((bytes) =>
    bytes.subarray(0, GUID_BYTES),
  );
  const sameGuid = !isGuid(own) || !isGuid(other) || own.equals(other);
  return (
    sameGuid &&
    fileNameOf(baseBlock) === fileNameOf(hive) &&
    baseBlock.rootCellOffset === hive.rootCellOffset &&
    baseBlock.minorVersion === hive.minorVersion
  );
}

function isGuid(bytes: Buffer | undefined): bytes is Buffer {
  return bytes !== undefined && bytes.some((byte) => byte !== 0);
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
