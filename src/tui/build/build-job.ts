/** Carries the plans out, and shows what came of each. */
import { openFile } from "../../block/file.ts";
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import { plannedContent } from "../../stick/build/content.ts";
import { buildOnTarget } from "../../stick/build/on-target.ts";
import { buildOnTargets } from "../../stick/build/on-targets.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { kitStage } from "../../stick/build/stage-source.ts";
import { isTestable, testBeforeBuild } from "../../stick/build/test-first.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import { backButton, jobScreen } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import type { BuildEnd } from "./build-result.ts";
import { resultParts } from "./build-result.ts";
import { buildSay } from "./messages.ts";

export interface BuildOrder {
  /** At least one. */
  readonly plans: readonly BuildPlan[];
  readonly testFirst: boolean;
  /** Hears which targets are no sticks, by path, when all has come to its end. */
  readonly ended: (failed: readonly string[]) => void;
}

export function buildJob(order: BuildOrder, app: App): Screen {
  const { plans, ended } = order;
  const paths = plans.map(({ target }) => target.path);
  const [first = ""] = paths;
  return jobScreen<BuildEnd>(
    {
      title: buildSay.making(plans.length),
      names: paths,
      question: stopQuestion(order),
      help: [buildSay.makingHelp()],
      carryOut: async (jobs) => {
        const end = await carryOut(order, jobs, app);
        ended(end.outcomes.flatMap((one) => ("built" in one ? [] : [one.plan.target.path])));
        return end;
      },
      states: ({ outcomes }) => outcomes.map((one) => ("built" in one ? "done" : "failed")),
      done: (end, go) => resultParts(end, app, go),
      failed: (error, go) =>
        // Which of several it is the message says; the page before has a button for each.
        error.code === "mounted" && plans.length > 1
          ? [backButton(go)]
          : remediesFor(app, first, () => buildJob(order, app))(error, go),
    },
    app,
  );
}

async function carryOut(
  { plans, testFirst }: BuildOrder,
  jobs: readonly JobContext[],
  app: App,
): Promise<BuildEnd> {
  const targets = plans.flatMap((plan, index) => {
    const job = jobs[index];
    return job === undefined ? [] : [{ plan, job }];
  });
  // Before anything is written: a missing kit leaves the targets as they are.
  const kit = await app.openKit();
  const recipes = await openBuiltInRecipes();
  const tools = { stage: kitStage(kit, VERSION), recipes, run: app.run };
  const tests = testFirst ? await testBeforeBuild(targets, app.run) : new Map();
  const [only] = targets;
  if (only !== undefined && targets.length === 1) {
    // What goes wrong with the only one is the job's own end, with what can be done about it.
    const built = await buildOnTarget(only.plan, tools, only.job);
    return { outcomes: [{ plan: only.plan, built }], tests };
  }
  const outcomes = await buildOnTargets(targets, tools, openFile, (plan, options) =>
    plannedContent(plan, new Date(), options),
  );
  return { outcomes, tests };
}

function stopQuestion({ plans, testFirst }: BuildOrder): Text {
  const [only] = plans;
  const isTested = testFirst && plans.some(({ target }) => isTestable(target));
  if (only === undefined || plans.length > 1) {
    const hasNew = plans.some(({ target }) => target.create);
    const hasOld = plans.some(({ target }) => !target.create);
    return buildSay.stopSeveral(hasNew, hasOld, isTested);
  }
  const { path, create } = only.target;
  if (create) return buildSay.stopImage(path);
  return isTested ? buildSay.stopTested(path) : buildSay.stopDevice(path);
}
