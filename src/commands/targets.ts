/** What commands that write to several targets share: how they are named, and how each one's end is told. */
import type { FailureKind } from "../system/errors.ts";
import { EXIT_STATUS, LifeboatError } from "../system/errors.ts";
import type { TargetOutcome } from "../stick/build/on-targets.ts";
import type { Shell } from "./shell.ts";

/**
 * The serial number that each target is expected to have: by their order.
 * @throws LifeboatError `usage` where there are not as many as targets.
 */
export function expectedSerials(
  targets: readonly string[],
  serials: readonly string[],
): (string | undefined)[] {
  if (serials.length === 0 || serials.length === targets.length) {
    return targets.map((_, index) => serials[index]);
  }
  throw new LifeboatError(
    "usage",
    {
      en: `${targets.length} targets and ${serials.length} serial numbers`,
      zh: `有 ${targets.length} 个目标和 ${serials.length} 个序列号`,
    },
    {
      kind: "usage",
      hint: {
        en: "Give --expect-serial one for each target, in their order",
        zh: "请按目标顺序为每个目标提供一个 --expect-serial",
      },
    },
  );
}

/** What of a plan tells one target from the others. */
interface NamedPlan {
  readonly target: { readonly path: string };
  readonly name: string;
}

/** One item of `targets` in the result. */
export function outcomeJson(outcome: TargetOutcome, shell: Shell) {
  const entries = "built" in outcome ? outcome.built.entries : 0;
  return { ...outcomeName(outcome, shell), entries };
}

/** The same of what has no entries in a menu. */
export function outcomeName(outcome: TargetOutcome<NamedPlan, unknown>, shell: Shell) {
  const { target, name } = outcome.plan;
  const about = { path: target.path, name };
  if ("built" in outcome) return { ...about, ok: true };
  const { kind: _kind, ...error } = shell.describe(outcome.error);
  return { ...about, ok: false, error };
}

/** Tells of those that failed, and sets the exit status: the worst one's. @param damaged something else is amiss. */
export function reportFailures(
  outcomes: readonly TargetOutcome<NamedPlan, unknown>[],
  shell: Shell,
  damaged = false,
): void {
  const kinds: FailureKind[] = damaged ? ["damaged"] : [];
  for (const outcome of outcomes) {
    if ("built" in outcome) continue;
    shell.failedOn(outcome.plan.target.path, outcome.error);
    kinds.push(shell.describe(outcome.error).kind);
  }
  const worst = WORST_FIRST.find((kind) => kinds.includes(kind));
  if (worst !== undefined) process.exitCode = EXIT_STATUS[worst];
}

const WORST_FIRST: readonly FailureKind[] = [
  "cancelled",
  "failed",
  "damaged",
  "missing",
  "refused",
  "usage",
];
