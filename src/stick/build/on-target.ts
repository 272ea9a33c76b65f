/** Carries out a build on its target. */
import type { JobContext } from "../../system/progress.ts";
import type { BuildTools } from "./build.ts";
import { build } from "./build.ts";
import type { StickContent } from "./content.ts";
import { plannedContent } from "./content.ts";
import type { BuildPlan } from "./plan.ts";
import { writeTarget } from "./write-target.ts";
import { readActiveSlot, readSlot } from "../menu/slots.ts";
import type { OpenedTarget } from "../target.ts";
import { openPlanned } from "../target.ts";

export interface BuiltStick {
  readonly entries: number;
  readonly files: { path: string; sha256: string | null }[];
}

/** What a build needs; without `content` the stick gets the plan's files. */
export type TargetTools = Pick<BuildTools, "stage" | "recipes" | "run" | "others"> & {
  readonly content?: StickContent;
};

export async function buildOnTarget(
  plan: BuildPlan,
  tools: TargetTools,
  job: JobContext,
): Promise<BuiltStick> {
  const opened = await openPlanned(plan.target, tools.run, job, plan.fileSystem !== "ext4");
  return buildOnOpened(plan, opened, tools, job);
}

/** The same on a target that is open already; it is closed afterwards. */
export async function buildOnOpened(
  plan: BuildPlan,
  opened: OpenedTarget,
  tools: TargetTools,
  job: JobContext,
): Promise<BuiltStick> {
  return writeTarget(plan.target, opened, tools.run, job, async (disk, beforeReadBack) => {
    const now = new Date();
    const { content = plannedContent(plan, now) } = tools;
    const all = { ...tools, content, now, beforeReadBack };
    const { stick, entries } = await build(plan, disk, opened.path, all, job);
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const isos = slot?.records.isos ?? [];
    return { entries, files: isos.map(({ path, sha256 }) => ({ path, sha256 })) };
  });
}
