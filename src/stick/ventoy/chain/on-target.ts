/** Carries out a plan for a stick that starts by lifeboat and has Ventoy behind it. */
import type { Kit } from "../../../boot/kit/kit.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { BuiltStick, TargetTools } from "../../build/on-target.ts";
import { buildOnTarget } from "../../build/on-target.ts";
import type { VentoyImages } from "../install/install.ts";
import { chainParts, chainStage } from "./parts.ts";
import type { ChainPlan } from "./plan.ts";

export interface ChainTools extends Pick<TargetTools, "stage" | "recipes" | "run"> {
  readonly kit: Kit;
}

/**
 * @param images as `chainImages` gives them.
 * @throws LifeboatError `ventoy-not-standard`, with the disk as it was; what `buildOnTarget` throws.
 */
export async function buildChainOnTarget(
  plan: ChainPlan,
  images: VentoyImages,
  { kit, stage, recipes, run }: ChainTools,
  job: JobContext,
): Promise<BuiltStick> {
  const tools = {
    stage: chainStage(stage, kit, plan, images),
    others: chainParts(plan, images),
    recipes,
    run,
  };
  return buildOnTarget(plan, tools, job);
}
