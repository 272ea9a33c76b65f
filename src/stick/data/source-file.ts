/** Where the bytes of a file come from that is to be copied onto a stick: this computer, or another stick. */
import type { ByteRange } from "../../block/byte-range.ts";

export interface SourceFile extends ByteRange {
  /** When it was last changed. */
  modified(): Promise<Date>;
}

/** Opens a planned file's `source`: `openFile` where that is a path on this computer. The caller closes it. */
export type OpenSource = (source: string) => Promise<SourceFile>;
