import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** A structure that contradicts the format or itself. `what` names it with its number, `reason` says which rule. */
export function damaged(what: string, reason: string): LifeboatError {
  return new LifeboatError("ntfs-damaged", say.damaged(what, reason), {
    kind: "damaged",
    hint: say.chkdskHint(),
  });
}

/** Something sound that this writer does not change. */
export function beyondUs(what: string): LifeboatError {
  return new LifeboatError("ntfs-beyond-us", say.beyondUs(what), {
    kind: "refused",
    hint: say.beyondUsHint(),
  });
}

export function noSuchFile(path: string): LifeboatError {
  return new LifeboatError("no-such-file", say.noSuchFile(path), { kind: "missing" });
}

export function isDamage(error: unknown): boolean {
  return error instanceof LifeboatError && error.kind === "damaged";
}

export function volumeFull(wantedBytes: number, freeBytes: number): LifeboatError {
  return new LifeboatError("volume-full", say.volumeFull(wantedBytes, freeBytes));
}
