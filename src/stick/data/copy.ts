/** Copies a large file onto the stick: hashed on the way, flushed, read back from the medium and compared. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import { inTurns } from "../../system/turns.ts";
import { say } from "../messages.ts";

export const CHUNK_BYTES = 4 * MIB;
/** A flush now and then keeps gigabytes from piling up in the cache, to be waited for at "100 %". */
const FLUSH_EVERY_BYTES = 256 * MIB;

export interface CopyOptions {
  /** Drops the medium's cache where there is one, so that the bytes come from the medium. */
  readonly beforeReadBack?: () => Promise<void>;
  /** How much is read and written at a time. Default: 4 MiB. Less where many copies are made at once: each holds two such buffers. */
  readonly chunkBytes?: number;
}

export interface CopyResult {
  readonly sha256: string;
}

/**
 * Chunks of zeroes are written only where the target holds something else: an image file that is made anew keeps its holes, and
 * reading from flash is quicker than writing to it.
 * @param target exactly as long as `source`.
 * @throws LifeboatError `read-back-mismatch`; the signal's reason where it is aborted.
 */
export async function copyOnto(
  source: ByteRange,
  target: ByteRange,
  name: string,
  job: JobContext,
  { beforeReadBack, chunkBytes = CHUNK_BYTES }: CopyOptions = {},
): Promise<CopyResult> {
  const { sha256, checksums } = await write(source, target, name, job, chunkBytes);
  job.report({ kind: "step", text: say.flushing(name) });
  await target.flush();
  await beforeReadBack?.();
  await readBack(target, checksums, name, job, chunkBytes);
  return { sha256 };
}

/** Reads the next chunk and writes the present one while hashing it: the slowest of the three sets the pace. */
async function write(
  source: ByteRange,
  target: ByteRange,
  name: string,
  job: JobContext,
  chunkBytes: number,
) {
  const hash = createHash("sha256");
  const checksums: number[] = [];
  const zeroes = new ZeroWriter(target);
  const buffers = [0, 1].map(() => Buffer.alloc(Math.min(chunkBytes, source.size)));
  const take = (index: number) => {
    const buffer = buffers[index % 2] ?? Buffer.alloc(chunkBytes);
    return buffer.subarray(0, Math.min(chunkBytes, source.size - index * chunkBytes));
  };
  const chunks = Math.ceil(source.size / chunkBytes);
  if (chunks > 0) await source.read(0, take(0));
  for (let index = 0; index < chunks; index++) {
    job.signal.throwIfAborted();
    const chunk = take(index);
    const offset = index * chunkBytes;
    const writing = isZero(chunk) ? zeroes.write(offset, chunk) : target.write(offset, chunk);
    const next = index + 1;
    const reading = next < chunks ? source.read(next * chunkBytes, take(next)) : undefined;
    let checksum = 0;
    const hashing = inTurns(chunk, (part) => {
      hash.update(part);
      checksum = crc32(part, checksum);
    });
    await Promise.all([writing, reading, hashing]);
    checksums.push(checksum);
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

/** Writes zeroes where something else is. */
class ZeroWriter {
  readonly #target: ByteRange;
  #found = Buffer.alloc(0);

  constructor(target: ByteRange) {
    this.#target = target;
  }

  async write(offset: number, zeroes: Buffer): Promise<void> {
    if (this.#found.length < zeroes.length) this.#found = Buffer.alloc(zeroes.length);
    const found = this.#found.subarray(0, zeroes.length);
    await this.#target.read(offset, found);
    if (!isZero(found)) await this.#target.write(offset, zeroes);
  }
}

function isZero(bytes: Buffer): boolean {
  // Equal to itself one byte further on, and its first byte is zero: all of them are.
  return bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1));
}

/** A CRC-32 for each chunk finds what a bad medium does to it, and costs next to nothing. */
async function readBack(
  target: ByteRange,
  checksums: readonly number[],
  name: string,
  job: JobContext,
  chunkBytes: number,
): Promise<void> {
  const buffer = Buffer.alloc(Math.min(chunkBytes, target.size));
  for (const [index, checksum] of checksums.entries()) {
    job.signal.throwIfAborted();
    const offset = index * chunkBytes;
    const chunk = buffer.subarray(0, Math.min(chunkBytes, target.size - offset));
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
