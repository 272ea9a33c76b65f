import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** A window for reading only. Closing it closes nothing. */
export class ReadOnlyRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = false;
  readonly #base: ByteRange;

  constructor(base: ByteRange) {
    this.#base = base;
    this.size = base.size;
    this.sectorSize = base.sectorSize;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    await this.#base.read(offset, into);
  }

  async write(): Promise<void> {
    throw new LifeboatError("read-only", say.readOnly(), { kind: "usage" });
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
