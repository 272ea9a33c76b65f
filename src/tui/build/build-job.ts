/** Carries a plan out, and shows what came of it. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import { buildOnTarget } from "../../stick/build/on-target.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { kitStage } from "../../stick/build/stage-source.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import { jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { stickScreen } from "../stick/stick-screen.ts";
import { tryScreen } from "../stick/try-screen.ts";
import { buildSay } from "./messages.ts";

export function buildJob(plan: BuildPlan, app: App): Screen {
  const { path } = plan.target;
  return jobScreen(
    {
      title: buildSay.making(),
      names: [path],
      question: plan.target.create ? buildSay.stopImage(path) : buildSay.stopDevice(path),
      help: [buildSay.makingHelp()],
      carryOut: async (jobs) => {
        const job = onlyJob(jobs);
        // Before anything is written: a missing kit leaves the target as it is.
        const kit = await app.openKit();
        const recipes = await openBuiltInRecipes();
        return buildOnTarget(plan, { stage: kitStage(kit, VERSION), recipes, run: app.run }, job);
      },
      done: ({ entries, files }, go) => [
        { kind: "text", text: buildSay.made(path, entries), tone: "good" },
        { kind: "text", text: buildSay.readBack(files.length), tone: "faint" },
        {
          kind: "buttons",
          id: "after",
          buttons: [
            {
              id: "open",
              label: buildSay.openIt(),
              press: () => go({ instead: stickScreen(app, path) }),
            },
            { id: "try", label: buildSay.tryIt(), press: () => go({ to: tryScreen(app, path) }) },
            { id: "home", label: buildSay.home(), press: () => go("home") },
          ],
        },
      ],
      failed: remediesFor(app, path, () => buildJob(plan, app)),
    },
    app,
  );
}
