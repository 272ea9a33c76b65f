import type { Text } from "../../../system/text.ts";

/** Something worth telling about a store: plain data, rendered by the commands. */
export interface BcdFinding {
  /** Stable kebab-case. */
  readonly id: string;
  readonly severity: "info" | "warning" | "error";
  readonly what: Text;
  /** Object and element, in bcdedit's words; empty for the store as a whole. */
  readonly where: string;
  readonly fix: Text;
}
