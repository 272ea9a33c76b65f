/** A plan as it is shown, or why there is none. */
import type { BuildPlan } from "../../stick/build/plan.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Block } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { pictureOfPlan } from "./plan-picture.ts";

export function planBlocks(plan: BuildPlan | LifeboatError | undefined): Block[] {
  if (plan === undefined) return [];
  if (plan instanceof LifeboatError) return errorBlocks(plan);
  const notes = [...plan.target.findings.map(({ text }) => text), ...plan.notes];
  return [
    { kind: "disk", picture: pictureOfPlan(plan) },
    ...notes.map((text): Block => ({ kind: "text", text, tone: "warning" })),
  ];
}
