/** A target of a clone as a line of the list, and the page of what it becomes or why it can't. */
import { basename } from "node:path";
import type { PlannedClone } from "../../stick/clone/plan-each.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Target } from "../../stick/target.ts";
import type { App } from "../app.ts";
import { pictureOfPlan } from "../build/plan-picture.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, Choice, Fact } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { unmountButton, unmountJob } from "../jobs/unmount-job.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { cloneSay } from "./messages.ts";

interface TargetHooks {
  readonly go: (go: Go) => void;
  readonly takeOff: () => void;
}

/** @param planned undefined while it is looked at. */
export function targetChoice(
  { path, kind }: ChosenTarget,
  planned: PlannedClone<ChosenTarget> | undefined,
  app: App,
  { go, takeOff }: TargetHooks,
): Choice {
  // A line has no room for a long path: the page of the target has all of it.
  const base = { id: path, label: kind === "image" ? basename(path) : path };
  if (planned === undefined) return { ...base, detail: "…" };
  const choose = () => go({ to: planScreen(app, planned, takeOff) });
  if ("error" in planned) {
    const { text } = planned.error;
    return { ...base, detail: cloneSay.unusable(), note: text, tone: "bad", choose };
  }
  const { target } = planned.plan;
  const size = formatSize(target.sizeBytes);
  const about = aboutOf(target);
  if (!target.exists) {
    const detail = cloneSay.newImage(size);
    return { ...base, detail, note: cloneSay.newImageNote(), choose };
  }
  return { ...base, detail: size, note: cloneSay.lostNote(about), choose };
}

/** Model and serial number, as far as they are known. */
export function aboutOf({ model, serial }: Target): string {
  return [model, serial].filter(Boolean).join(" · ");
}

function planScreen(app: App, planned: PlannedClone<ChosenTarget>, takeOff: () => void): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({
      title: cloneSay.target(),
      help: [cloneSay.planHelp()],
      begin: "do",
      body: [
        { kind: "facts", facts: factsOf(planned) },
        ...blocksOf(planned),
        {
          kind: "buttons",
          id: "do",
          buttons: [
            ...remedies(app, planned, go),
            { id: "back", label: cloneSay.back(), press: () => go("back") },
            {
              id: "take-off",
              label: cloneSay.takeOff(),
              press: () => {
                takeOff();
                go("back");
              },
            },
          ],
        },
      ],
    }),
  });
}

function factsOf(planned: PlannedClone<ChosenTarget>): Fact[] {
  const { path } = planned.wanted;
  if ("error" in planned) return [{ label: cloneSay.target(), value: path }];
  const { target, name, layout, label, fileSystem } = planned.plan;
  const about = aboutOf(target);
  const kind = `${fileSystem}, ${layout.scheme.toUpperCase()}`;
  return [
    { label: cloneSay.target(), value: path },
    { label: cloneSay.size(), value: formatSize(target.sizeBytes) },
    ...(about === "" ? [] : [{ label: cloneSay.device(), value: about }]),
    { label: cloneSay.becomes(), value: cloneSay.becomesAre(name, kind, label) },
  ];
}

function blocksOf(planned: PlannedClone<ChosenTarget>): Block[] {
  if ("error" in planned) return errorBlocks(planned.error);
  const { plan } = planned;
  const notes = [...plan.target.findings.map(({ text }) => text), ...plan.notes];
  return [
    { kind: "disk", picture: pictureOfPlan(plan) },
    ...notes.map((text): Block => ({ kind: "text", text, tone: "warning" })),
  ];
}

function remedies(app: App, planned: PlannedClone<ChosenTarget>, go: (go: Go) => void): Button[] {
  const isRefused = "error" in planned && planned.error.code === "mounted";
  if (!isRefused || process.platform !== "linux") return [];
  return [unmountButton(() => go({ instead: unmountJob(app, planned.wanted.path) }))];
}
