/** From a draft to a plan, and what is known of its images: the same use cases as `lifeboat build`. */
import { basename } from "node:path";
import { openFile } from "../../block/file.ts";
import { randomGuid } from "../../disks/guid.ts";
import { inspectImage } from "../../iso/images/inspect.ts";
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { IsoReport } from "../../iso/types.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { planBuild } from "../../stick/build/plan.ts";
import type { App } from "../app.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { examineChosen } from "../targets/target.ts";
import type { Draft } from "./draft.ts";

/** @throws LifeboatError what `examineChosen` and `planBuild` throw. */
export async function planDraft(
  target: ChosenTarget,
  { options, isos }: Draft,
  app: App,
): Promise<BuildPlan> {
  const examined = await examineChosen(target, app);
  const wanted = {
    ...options,
    isos: isos.map(({ path }) => path),
    windowsBytes: 0,
    language: app.language(),
  };
  return planBuild(examined, wanted, randomGuid);
}

/** @throws LifeboatError where the file can't be read. */
export async function lookAtIso(path: string): Promise<IsoReport> {
  const recipes = await (await openBuiltInRecipes()).load();
  const range = await openFile(path);
  try {
    return await inspectImage(range, basename(path), recipes);
  } finally {
    await range.close();
  }
}
