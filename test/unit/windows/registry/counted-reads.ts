import { ReadOnlyRange } from "../../../../src/block/read-only.ts";

/** Counts the bytes that are read of a range. */
export class CountedReads extends ReadOnlyRange {
  bytes = 0;

  override async read(offset: number, into: Uint8Array): Promise<void> {
    this.bytes += into.length;
    await super.read(offset, into);
  }
}
