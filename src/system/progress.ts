/** What long work reports while it runs. Use cases send events; the command line, the terminal UI and `--json` render them. */
import type { Text } from "./text.ts";

export type ProgressEvent =
  | { readonly kind: "step"; readonly text: Text }
  | {
      readonly kind: "bytes";
      readonly text: Text;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | { readonly kind: "note"; readonly level: "info" | "warning"; readonly text: Text };

export type Report = (event: ProgressEvent) => void;

/** What every use case needs from its caller. */
export interface JobContext {
  readonly report: Report;
  /** Aborted when the user cancels; use cases look at it at their safe points. */
  readonly signal: AbortSignal;
}
