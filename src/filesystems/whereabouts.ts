/**
 * Which bytes of a volume say where a file lies. Whoever finds them unchanged may write into the file's extents without knowing
 * the file system: the initrd hook does so (payloads/hook/persistence).
 */
import { createHash } from "node:crypto";
import { rangeOfExtents } from "../block/concatenation.ts";
import type { ByteRange, Extent } from "../block/byte-range.ts";

export interface Whereabouts {
  /** Within the volume. */
  readonly parts: readonly Extent[];
  /** Of their bytes, one part after the other, in hex. */
  readonly sha256: string;
}

/** The hook reads them at each start. */
const MOST_BYTES = 32 << 20;
/** They are named one by one. */
const MOST_PARTS = 4_000;
const CHUNK_BYTES = 1 << 20;

/** Undefined where there is more of it than can be looked at during a start. */
export async function whereaboutsOf(
  volume: ByteRange,
  parts: readonly Extent[],
): Promise<Whereabouts | undefined> {
  const joined = joinParts(parts);
  const bytes = joined.reduce((sum, { length }) => sum + length, 0);
  if (bytes > MOST_BYTES || joined.length > MOST_PARTS) return undefined;
  const content = rangeOfExtents(volume, joined);
  const hash = createHash("sha256");
  for (let at = 0; at < content.size; at += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, content.size - at));
    await content.read(at, chunk);
    hash.update(chunk);
  }
  return { parts: joined, sha256: hash.digest("hex") };
}

/** Adjacent ones are one. */
function joinParts(parts: readonly Extent[]): Extent[] {
  const joined: Extent[] = [];
  for (const { start, length } of parts) {
    const last = joined.at(-1);
    if (last !== undefined && last.start + last.length === start) {
      joined[joined.length - 1] = { start: last.start, length: last.length + length };
    } else if (length > 0) joined.push({ start, length });
  }
  return joined;
}

/** The bytes from `from` on of what lies at `extents`. */
export function partOf(extents: readonly Extent[], from: number, length: number): Extent[] {
  const found: Extent[] = [];
  let at = 0;
  for (const extent of extents) {
    const begin = Math.max(from, at);
    const end = Math.min(from + length, at + extent.length);
    if (begin < end) found.push({ start: extent.start + begin - at, length: end - begin });
    at += extent.length;
  }
  return found;
}
