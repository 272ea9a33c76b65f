/** `clone`: a build whose boot stage and files come from another stick, on one target or several at once. */
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { Run } from "../../system/run.ts";
import type { TargetJob, TargetOutcome } from "../build/on-targets.ts";
import { buildOnTargets } from "../build/on-targets.ts";
import { clonedContent } from "./content.ts";
import type { CloneSource } from "./source.ts";
import { stickStage } from "./stage.ts";

export interface CloneResult {
  /** In the order of the jobs. */
  readonly outcomes: readonly TargetOutcome[];
  /** Files of the source that aren't what they were when their hash was taken, by path: on the clones they are the same. */
  readonly damaged: readonly string[];
}

/**
 * @param jobs the plans of `planClone`, whose targets are different disks.
 * @throws LifeboatError `stage-damaged`: nothing was written then.
 */
export async function cloneStick(
  source: CloneSource,
  jobs: readonly TargetJob[],
  tools: { readonly recipes: RecipeLibrary; readonly run: Run },
): Promise<CloneResult> {
  const stage = await stickStage(source.stick);
  const damaged = new Set<string>();
  const outcomes = await buildOnTargets(jobs, { ...tools, stage }, source.open, (_plan, options) =>
    clonedContent(source, damaged, options),
  );
  return { outcomes, damaged: [...damaged].toSorted() };
}
