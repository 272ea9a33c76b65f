/** Plans for several clones at once, each with its own answer: where one target can't be used, the others can. Writes nothing. */
import { randomGuid } from "../../disks/guid.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { failureOf } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import type { BuildPlan } from "../build/plan.ts";
import { refuseSameDisk } from "../distinct.ts";
import type { Target } from "../target.ts";
import { planClone } from "./plan.ts";
import type { CloneSource } from "./source.ts";

export type PlannedClone<Wanted> =
  | { readonly wanted: Wanted; readonly plan: BuildPlan }
  /** Why it can't be a clone. */
  | { readonly wanted: Wanted; readonly error: LifeboatError };

/**
 * @param examine looks at a target: `examineTarget`.
 * @returns in the order of `wanted`. A disk that is named twice is refused where it comes for the second time.
 */
export async function planEach<Wanted extends { readonly path: string }>(
  source: CloneSource,
  wanted: readonly Wanted[],
  examine: (target: Wanted) => Promise<Target>,
  run: Run,
): Promise<PlannedClone<Wanted>[]> {
  const planned: PlannedClone<Wanted>[] = [];
  const taken: string[] = [];
  for (const one of wanted) {
    try {
      await refuseSameDisk([...taken, one.path], source.stick.path, run);
      const plan = await planClone(source, await examine(one), randomGuid);
      taken.push(one.path);
      planned.push({ wanted: one, plan });
    } catch (error) {
      planned.push({ wanted: one, error: failureOf(error) });
    }
  }
  return planned;
}
