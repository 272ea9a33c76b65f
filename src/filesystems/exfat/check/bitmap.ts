/** The allocation bitmap against what the tree uses. Section 7.1. */
import { readBytes } from "../../../block/byte-range.ts";
import { FIRST_CLUSTER } from "../boot-sector.ts";
import { fix, say } from "./messages.ts";
import { BAD_CLUSTER, STAGE } from "./survey.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

const CHUNK_BYTES = 1 << 20;

/** Where the bitmap lies, once that is known to be sound. */
export interface Bitmap {
  readonly start: number;
  readonly bytes: number;
}

/** Holds the bitmap against what the tree uses. @returns percent of the heap that is in use. */
export async function checkBitmap(survey: Survey, bitmap: Bitmap): Promise<number> {
  let [unmarked, lost, used] = [0, 0, 0];
  for await (const { chunk, first, end } of chunksOf(survey, bitmap)) {
    for (let byte = 0; byte < end; byte++) {
      const cluster = first + byte * 8;
      const marked = (chunk[byte] ?? 0) & maskOf(survey, cluster);
      const claimed = survey.claimed.byteFrom(cluster);
      used += bitsIn(marked | claimed);
      if (marked === claimed) continue;
      unmarked += bitsIn(claimed & ~marked);
      lost += bitsIn(await lostIn(survey, cluster, marked & ~claimed));
    }
  }
  if (unmarked > 0) {
    survey.report({
      id: "unmarked-clusters",
      severity: "error",
      where: "allocation bitmap",
      what: say.unmarked(unmarked),
      fix: fix.mark(),
      stage: STAGE.bitmap,
      mend: async (writer) => rewrite(survey, writer, bitmap, false),
    });
  }
  if (lost > 0 && survey.complete) {
    survey.report({
      id: "lost-clusters",
      severity: "warning",
      where: "allocation bitmap",
      what: say.lost(lost, lost * survey.geometry.clusterSize),
      fix: fix.freeLost(),
      stage: STAGE.bitmap,
      mend: async (writer) => rewrite(survey, writer, bitmap, true),
    });
  }
  return Math.floor((used * 100) / survey.geometry.clusterCount);
}

/** Of clusters that are marked and nobody's, those that the FAT doesn't call bad. */
async function lostIn(survey: Survey, first: number, candidates: number): Promise<number> {
  let lost = 0;
  for (let bit = 0; bit < 8; bit++) {
    if (((candidates >> bit) & 1) === 0) continue;
    if ((await survey.entry(first + bit)) !== BAD_CLUSTER) lost |= 1 << bit;
  }
  return lost;
}

/** Which bits of a byte are those of clusters: the last one may have fewer than eight. */
function maskOf(survey: Survey, first: number): number {
  const left = survey.geometry.clusterCount + FIRST_CLUSTER - first;
  return left >= 8 ? 0xff : (1 << left) - 1;
}

function bitsIn(byte: number): number {
  let bits = 0;
  for (let left = byte; left !== 0; left &= left - 1) bits++;
  return bits;
}

interface BitmapChunk {
  /** Whole sectors. */
  readonly chunk: Buffer;
  /** Offset within the volume. */
  readonly start: number;
  /** The cluster of its first bit. */
  readonly first: number;
  /** Behind its last byte that belongs to the bitmap. */
  readonly end: number;
}

async function* chunksOf(survey: Survey, bitmap: Bitmap): AsyncGenerator<BitmapChunk> {
  const { sectorSize } = survey.geometry;
  for (let at = 0; at < bitmap.bytes; at += CHUNK_BYTES) {
    survey.signal?.throwIfAborted();
    const end = Math.min(CHUNK_BYTES, bitmap.bytes - at);
    const start = bitmap.start + at;
    const chunk = await readBytes(survey.range, start, Math.ceil(end / sectorSize) * sectorSize);
    yield { chunk, start, first: FIRST_CLUSTER + at * 8, end };
  }
}

/** Marks what is claimed, and with `free` nothing else. */
async function rewrite(
  survey: Survey,
  writer: RepairWriter,
  bitmap: Bitmap,
  free: boolean,
): Promise<void> {
  for await (const { chunk, start, first, end } of chunksOf(survey, bitmap)) {
    const old = Buffer.from(chunk);
    for (let byte = 0; byte < end; byte++) {
      const cluster = first + byte * 8;
      const claimed = survey.claimed.byteFrom(cluster);
      const value = chunk[byte] ?? 0;
      const others = value & ~claimed & maskOf(survey, cluster);
      if (others === 0 && (value & claimed) === claimed) continue;
      const lost = free ? await lostIn(survey, cluster, others) : 0;
      chunk[byte] = (value | claimed) & ~lost;
    }
    if (!chunk.equals(old)) await writer.range.write(start, chunk);
  }
}
