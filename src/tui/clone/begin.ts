/** From the plans to the job: the names of what is lost are typed before, all of them in one line. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import type { CloneResult } from "../../stick/clone/clone.ts";
import { cloneStick } from "../../stick/clone/clone.ts";
import type { CloneSource } from "../../stick/clone/source.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import { pictureOfPlan } from "../build/plan-picture.ts";
import type { Screen } from "../frame/screen.ts";
import type { Block } from "../frame/view.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { jobScreen } from "../jobs/job-screen.ts";
import type { CloneLook } from "./look.ts";
import { cloneSay } from "./messages.ts";
import { resultParts } from "./result.ts";
import { aboutOf } from "./target-choice.ts";

export interface CloneHooks {
  /** Hears which targets aren't clones, by path, when all has come to its end. */
  readonly ended: (failed: readonly string[]) => void;
  /** The screen of a stick. */
  readonly open: (path: string) => Screen;
}

export function beginClone(app: App, { source, planned }: CloneLook, hooks: CloneHooks): Screen {
  const plans = planned.flatMap((one) => ("plan" in one ? [one.plan] : []));
  const lost = plans.filter(({ target }) => target.exists);
  const job = () => cloneJob(app, source, plans, hooks);
  if (lost.length === 0) return job();
  return typeToConfirm({
    title: cloneSay.confirmTitle(),
    word: lost.map(({ target }) => target.path),
    about: whatIsLost(lost),
    next: job,
  });
}

function whatIsLost(lost: readonly BuildPlan[]): Block[] {
  const lines = lost.map(({ target }): Block => {
    const { path, sizeBytes } = target;
    const text = [path, formatSize(sizeBytes), aboutOf(target)].filter(Boolean).join("  ");
    return { kind: "text", text };
  });
  const [only] = lost;
  return [
    { kind: "text", text: cloneSay.allIsLost(lost.length), tone: "bad" },
    ...lines,
    ...(only !== undefined && lost.length === 1
      ? [{ kind: "disk" as const, picture: pictureOfPlan(only) }]
      : []),
  ];
}

function cloneJob(
  app: App,
  source: CloneSource,
  plans: readonly BuildPlan[],
  hooks: CloneHooks,
): Screen {
  const hasNew = plans.some(({ target }) => target.create);
  const hasOld = plans.some(({ target }) => !target.create);
  return jobScreen<CloneResult>(
    {
      title: cloneSay.copying(),
      names: plans.map(({ target }) => target.path),
      question: cloneSay.stop(hasNew, hasOld),
      help: [cloneSay.copyingHelp()],
      carryOut: async (jobs) => {
        const recipes = await openBuiltInRecipes();
        const targets = plans.flatMap((plan, index) => {
          const job = jobs[index];
          return job === undefined ? [] : [{ plan, job }];
        });
        const result = await cloneStick(source, targets, { recipes, run: app.run });
        hooks.ended(
          result.outcomes.flatMap(({ plan, ...end }) => ("built" in end ? [] : [plan.target.path])),
        );
        return result;
      },
      states: ({ outcomes }) => outcomes.map((one) => ("built" in one ? "done" : "failed")),
      done: (result, go) => resultParts(source, result, hooks.open, go),
    },
    app,
  );
}
