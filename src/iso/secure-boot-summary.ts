/** Whether an image starts with Secure Boot on, in one word. */
import type { IsoEntry } from "./types.ts";

/**
 * `some` of the entries start, by one way or the other; `ventoy` where only Ventoy starts it, by its own rules; `not-needed` for an
 * image that no UEFI for 64 bits starts.
 */
export type SecureBootSummary = "yes" | "own-loader" | "some" | "no" | "ventoy" | "not-needed";

/** Of an image's entries together: whether it starts with Secure Boot on. */
export function secureBootOf(entries: readonly IsoEntry[]): SecureBootSummary {
  const all = entries.filter(({ firmware }) => firmware.includes("x64"));
  if (all.length === 0) return "not-needed";
  if (all.every(({ via }) => via === "ventoy")) return "ventoy";
  const refused = all.filter(
    ({ secureBoot }) => secureBoot === "unsigned" || secureBoot === "other-vendor",
  );
  if (refused.length === all.length) return "no";
  if (refused.length > 0) return "some";
  return all.some(({ secureBoot }) => secureBoot === "own-loader") ? "own-loader" : "yes";
}
