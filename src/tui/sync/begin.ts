/** From the plan to the job: where something is lost, the stick's name is typed before. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { SyncAction } from "../../stick/sync/action.ts";
import { refuseOtherPlan } from "../../stick/sync/as-shown.ts";
import type { SyncResult } from "../../stick/sync/carry-out.ts";
import { carryOut } from "../../stick/sync/carry-out.ts";
import { SIGNS, describeLost, lostBy } from "../../stick/sync/describe.ts";
import { openSource } from "../../stick/sync/open.ts";
import type { SyncPlan } from "../../stick/sync/plan.ts";
import { prepareSync } from "../../stick/sync/sync.ts";
import { dropCaches, openStickToWrite } from "../../stick/target.ts";
import type { JobContext } from "../../system/progress.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import type { Block } from "../frame/view.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { syncSay } from "./messages.ts";
import type { SyncOrder } from "./order.ts";
import { failedParts, resultParts } from "./result.ts";

/** More would push the field off a small terminal. */
const MOST_SHOWN = 5;

export function beginSync(app: App, order: SyncOrder, plan: SyncPlan): Screen {
  const lost = lostBy(plan);
  if (lost.length === 0) return syncJob(app, order, plan);
  return typeToConfirm({
    title: syncSay.confirmTitle(),
    word: order.path,
    about: whatIsLost(lost),
    next: () => syncJob(app, order, plan),
  });
}

function whatIsLost(lost: readonly SyncAction[]): Block[] {
  const shown = lost.slice(0, MOST_SHOWN);
  const more = lost.length - shown.length;
  return [
    { kind: "text", text: describeLost(lost), tone: "bad" },
    ...shown.map(({ action, path }): Block => ({
      kind: "text",
      text: `${SIGNS[action]} ${path}`,
    })),
    ...(more === 0
      ? []
      : [{ kind: "text" as const, text: syncSay.andMore(more), tone: "faint" as const }]),
  ];
}

function syncJob(app: App, order: SyncOrder, plan: SyncPlan): Screen {
  return jobScreen<SyncResult>(
    {
      title: syncSay.running(),
      names: [order.path],
      question: syncSay.stop(plan.actions.some(({ oldFirst }) => oldFirst === true)),
      help: [syncSay.runningHelp()],
      carryOut: async (jobs) => carryOutOrder(app, order, plan, onlyJob(jobs)),
      done: (result, go) => resultParts(plan, result, go),
      failed: ({ code }, go) => failedParts(app, order.path, code, go),
    },
    app,
  );
}

/** Both sides are opened anew: a source that is stopped has to hear of it, and what was shown must still be so. */
async function carryOutOrder(
  app: App,
  { path, from, rules }: SyncOrder,
  shown: SyncPlan,
  job: JobContext,
): Promise<SyncResult> {
  const { run } = app;
  const recipes = await openBuiltInRecipes();
  const source = await openSource(from, path, job.signal);
  const stick = await openStickToWrite(path, run, job);
  try {
    const plan = await prepareSync(stick, source, rules || undefined, run, job);
    refuseOtherPlan(shown, plan);
    const beforeReadBack = async () => dropCaches(path, run);
    const tools = { recipes, run, now: new Date(), beforeReadBack };
    return await carryOut(plan, source, stick, tools, job);
  } finally {
    await stick.disk.close();
  }
}
