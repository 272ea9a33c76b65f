/** Carries an adoption out, and leads to the stick that came of it. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { AdoptResult } from "../../stick/adopt/adopt.ts";
import { adoptTarget } from "../../stick/adopt/on-target.ts";
import type { AdoptPlan } from "../../stick/adopt/plan.ts";
import { kitStage } from "../../stick/build/stage-source.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import { jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { tryScreen } from "../stick/try-screen.ts";
import { adoptSay } from "./messages.ts";

/**
 * @param backupFile where what starts the disk now is saved.
 * @param again the plan anew: what was saved by then has its file already.
 */
export function adoptJob(
  app: App,
  plan: AdoptPlan,
  backupFile: string,
  again: () => Screen,
): Screen {
  const { path } = plan.target;
  return jobScreen<AdoptResult>(
    {
      title: adoptSay.adopting(),
      names: [path],
      question: adoptSay.stop(path, plan.moves.length > 0),
      help: [adoptSay.help()],
      carryOut: async (jobs) => {
        const stage = kitStage(await app.openKit(), VERSION);
        const recipes = await openBuiltInRecipes();
        const about = { version: VERSION, now: new Date(), backupFile };
        return adoptTarget(plan, { stage, recipes, run: app.run, ...about }, onlyJob(jobs));
      },
      done: ({ isos, entries, savedTo }, go) => [
        { kind: "text", text: adoptSay.adopted(path, isos, entries), tone: "good" },
        { kind: "text", text: adoptSay.wasSaved(savedTo), tone: "faint" },
        {
          kind: "buttons",
          id: "after",
          buttons: [
            // The page of the disk, which is the stick's by now.
            { id: "open", label: adoptSay.openIt(), press: () => go("back") },
            { id: "try", label: adoptSay.tryIt(), press: () => go({ to: tryScreen(app, path) }) },
          ],
        },
      ],
      failed: remediesFor(app, path, again),
    },
    app,
  );
}
