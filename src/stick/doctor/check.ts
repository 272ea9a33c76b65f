/** What one look at this computer found. */
import type { Text } from "../../system/text.ts";

/** `error`: the main jobs (building and keeping sticks) need it. `warning`: something else does. */
export type CheckLevel = "ok" | "warning" | "error";

export interface Check {
  /** Stable kebab-case, for `--json`: `program-lsblk`. */
  readonly id: string;
  readonly level: CheckLevel;
  /** What was looked at, and what is there. */
  readonly what: Text;
  /** Which job wants it. */
  readonly neededFor: Text;
  /** What to do; undefined where nothing is missing. */
  readonly fix?: Text;
  /** The Debian package that brings what is missing. */
  readonly package?: string;
}

/** A name and a version, which are the same in every language. */
export function named(name: string, version: string): Text {
  const text = `${name} ${version}`.trim();
  return { en: text, zh: text };
}

export interface CheckGroup {
  readonly id: string;
  readonly title: Text;
  readonly checks: readonly Check[];
}
