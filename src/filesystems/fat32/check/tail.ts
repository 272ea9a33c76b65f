/**
 * What lies behind a directory's end mark. No system looks there, but one byte that turned to zero ends a directory early, and
 * hides all that comes behind.
 */
import { END_OF_DIRECTORY } from "../directory.ts";
import { SLOT_BYTES } from "../geometry.ts";
import { shortNameChecksum } from "../long-name.ts";
import { FREE_SLOT, SHORT_NAME_LENGTH } from "../short-name.ts";
import { BAD_CLUSTER, FREE } from "./fat-reader.ts";
import { clusterField, pathOf } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { fix, say } from "./messages.ts";
import { ATTRIBUTES_AT, CHECKSUM_AT, isLegalShortName, isLongPiece, SIZE_AT } from "./slots.ts";
import type { Survey } from "./survey.ts";

/** Stands for a first letter that nobody knows any more. */
const UNKNOWN_LETTER = 0x5f;

export interface Tail {
  readonly folder: Folder;
  readonly content: FolderContent;
  /** Offset of the end mark. */
  readonly from: number;
  /** Behind the last slot that isn't empty. */
  readonly to: number;
}

/** Undefined where nothing but zeroes and deleted entries lie behind the end mark. */
export function findTail(folder: Folder, content: FolderContent, end: number): Tail | undefined {
  const { bytes } = content;
  let to = end;
  for (let at = end; at < bytes.length; at += SLOT_BYTES) {
    const first = bytes[at];
    if (first !== END_OF_DIRECTORY && first !== FREE_SLOT) to = at + SLOT_BYTES;
    else if (first === END_OF_DIRECTORY && isEntry(bytes, at)) to = at + SLOT_BYTES;
  }
  return to === end ? undefined : { folder, content, from: end, to };
}

/** Whether a slot that begins with a zero is an entry otherwise. */
function isEntry(bytes: Buffer, at: number): boolean {
  const stored = Buffer.from(bytes.subarray(at, at + SHORT_NAME_LENGTH));
  stored[0] = UNKNOWN_LETTER;
  return isLegalShortName(stored);
}

/** To be called when all clusters of what can be seen are claimed: only then stale entries can be told from hidden ones. */
export async function checkTail(survey: Survey, tail: Tail): Promise<void> {
  const { folder, content, from, to } = tail;
  const { bytes, offsetOf } = content;
  const slots: number[] = [];
  for (let at = from; at < to; at += SLOT_BYTES) slots.push(at);
  let isHidden = false;
  let isStale = false;
  for (const at of slots) {
    const first = bytes[at];
    if (first === FREE_SLOT || isLongPiece(bytes, at)) continue;
    if (first === END_OF_DIRECTORY && !isEntry(bytes, at)) continue;
    if (await isAlive(survey, bytes, at)) isHidden = true;
    else isStale = true;
  }
  const where = pathOf(folder);
  if (!isHidden || isStale) {
    survey.report({
      id: "leftovers-behind-end",
      severity: "warning",
      where,
      what: say.leftovers(),
      fix: fix.eraseLeftovers(),
      mend: async (writer) => {
        for (const at of slots) await writer.patch(offsetOf(at), Buffer.alloc(SLOT_BYTES));
      },
    });
    return;
  }
  survey.complete = false;
  const marks = slots.filter((at) => bytes[at] === END_OF_DIRECTORY);
  survey.report({
    id: "entries-behind-end",
    severity: "error",
    where,
    what: say.hiddenEntries(),
    fix: fix.uncover(),
    mend: async (writer) => {
      // The first mark goes last: until then nothing is seen.
      for (const at of marks.reverse()) {
        await writer.patch(offsetOf(at), Buffer.from([firstByteOf(bytes, at)]));
      }
    },
  });
}

/** An entry that has clusters which belong to nobody else, or an empty file. */
async function isAlive(survey: Survey, bytes: Buffer, at: number): Promise<boolean> {
  if ((bytes.readUInt8(at + ATTRIBUTES_AT) & 0xc8) !== 0) return false;
  const stored = Buffer.from(bytes.subarray(at, at + SHORT_NAME_LENGTH));
  if (stored[0] === END_OF_DIRECTORY) stored[0] = UNKNOWN_LETTER;
  if (!isLegalShortName(stored)) return false;
  const cluster = clusterField(bytes, at);
  if (cluster === 0) return bytes.readUInt32LE(at + SIZE_AT) === 0;
  if (!survey.fat.isCluster(cluster) || survey.claimed.has(cluster)) return false;
  const value = await survey.fat.entry(cluster);
  return value !== FREE && value !== BAD_CLUSTER;
}

/** What the first byte of a slot was before it became zero: a long name's checksum tells of a short one's first letter. */
function firstByteOf(bytes: Buffer, at: number): number {
  if (!isEntry(bytes, at) || isLongPiece(bytes, at)) return FREE_SLOT;
  const stored = Buffer.from(bytes.subarray(at, at + SHORT_NAME_LENGTH));
  const piece = at - SLOT_BYTES;
  if (piece >= 0 && isLongPiece(bytes, piece) && bytes[piece] !== FREE_SLOT) {
    for (let byte = 0x20; byte < 0x100; byte++) {
      stored[0] = byte;
      if (byte === FREE_SLOT || !isLegalShortName(stored)) continue;
      if (shortNameChecksum(stored) === bytes[piece + CHECKSUM_AT]) return byte;
    }
  }
  return UNKNOWN_LETTER;
}
