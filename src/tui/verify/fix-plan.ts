/** What would be mended, and how, before anything is written. */
import type { Kit } from "../../boot/kit/kit.ts";
import type { VerifyFinding } from "../../stick/verify/finding.ts";
import { planFixOf } from "../../stick/verify/on-target.ts";
import type { FixStep, ShownFix } from "../../stick/verify/plan-fix.ts";
import { MAY_HIDE } from "../../stick/verify/plan-fix.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { DiskPicture } from "../frame/disk-picture.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button } from "../frame/view.ts";
import { backButton, jobScreen } from "../jobs/job-screen.ts";
import { jobSay } from "../jobs/messages.ts";
import { kitJob } from "../kit/kit-job.ts";
import { kitOrNone } from "../kit/kit-or-none.ts";
import { pictureOfStick, withDamage } from "./damage.ts";
import { fixJob } from "./fix-job.ts";
import { verifySay } from "./messages.ts";

interface FixPlan {
  readonly path: string;
  readonly deep: boolean;
  readonly findings: readonly VerifyFinding[];
  readonly steps: readonly FixStep[];
  readonly shown: ShownFix;
  readonly kit: Kit | undefined;
  /** The check anew. */
  readonly verify: () => Screen;
  /** With what is wrong marked. */
  readonly picture: DiskPicture;
}

/** @param findings of the check that led here. @param verify that check anew. */
export function fixPlan(
  app: App,
  path: string,
  deep: boolean,
  findings: readonly VerifyFinding[],
  verify: () => Screen,
): Screen {
  return jobScreen<FixPlan>(
    {
      title: verifySay.planning(),
      names: [path],
      question: verifySay.stopReading(),
      help: [verifySay.planHelp()],
      carryOut: async () => {
        // A boot stage that is whole needs none.
        const kit = await kitOrNone(app);
        const { steps, shown } = await planFixOf(path, findings, { kit, version: VERSION });
        const picture = withDamage(await pictureOfStick(path), findings);
        return { path, deep, findings, steps, shown, kit, picture, verify };
      },
      next: (plan) => ({ instead: planScreen(app, plan) }),
    },
    app,
  );
}

function planScreen(app: App, plan: FixPlan): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => {
      const { path, steps, findings, picture } = plan;
      const others = findings.filter(
        ({ repair, severity }) => repair === undefined && severity !== "info",
      );
      const back = backButton(go);
      return {
        title: verifySay.planning(),
        help: [verifySay.planHelp()],
        body: [
          { kind: "text", text: verifySay.planAbout(path, steps.length) },
          { kind: "disk", picture },
          ...steps.flatMap(stepBlocks),
          ...(steps.some(({ repair }) => MAY_HIDE.includes(repair))
            ? [
                {
                  kind: "text" as const,
                  text: verifySay.mayFollow(),
                  tone: "faint" as const,
                },
              ]
            : []),
          ...(others.length === 0
            ? []
            : [
                {
                  kind: "text" as const,
                  text: verifySay.notOurs(others.length),
                  tone: "faint" as const,
                },
              ]),
          { ...back, buttons: buttonsOf(app, plan, go) },
        ],
      };
    },
  });
}

function stepBlocks({ text, findings, refused }: FixStep, index: number): Block[] {
  return [
    { kind: "text", text: verifySay.step(index + 1, text, findings.length) },
    ...(refused === undefined
      ? []
      : [{ kind: "text" as const, text: verifySay.notNow(refused), tone: "warning" as const }]),
  ];
}

function buttonsOf(
  app: App,
  { path, deep, findings, steps, shown, kit, verify }: FixPlan,
  go: (go: Go) => void,
): Button[] {
  const again = () => fixPlan(app, path, deep, findings, verify);
  const isPossible = steps.some(({ refused }) => refused === undefined);
  const wantsKit = kit === undefined && steps.some(({ refused }) => refused !== undefined);
  const mend: Button = {
    id: "mend",
    label: verifySay.mendIt(),
    press: () => go({ instead: fixJob(app, path, deep, shown, verify) }),
  };
  const collect: Button = {
    id: "kit",
    label: jobSay.getKit(),
    note: jobSay.getKitNote(),
    press: () => go({ instead: kitJob(app, again) }),
  };
  const { buttons: back } = backButton(go);
  const more = wantsKit ? [collect] : [];
  // An Enter too many, meant for the page before, writes nothing.
  return isPossible ? [...back, mend, ...more] : [...more, ...back];
}
