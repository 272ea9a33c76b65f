/** $Bitmap against the clusters of all files, and the MFT's own bitmap against its records. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { RECORD } from "../mft-record.ts";
import { fix, say } from "./messages.ts";
import { KIND, STAGE } from "./survey.ts";
import type { Survey } from "./survey.ts";

const CHUNK_BYTES = 1 << 20;

/** What bits ought to be. `length` counts them; those behind are nobody's business. */
interface Right {
  readonly length: number;
  /** Eight bits: which are in use, and which may be set without. */
  byte(index: number): { readonly used: number; readonly free: number };
}

/**
 * Holds $Bitmap against what the records have.
 * @param mayFree whether no file was found on clusters that are marked as free, in earlier rounds of this repair either.
 * @returns the same, with this round. A run list that is wrong and can be read all the same leaves both behind: clusters of others
 * that aren't its own, and its own, which then look like nobody's.
 */
export async function checkClusters(
  survey: Survey,
  bitmap: ByteRange,
  mayFree: boolean,
): Promise<boolean> {
  const { clusters, clusterBytes } = survey.loaded.geometry;
  const right: Right = {
    length: clusters,
    byte: (index) => ({ used: survey.claims.byte(index), free: ~survey.claims.byte(index) & 0xff }),
  };
  const { unmarked, lost } = await compare(survey, bitmap, right);
  if (unmarked > 0) {
    survey.report({
      id: "unmarked-clusters",
      severity: "error",
      where: "$Bitmap",
      what: say.unmarkedClusters(unmarked),
      fix: fix.mark(),
      stage: STAGE.mark,
      mend: async () => change(bitmap, right, (value, { used }) => value | used),
    });
  }
  const isSure = survey.isWhole && mayFree && unmarked === 0;
  if (lost > 0) {
    survey.report({
      id: "lost-clusters",
      severity: "warning",
      where: "$Bitmap",
      what: say.lostClusters(lost, lost * clusterBytes),
      fix: isSure ? fix.freeClusters() : fix.letWindows(),
      stage: STAGE.release,
      mend: isSure
        ? async () => change(bitmap, right, (value, { free }) => value & ~free)
        : undefined,
    });
  }
  return mayFree && unmarked === 0;
}

/** Holds the MFT's bitmap against its records. */
export async function checkRecordBitmap(survey: Survey, bitmap: ByteRange): Promise<void> {
  const right: Right = { length: survey.records, byte: (index) => recordBits(survey, index) };
  const { unmarked, lost } = await compare(survey, bitmap, right);
  if (unmarked > 0) {
    survey.report({
      id: "unmarked-records",
      severity: "error",
      where: "$MFT:$BITMAP",
      what: say.unmarkedRecords(unmarked),
      fix: fix.mark(),
      stage: STAGE.mark,
      mend: async () => change(bitmap, right, (value, { used }) => value | used),
    });
  }
  if (lost > 0) {
    survey.report({
      id: "lost-records",
      severity: "warning",
      where: "$MFT:$BITMAP",
      what: say.lostRecords(lost),
      fix: fix.freeRecords(),
      stage: STAGE.release,
      mend: async () => change(bitmap, right, (value, { free }) => value & ~free),
    });
  }
}

/** Those that the format keeps for itself may be marked without being in use; torn ones are another finding's business. */
function recordBits(survey: Survey, index: number): { used: number; free: number } {
  let used = 0;
  let free = 0;
  for (let bit = 0; bit < 8; bit++) {
    const number = index * 8 + bit;
    const kind = survey.kind(number);
    if (kind === KIND.base || kind === KIND.extension) used |= 1 << bit;
    else if (kind === KIND.free && number >= RECORD.firstUser) free |= 1 << bit;
  }
  return { used, free };
}

async function compare(survey: Survey, bitmap: ByteRange, right: Right) {
  let unmarked = 0;
  let lost = 0;
  for await (const { chunk, first } of chunksOf(bitmap, right)) {
    survey.signal?.throwIfAborted();
    for (const [at, value] of chunk.entries()) {
      const mask = maskOf(right, first + at);
      const { used, free } = right.byte(first + at);
      if ((used & ~value & mask) === 0 && (free & value & mask) === 0) continue;
      unmarked += bitsIn(used & ~value & mask);
      lost += bitsIn(free & value & mask);
    }
  }
  return { unmarked, lost };
}

async function change(
  bitmap: ByteRange,
  right: Right,
  work: (value: number, bits: { readonly used: number; readonly free: number }) => number,
): Promise<void> {
  for await (const { chunk, first } of chunksOf(bitmap, right)) {
    const old = Buffer.from(chunk);
    for (const [at, value] of old.entries()) {
      const mask = maskOf(right, first + at);
      const { used, free } = right.byte(first + at);
      chunk[at] = work(value, { used: used & mask, free: free & mask });
    }
    if (!chunk.equals(old)) await bitmap.write(first, chunk);
  }
}

async function* chunksOf(bitmap: ByteRange, { length }: Right) {
  const bytes = Math.ceil(length / 8);
  for (let first = 0; first < bytes; first += CHUNK_BYTES) {
    const chunk = await readBytes(bitmap, first, Math.min(CHUNK_BYTES, bytes - first));
    yield { chunk, first };
  }
}

/** Which bits of a byte mean something. */
function maskOf({ length }: Right, index: number): number {
  const left = length - index * 8;
  return left >= 8 ? 0xff : (1 << left) - 1;
}

function bitsIn(byte: number): number {
  let bits = 0;
  for (let left = byte; left !== 0; left &= left - 1) bits++;
  return bits;
}
