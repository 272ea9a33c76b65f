import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** The error for numbers on the medium that can't be right. */
export function damaged(what: string): LifeboatError {
  return new LifeboatError("ext4-damaged", say.damaged(what), {
    kind: "damaged",
    hint: say.damagedHint(),
  });
}
