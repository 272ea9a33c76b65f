import type { Text } from "../../system/text.ts";

/** What `verify --fix` does, in this order: what others build on comes first. */
export const REPAIRS = ["table", "esp", "data", "boot-stage", "menu"] as const;
export type Repair = (typeof REPAIRS)[number];

export interface VerifyFinding {
  /** Stable kebab-case. */
  readonly id: string;
  readonly severity: "info" | "warning" | "error";
  readonly what: Text;
  /** Path, partition or structure. */
  readonly where: string;
  readonly fix: Text;
  /** What mends it; undefined where lifeboat can't, or where it is the user's to decide. */
  readonly repair?: Repair;
}

export function error(
  id: string,
  what: Text,
  where: string,
  fix: Text,
  repair?: Repair,
): VerifyFinding {
  return { id, severity: "error", what, where, fix, ...(repair && { repair }) };
}

export function warning(
  id: string,
  what: Text,
  where: string,
  fix: Text,
  repair?: Repair,
): VerifyFinding {
  return { id, severity: "warning", what, where, fix, ...(repair && { repair }) };
}

export function info(
  id: string,
  what: Text,
  where: string,
  fix: Text,
  repair?: Repair,
): VerifyFinding {
  return { id, severity: "info", what, where, fix, ...(repair && { repair }) };
}
