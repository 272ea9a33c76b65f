/**
 * The one interface under everything that lifeboat reads or writes: a device, an image file, a partition, a file inside a
 * file system, a virtual disk.
 *
 * Offsets and lengths are bytes, as JavaScript numbers (exact up to 8 PiB).
 */
export interface ByteRange {
  /** Length in bytes. Fixed for the life of the object. */
  readonly size: number;

  /** Logical sector size in bytes of the medium below: 512 unless it says otherwise. */
  readonly sectorSize: number;

  /** False where `write` always throws. */
  readonly writable: boolean;

  /**
   * Fills `into` completely with the bytes from `offset` on.
   * @throws LifeboatError `out-of-range` where `offset + into.length` lies beyond `size`; `short-read` or `read-failed` where
   * the medium gives less.
   */
  read(offset: number, into: Uint8Array): Promise<void>;

  /**
   * Writes all of `data` at `offset`. It may lie in a cache until `flush`.
   * @throws LifeboatError `out-of-range`, `read-only`, `write-failed`.
   */
  write(offset: number, data: Uint8Array): Promise<void>;

  /** Returns once everything written so far is on the medium. Writes before a flush never reach it after writes behind it. */
  flush(): Promise<void>;

  /** Releases what it holds open. A slice or wrapper closes nothing of its parent's. */
  close(): Promise<void>;
}

/** A run of consecutive bytes inside a byte range. */
export interface Extent {
  readonly start: number;
  readonly length: number;
}

/** Reads `length` bytes at `offset` into a new buffer. `length` must come from the caller's knowledge, not from a foreign field. */
export async function readBytes(range: ByteRange, offset: number, length: number): Promise<Buffer> {
  const into = Buffer.alloc(length);
  await range.read(offset, into);
  return into;
}

/** Writes zeroes over `length` bytes at `offset`, a MiB at a time. */
export async function writeZeroes(range: ByteRange, offset: number, length: number): Promise<void> {
  const zeroes = Buffer.alloc(Math.min(length, 1 << 20));
  for (let done = 0; done < length; done += zeroes.length) {
    await range.write(offset + done, zeroes.subarray(0, Math.min(zeroes.length, length - done)));
  }
}
