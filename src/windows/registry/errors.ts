import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";

/** The hive contradicts itself. */
export function damaged(code: string, text: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "damaged", hint: say.noHint() });
}
