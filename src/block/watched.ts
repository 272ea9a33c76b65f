import { LifeboatError } from "../system/errors.ts";
import { ReadOnlyRange } from "./read-only.ts";

/** What `FileRange` says of a medium; not what a reader says of the bytes. */
const OF_THE_MEDIUM = new Set(["read-failed", "short-read", "device-gone"]);

/** Remembers the first read that failed on the medium: readers take any failure for damage, and what is damaged stays so. */
export class WatchedReads extends ReadOnlyRange {
  failure: LifeboatError | undefined;

  override async read(offset: number, into: Uint8Array): Promise<void> {
    try {
      await super.read(offset, into);
    } catch (error) {
      if (error instanceof LifeboatError && OF_THE_MEDIUM.has(error.code)) this.failure ??= error;
      throw error;
    }
  }
}
