/** A stick held against what lifeboat knows of it, and the way to mending what is wrong. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { VerifyFinding } from "../../stick/verify/finding.ts";
import { verifyTarget } from "../../stick/verify/on-target.ts";
import type { VerifyResult } from "../../stick/verify/verify.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import type { Block, Choice, Control } from "../frame/view.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { pageScreen } from "../jobs/page-screen.ts";
import { stickSay } from "../stick/messages.ts";
import { fixPlan } from "./fix-plan.ts";
import { verifySay } from "./messages.ts";

/** @param deep also reads and hashes every image. */
export function verifyJob(app: App, path: string, deep: boolean): Screen {
  return jobScreen<VerifyResult>(
    {
      title: deep ? stickSay.verifyDeep() : stickSay.verify(),
      names: [path],
      question: verifySay.stopReading(),
      help: [verifySay.help()],
      carryOut: async (jobs) => {
        const recipes = await openBuiltInRecipes();
        return verifyTarget(path, { deep, recipes }, app.run, onlyJob(jobs));
      },
      done: (result, go) => {
        const again = () => verifyJob(app, path, deep);
        return doneParts(result, () => fixPlan(app, path, deep, result.findings, again), go);
      },
    },
    app,
  );
}

function doneParts(
  { ok, findings }: VerifyResult,
  mending: () => Screen,
  go: (go: Go) => void,
): (Block | Control)[] {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const back = backButton(go);
  const mend = {
    id: "mend",
    label: verifySay.mend(),
    note: verifySay.mendNote(),
    press: () => go({ instead: mending() }),
  };
  const canMend = findings.some(({ repair }) => repair !== undefined);
  return [
    {
      kind: "text",
      text: ok ? verifySay.whole(findings.length) : verifySay.damaged(errors),
      tone: ok ? "good" : "bad",
    },
    {
      kind: "choices",
      id: "findings",
      empty: verifySay.noFindings(),
      items: findings.map((finding, index) => findingChoice(finding, index, go)),
    },
    canMend ? { ...back, buttons: [mend, ...back.buttons] } : back,
  ];
}

const TONES = { error: "bad", warning: "warning", info: "plain" } as const;

function findingChoice(
  { id, severity, what, where, fix }: VerifyFinding,
  index: number,
  go: (go: Go) => void,
): Choice {
  const tone = TONES[severity];
  const page = () =>
    pageScreen(where, [
      { kind: "text", text: what, tone },
      { kind: "text", text: fix },
    ]);
  const choose = () => go({ to: page() });
  return { id: `${index} ${id}`, label: what, detail: where, note: fix, tone, choose };
}
