import type { Text } from "../../system/text.ts";

export interface VerifyFinding {
  /** Stable kebab-case. */
  readonly id: string;
  readonly severity: "info" | "warning" | "error";
  readonly what: Text;
  /** Path, partition or structure. */
  readonly where: string;
  readonly fix: Text;
}

export function error(id: string, what: Text, where: string, fix: Text): VerifyFinding {
  return { id, severity: "error", what, where, fix };
}

export function warning(id: string, what: Text, where: string, fix: Text): VerifyFinding {
  return { id, severity: "warning", what, where, fix };
}

export function info(id: string, what: Text, where: string, fix: Text): VerifyFinding {
  return { id, severity: "info", what, where, fix };
}
