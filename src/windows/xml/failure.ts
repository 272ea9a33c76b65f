import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";

/** @param line counted from 1. */
export function malformed(line: number, reason: Text, cause?: unknown): LifeboatError {
  return new LifeboatError("xml-malformed", say.malformed(line, reason), { kind: "usage", cause });
}
