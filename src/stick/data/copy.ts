/** Copies a large file onto the stick: hashed on the way, flushed, read back from the medium and compared. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import { say } from "../messages.ts";

const CHUNK_BYTES = 4 * MIB;
/** A flush now and then keeps gigabytes from piling up in the cache, to be waited for at "100 %". */
const FLUSH_EVERY_BYTES = 256 * MIB;

export interface CopyResult {
  readonly sha256: string;
}

/**
 * @param target exactly as long as `source`.
 * @param beforeReadBack drops the medium's cache where there is one, so that the bytes come from the medium.
 * @throws LifeboatError `read-back-mismatch`; the signal's reason where it is aborted.
 */
export async function copyOnto(
  source: ByteRange,
  target: ByteRange,
  name: string,
  job: JobContext,
  beforeReadBack: () => Promise<void> = async () => {},
): Promise<CopyResult> {
  const { sha256, checksums } = await write(source, target, name, job);
  job.report({ kind: "step", text: say.flushing(name) });
  await target.flush();
  await beforeReadBack();
  await readBack(target, checksums, name, job);
  return { sha256 };
}

/** Reads the next chunk and writes the present one while hashing it: the slowest of the three sets the pace. */
async function write(source: ByteRange, target: ByteRange, name: string, job: JobContext) {
  const hash = createHash("sha256");
  const checksums: number[] = [];
  const buffers = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
  const take = (index: number) => {
    const buffer = buffers[index % 2] ?? Buffer.alloc(CHUNK_BYTES);
    return buffer.subarray(0, Math.min(CHUNK_BYTES, source.size - index * CHUNK_BYTES));
  };
  const chunks = Math.ceil(source.size / CHUNK_BYTES);
  if (chunks > 0) await source.read(0, take(0));
  for (let index = 0; index < chunks; index++) {
    job.signal.throwIfAborted();
    const chunk = take(index);
    const offset = index * CHUNK_BYTES;
    const writing = target.write(offset, chunk);
    const next = index + 1;
    const reading = next < chunks ? source.read(next * CHUNK_BYTES, take(next)) : undefined;
    hash.update(chunk);
    checksums.push(crc32(chunk));
    await Promise.all([writing, reading]);
    const done = offset + chunk.length;
    if (Math.floor(done / FLUSH_EVERY_BYTES) > Math.floor(offset / FLUSH_EVERY_BYTES)) {
      await target.flush();
    }
    job.report({
      kind: "bytes",
      text: say.copying(name),
      doneBytes: done,
      totalBytes: source.size,
    });
  }
  return { sha256: hash.digest("hex"), checksums };
}

/** A CRC-32 for each chunk finds what a bad medium does to it, and costs next to nothing. */
async function readBack(
  target: ByteRange,
  checksums: readonly number[],
  name: string,
  job: JobContext,
): Promise<void> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (const [index, checksum] of checksums.entries()) {
    job.signal.throwIfAborted();
    const offset = index * CHUNK_BYTES;
    const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, target.size - offset));
    await target.read(offset, chunk);
    if (crc32(chunk) !== checksum) {
      throw new LifeboatError("read-back-mismatch", say.mismatch(name, offset), {
        kind: "damaged",
        hint: say.mismatchHint(),
      });
    }
    const doneBytes = offset + chunk.length;
    job.report({ kind: "bytes", text: say.readingBack(name), doneBytes, totalBytes: target.size });
  }
}
