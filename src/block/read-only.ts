import { LifeboatError } from "../system/errors.ts";
import type { ByteRange } from "./byte-range.ts";
import { say } from "./messages.ts";

/** The same bytes without the right to change them: for what a job promised not to touch. Closing it leaves the parent open. */
export class ReadOnlyRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = false;
  readonly #parent: ByteRange;
  readonly #what: string;

  /** @param what names it in the error that a write gets. */
  constructor(parent: ByteRange, what: string) {
    this.#parent = parent;
    this.#what = what;
    this.size = parent.size;
    this.sectorSize = parent.sectorSize;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    await this.#parent.read(offset, into);
  }

  async write(): Promise<void> {
    throw new LifeboatError("read-only", say.readOnly(this.#what));
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
