/** One step of a sync's plan. */
import type { Text } from "../../system/text.ts";
import type { MeasuredFile } from "./source.ts";

export type SyncReason =
  | "new"
  | "checksum"
  | "size"
  | "time"
  | "retired"
  | "same-checksum"
  | "same-size-and-time"
  | "same-size"
  | "never-removed"
  | "changed-since"
  | "not-possible";

export interface SyncAction {
  readonly action: "add" | "replace" | "remove" | "keep" | "skip";
  /** On the data partition. */
  readonly path: string;
  /** Of the source's file; of the stick's where there is none any more. */
  readonly sizeBytes: number;
  readonly reason: SyncReason;
  readonly why: Text;
  /** What is copied: of `add` and `replace`. */
  readonly file?: MeasuredFile;
  /** Size of the file that is replaced. */
  readonly oldBytes?: number;
  /** `replace`: there is no room for both files at once. */
  readonly oldFirst?: boolean;
}
