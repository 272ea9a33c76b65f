import { createHash } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import type { Algorithm } from "../../system/checksum-list.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

const CHUNK_BYTES = 4 * MIB;

/**
 * In one pass, however many sums are wanted: reading a stick takes longer than hashing.
 * @param text what is said while it runs.
 * @returns sums in lower-case hex.
 */
export async function hashRange(
  range: ByteRange,
  algorithms: ReadonlySet<Algorithm>,
  text: Text,
  job: JobContext,
): Promise<ReadonlyMap<Algorithm, string>> {
  const hashes = [...algorithms].map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (let at = 0; at < range.size; at += CHUNK_BYTES) {
    job.signal.throwIfAborted();
    const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, range.size - at));
    await range.read(at, chunk);
    for (const { hash } of hashes) hash.update(chunk);
    const doneBytes = at + chunk.length;
    job.report({ kind: "bytes", text, doneBytes, totalBytes: range.size });
  }
  return new Map(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest("hex")]));
}
