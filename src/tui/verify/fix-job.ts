/** Mends what can be mended of a stick, and shows what became of it. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { FixResult } from "../../stick/verify/fix.ts";
import { fixTarget } from "../../stick/verify/on-target.ts";
import type { ShownFix } from "../../stick/verify/plan-fix.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { kitOrNone } from "../kit/kit-or-none.ts";
import type { RepairOutcome, RepairedFinding } from "../jobs/repair-outcome.ts";
import { repairOutcome } from "../jobs/repair-outcome.ts";
import { pictureOfStick, withDamage } from "./damage.ts";
import { verifySay } from "./messages.ts";

/**
 * @param deep reads and hashes every image once more at the end.
 * @param shown what was agreed to; nothing else is written.
 * @param verify the check anew.
 */
export function fixJob(
  app: App,
  path: string,
  deep: boolean,
  shown: ShownFix,
  verify: () => Screen,
): Screen {
  return jobScreen<RepairOutcome>(
    {
      title: verifySay.mending(),
      names: [path],
      question: verifySay.stopMending(),
      help: [verifySay.mendingHelp()],
      carryOut: async (jobs) => {
        const recipes = await openBuiltInRecipes();
        const kit = await kitOrNone(app);
        const before = await pictureOfStick(path);
        const tools = { kit, version: VERSION, recipes, run: app.run, now: new Date(), shown };
        const result = await fixTarget(path, { deep, recipes }, tools, onlyJob(jobs));
        const { fixed, left } = result;
        const present = left.map(({ finding }) => finding);
        return {
          before: withDamage(before, [...fixed, ...present]),
          after: withDamage(await pictureOfStick(path), present),
          findings: becameOf(result),
        };
      },
      done: (outcome, go) => [...repairOutcome(outcome, go), backButton(go)],
      failed: (error, go) => {
        const isOther = error.code === "plan-changed";
        const again = () => (isOther ? verify() : fixJob(app, path, deep, shown, verify));
        return remediesFor(app, path, again)(error, go);
      },
    },
    app,
  );
}

function becameOf({ fixed, left }: FixResult): RepairedFinding[] {
  return [
    ...fixed.map(({ what, where }) => ({ what, where, isMended: true })),
    ...left.map(({ finding: { what, where }, why }) => ({ what, where, isMended: false, why })),
  ];
}
