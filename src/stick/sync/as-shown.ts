/** A plan that was shown some time ago, made anew before it is carried out: it must be the same one. */
import { LifeboatError } from "../../system/errors.ts";
import { sameJson } from "../manifest.ts";
import { say } from "./messages.ts";
import type { SyncPlan } from "./plan.ts";

/** @throws LifeboatError `plan-changed` (kind `refused`). */
export function refuseOtherPlan(shown: SyncPlan, now: SyncPlan): void {
  if (sameJson(essence(shown), essence(now))) return;
  throw new LifeboatError("plan-changed", say.planChanged(), {
    kind: "refused",
    hint: say.planChangedHint(),
  });
}

/** What is done to which file. How much is free may differ: what is kept decides whether there is room. */
function essence({ source, actions, missingBytes }: SyncPlan) {
  const steps = actions.map(({ action, path, sizeBytes, oldBytes, oldFirst = false, file }) => {
    const content = file && { sums: file.sums, modified: file.modified?.getTime() ?? null };
    return { action, path, sizeBytes, oldBytes, oldFirst, content };
  });
  return { source, steps, missingBytes };
}
