import type { ByteRange } from "../../block/byte-range.ts";
import { ReadOnlyRange } from "../../block/read-only.ts";

/** Tells how much was read, after each read. */
export class CountedReads extends ReadOnlyRange {
  readonly #counted: (bytes: number) => void;

  constructor(range: ByteRange, name: string, counted: (bytes: number) => void) {
    super(range, name);
    this.#counted = counted;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    await super.read(offset, into);
    this.#counted(into.length);
  }
}
