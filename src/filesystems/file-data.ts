/** What a file's bytes come from, and how they reach the medium in whole sectors. */
import type { ByteRange } from "../block/byte-range.ts";

/** What a file is made of: bytes in memory, or a range that is copied piece by piece. */
export type FileData = Uint8Array | ByteRange;

const CHUNK_BYTES = 4 * 1024 * 1024;

export function sizeOf(data: FileData): number {
  return data instanceof Uint8Array ? data.length : data.size;
}

/**
 * Writes `data` at the front of `target`, which is at least as long, in chunks of 4 MiB. The last sector is filled with
 * zeroes, so that only whole ones are written.
 */
export async function writeData(
  target: ByteRange,
  data: FileData,
  bytesPerSector: number,
): Promise<void> {
  const size = sizeOf(data);
  const buffer = data instanceof Uint8Array ? undefined : Buffer.alloc(Math.min(CHUNK_BYTES, size));
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, size - at);
    let chunk: Uint8Array;
    if (data instanceof Uint8Array) {
      chunk = data.subarray(at, at + length);
    } else {
      chunk = (buffer ?? Buffer.alloc(length)).subarray(0, length);
      await data.read(at, chunk);
    }
    const whole = length - (length % bytesPerSector);
    if (whole > 0) await target.write(at, chunk.subarray(0, whole));
    if (whole < length) {
      const last = Buffer.alloc(bytesPerSector);
      last.set(chunk.subarray(whole));
      await target.write(at + whole, last);
    }
  }
}
