/** `adopt` on what a command line names. */
import { openTarget } from "../../block/device.ts";
import type { SafetyOptions } from "../../disks/safety.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { JobContext } from "../../system/progress.ts";
import type { OpenedTarget } from "../target.ts";
import { dropCaches, examineTarget, openPlanned } from "../target.ts";
import { sameJson } from "../manifest.ts";
import { asRemoval } from "../removal.ts";
import type { AdoptResult } from "./adopt.ts";
import { adoptDisk } from "./adopt.ts";
import { say } from "./messages.ts";
import type { AdoptOptions, AdoptPlan, AdoptTools } from "./plan.ts";
import { moveFiles } from "./move.ts";
import { planAdoption } from "./plan.ts";
import { refusal } from "./survey.ts";

/** @throws LifeboatError what the safety rules and `planAdoption` throw. */
export async function planAdoptionOf(
  path: string,
  safety: SafetyOptions,
  options: AdoptOptions,
  tools: AdoptTools,
  job: JobContext,
): Promise<AdoptPlan> {
  const target = await examineTarget(path, undefined, safety, tools.run);
  const { sizeBytes, sectorSize } = target;
  const disk = await openTarget(path, { sizeBytes, sectorSize });
  try {
    return (await planAdoption(disk, target, options, tools, job)).plan;
  } finally {
    await disk.close();
  }
}

export interface AdoptTargetTools extends AdoptTools {
  readonly recipes: RecipeLibrary;
  readonly version: string;
  readonly now: Date;
  readonly backupFile: string;
}

/**
 * Carries out a plan, which is made once more on the disk that is held now: something may have written to it while somebody was asked.
 * @throws LifeboatError `changed-since-plan` (refused), what `openPlanned` and `adoptDisk` throw.
 */
export async function adoptTarget(
  plan: AdoptPlan,
  tools: AdoptTargetTools,
  job: JobContext,
): Promise<AdoptResult> {
  const { target, secureBoot, language, diskId } = plan;
  const opened: OpenedTarget = await openPlanned(target, tools.run, job, true);
  try {
    const { disk, path } = opened;
    const options = { secureBoot, language, newSignature: diskId };
    const beforeReadBack = async () => dropCaches(path, tools.run);
    const changed = () =>
      refusal("changed-since-plan", say.changed(target.path), say.changedHint());
    let prepared = await planAdoption(disk, target, options, tools, job);
    if (!sameJson(prepared.plan, plan)) throw changed();
    if (plan.moves.length > 0) {
      await moveFiles(plan, disk, beforeReadBack, job);
      prepared = await planAdoption(disk, target, options, tools, job);
      const { layout, moves } = prepared.plan;
      if (moves.length > 0 || !sameJson(layout, plan.layout)) throw changed();
    }
    const result = await adoptDisk(prepared, disk, path, { ...tools, beforeReadBack }, job);
    await opened.finish();
    return result;
  } catch (error) {
    await opened.abandon().catch(() => undefined);
    throw target.kind === "device" ? await asRemoval(error, target.path) : error;
  }
}
