import { LifeboatError } from "../system/errors.ts";
import { say } from "./messages.ts";

/** @throws LifeboatError `out-of-range` where the bytes asked for aren't all inside. `what` names the range in the message. */
export function checkBounds(what: string, offset: number, length: number, size: number): void {
  if (Number.isSafeInteger(offset) && offset >= 0 && offset + length <= size) return;
  throw new LifeboatError("out-of-range", say.outOfRange(what, offset, length, size), {
    kind: "damaged",
  });
}
