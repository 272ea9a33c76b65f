/** Why an archive is no release that can be used: thrown without its path, which `openVentoyRelease` puts before it. */
import { LifeboatError } from "../../../system/errors.ts";
import type { Text } from "../../../system/text.ts";
import { say } from "./messages.ts";

export type RefusalCode =
  | "ventoy-archive-unreadable"
  | "ventoy-archive-unknown"
  | "ventoy-archive-damaged"
  | "ventoy-archive-member"
  | "ventoy-archive-too-large"
  | "ventoy-archive-size"
  | "ventoy-archive-lacks"
  | "ventoy-archive-mixed"
  | "ventoy-archive-version"
  | "ventoy-archive-content";

export function refusal(code: RefusalCode, why: Text, cause?: unknown): LifeboatError {
  return new LifeboatError(code, why, { kind: "usage", hint: say.downloadHint(), cause });
}

/**
 * What a library threw that was given foreign bytes: their fault, in its words. What the system refused to read, and what was refused by
 * us, stays what it is.
 */
export function damage(error: unknown, path?: string): unknown {
  if (error instanceof LifeboatError) return error;
  if (error instanceof Error && "syscall" in error) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const why = path === undefined ? say.damaged(reason) : say.damagedMember(path, reason);
  return refusal("ventoy-archive-damaged", why, error);
}
