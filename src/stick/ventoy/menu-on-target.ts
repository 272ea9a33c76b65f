/** lifeboat's menu beside Ventoy's, on what a command line names. */
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { dropCaches, openDiskToWrite } from "../target.ts";
import type { MenuBeside, MenuBesideOptions, MenuBesideTools } from "./menu-beside.ts";
import { putMenuBeside } from "./menu-beside.ts";
import { say } from "./menu-messages.ts";
import type { VentoySurvey } from "./survey.ts";
import { surveyVentoy } from "./survey.ts";

export type MenuOnTargetTools = Omit<MenuBesideTools, "beforeReadBack">;

/**
 * @throws LifeboatError `not-a-ventoy-stick`, `ventoy-interrupted`; what the safety rules, opening and `putMenuBeside` throw.
 */
export async function putMenuOnTarget(
  path: string,
  options: MenuBesideOptions,
  tools: MenuOnTargetTools,
  job: JobContext,
): Promise<Pick<MenuBeside, "entries">> {
  const disk = await openDiskToWrite(path, tools.run, job);
  try {
    const survey = await surveyVentoy(disk);
    if (survey === undefined) {
      throw new LifeboatError("not-a-ventoy-stick", say.noVentoy(path), {
        kind: "usage",
        hint: say.noVentoyHint(path),
      });
    }
    refuseUnready(survey, path);
    const { scheme, uuid, data, secureBoot = false } = survey;
    const all = { ...tools, beforeReadBack: async () => dropCaches(path, tools.run) };
    const { entries } = await putMenuBeside(
      disk,
      path,
      { scheme, uuid, data, secureBoot },
      options,
      all,
      job,
    );
    return { entries };
  } finally {
    await disk.close();
  }
}

/** What Ventoy itself wouldn't start from, or not from the first partition. */
function refuseUnready({ interrupted, deviceCheck, data }: VentoySurvey, path: string): void {
  const failed = deviceCheck.find(({ ok }) => !ok);
  if (interrupted === undefined && failed === undefined && data.number === 1) return;
  throw new LifeboatError("ventoy-not-whole", say.notWhole(path), {
    kind: "refused",
    hint: say.notWholeHint(path),
  });
}
