import type { Text } from "../system/text.ts";

/** Something worth telling about a disk or its tables: plain data, rendered by the commands. */
export interface Finding {
  readonly level: "error" | "warning" | "info";
  /** Stable kebab-case, for `--json` and tests. */
  readonly code: string;
  readonly text: Text;
  /** What the user can do about it. */
  readonly hint?: Text;
}

export function errorFinding(code: string, text: Text, hint?: Text): Finding {
  return { level: "error", code, text, ...(hint === undefined ? {} : { hint }) };
}

export function warningFinding(code: string, text: Text, hint?: Text): Finding {
  return { level: "warning", code, text, ...(hint === undefined ? {} : { hint }) };
}
