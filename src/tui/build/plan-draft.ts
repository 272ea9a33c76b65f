/** From a draft to its plans, and what is known of its images: the same use cases as `lifeboat build`. */
import { basename } from "node:path";
import { openFile } from "../../block/file.ts";
import { randomGuid } from "../../disks/guid.ts";
import { inspectImage } from "../../iso/images/inspect.ts";
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { IsoReport } from "../../iso/types.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { planBuild } from "../../stick/build/plan.ts";
import { refuseSameDisk } from "../../stick/distinct.ts";
import { asLifeboatError } from "../../system/errors.ts";
import { parseSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { examineChosen } from "../targets/target.ts";
import type { Draft, PlannedTarget } from "./draft.ts";
import { safetyOf } from "./draft.ts";

/** Each with its own answer. A disk that is named twice is refused where it comes for the second time. */
export async function planDraft(draft: Draft, app: App): Promise<PlannedTarget[]> {
  const planned: PlannedTarget[] = [];
  const taken: string[] = [];
  for (const target of draft.targets) {
    try {
      if (taken.length > 0) await refuseSameDisk([...taken, target.path], undefined, app.run);
      const plan = await planOne(target, draft, app);
      taken.push(target.path);
      planned.push({ target, plan });
    } catch (error) {
      planned.push({ target, plan: asLifeboatError(error) });
    }
  }
  return planned;
}

/** @throws LifeboatError what `examineChosen` and `planBuild` throw. */
async function planOne(
  target: ChosenTarget,
  { options, isos }: Draft,
  app: App,
): Promise<BuildPlan> {
  const examined = await examineChosen(target, app, safetyOf(options));
  const { fileSystem, scheme, secureBoot, label, windowsSize } = options;
  const wanted = {
    fileSystem,
    scheme,
    secureBoot,
    label,
    isos: isos.map(({ path }) => path),
    windowsBytes: windowsSize === "" ? 0 : parseSize(windowsSize),
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
