import type { ByteRange } from "../../block/byte-range.ts";
import { checkBounds } from "../../block/bounds.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** A file's bytes for reading: what was written of it (ValidDataLength), and zeroes behind that. */
export class FileContents implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = false;
  readonly #written: ByteRange;

  constructor(written: ByteRange, sizeBytes: number) {
    this.#written = written;
    this.size = sizeBytes;
    this.sectorSize = written.sectorSize;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("exFAT file", offset, into.length, this.size);
    const written = Math.min(into.length, Math.max(0, this.#written.size - offset));
    if (written > 0) await this.#written.read(offset, into.subarray(0, written));
    into.fill(0, written);
  }

  async write(): Promise<void> {
    throw new LifeboatError("read-only", say.readOnlyRange());
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
