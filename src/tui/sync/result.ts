/** What came of a sync: each file that was copied, removed, or not taken, and a way on where it failed. */
import type { SyncResult } from "../../stick/sync/carry-out.ts";
import { SIGNS } from "../../stick/sync/describe.ts";
import type { SyncPlan } from "../../stick/sync/plan.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import type { Go } from "../frame/screen.ts";
import type { Block, Button, Choice, Control } from "../frame/view.ts";
import { unmountButton, unmountJob } from "../jobs/unmount-job.ts";
import { syncSay } from "./messages.ts";

export function resultParts(
  plan: SyncPlan,
  result: SyncResult,
  go: (go: Go) => void,
): (Block | Control)[] {
  const items = [...result.failed.map(failedChoice), ...doneChoices(plan, result)];
  return [
    ...summaryOf(result),
    ...(items.length === 0
      ? []
      : [{ kind: "choices" as const, id: "results", label: syncSay.results(), items }]),
    {
      kind: "buttons",
      id: "after",
      buttons: [
        { id: "back", label: syncSay.toPlan(), press: () => go("back") },
        { id: "home", label: syncSay.home(), press: () => go("home") },
      ],
    },
  ];
}

function summaryOf({ done, gone, failed, changed, entries }: SyncResult): Block[] {
  const count = done.length + gone.length;
  const text = count === 0 ? syncSay.same() : syncSay.done(done.length, gone.length);
  const menu: Block = { kind: "text", text: syncSay.menu(changed, entries), tone: "faint" };
  if (failed.length === 0) return [{ kind: "text", text, tone: "good" }, menu];
  return [
    { kind: "text", text: syncSay.failed(failed.length), tone: "bad" },
    ...(count === 0 ? [] : [{ kind: "text" as const, text }]),
    menu,
  ];
}

function failedChoice({ path, error }: SyncResult["failed"][number]): Choice {
  return {
    id: `failed ${path}`,
    label: `${SIGNS.skip} ${path}`,
    detail: syncSay.failedDetail(),
    note: error.text,
    tone: "bad",
  };
}

function doneChoices({ actions }: SyncPlan, { done, gone }: SyncResult): Choice[] {
  const replaced = new Set(
    actions.flatMap(({ action, path }) => (action === "replace" ? [path] : [])),
  );
  return [
    ...done.map(({ path, sizeBytes, sha256 }): Choice => ({
      id: `done ${path}`,
      label: `${replaced.has(path) ? SIGNS.replace : SIGNS.add} ${path}`,
      detail: formatSize(sizeBytes),
      note: sha256,
      tone: "good",
    })),
    ...gone.map((path): Choice => {
      return { id: `gone ${path}`, label: `${SIGNS.remove} ${path}`, tone: "plain" };
    }),
  ];
}

/** Whatever went wrong, the plan shows what is left. */
export function failedParts(app: App, path: string, code: string, go: (go: Go) => void): Control[] {
  const unmount = unmountButton(() => go({ instead: unmountJob(app, path) }));
  const first = code === "mounted" && process.platform === "linux" ? [unmount] : [];
  const goOn: Button = { id: "back", label: syncSay.goOn(), press: () => go("back") };
  return [{ kind: "buttons", id: "after", buttons: [...first, goOn] }];
}
