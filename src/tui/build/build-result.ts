/** What came of each target, and where to go from there. */
import { describeMedium } from "../../disks/media-test/describe.ts";
import type { MediaTestResult } from "../../disks/media-test/types.ts";
import type { TargetOutcome } from "../../stick/build/on-targets.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, Choice, Control } from "../frame/view.ts";
import { backButton, errorBlocks } from "../jobs/job-screen.ts";
import { stickScreen } from "../stick/stick-screen.ts";
import { tryScreen } from "../stick/try-screen.ts";
import { buildSay } from "./messages.ts";

export interface BuildEnd {
  readonly outcomes: readonly TargetOutcome[];
  /** By path. */
  readonly tests: ReadonlyMap<string, MediaTestResult>;
}

export function resultParts(
  { outcomes, tests }: BuildEnd,
  app: App,
  go: (go: Go) => void,
): (Block | Control)[] {
  const tested = [...tests].map(([path, result]): Block => ({
    kind: "text",
    text: wordsOfTest(path, result),
    tone: "faint",
  }));
  const [only] = outcomes;
  if (only !== undefined && outcomes.length === 1 && "built" in only) {
    const { path } = only.plan.target;
    const { entries, files } = only.built;
    return [
      { kind: "text", text: buildSay.made(path, entries), tone: "good" },
      { kind: "text", text: buildSay.readBack(files.length), tone: "faint" },
      ...tested,
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
          homeButton(go),
        ],
      },
    ];
  }
  const made = outcomes.filter((one) => "built" in one).length;
  const failed = outcomes.length - made;
  return [
    failed === 0
      ? { kind: "text", text: buildSay.allMade(made), tone: "good" }
      : { kind: "text", text: buildSay.someMade(made, outcomes.length), tone: "bad" },
    {
      kind: "choices",
      id: "results",
      label: buildSay.results(),
      items: outcomes.map((one) => outcomeChoice(one, app, go)),
    },
    {
      kind: "buttons",
      id: "after",
      buttons: [
        ...(failed === 0
          ? []
          : [{ id: "again", label: buildSay.again(failed), press: () => go("back") }]),
        homeButton(go),
      ],
    },
  ];
}

function wordsOfTest(path: string, result: MediaTestResult): Text {
  const { summary } = describeMedium(result);
  return { en: `${path}: ${summary.en}`, zh: `${path}：${summary.zh}` };
}

function homeButton(go: (go: Go) => void): Button {
  return { id: "home", label: buildSay.home(), press: () => go("home") };
}

function outcomeChoice(outcome: TargetOutcome, app: App, go: (go: Go) => void): Choice {
  const { target, name } = outcome.plan;
  const { path } = target;
  const base = { id: path, label: path };
  if ("built" in outcome) {
    return {
      ...base,
      detail: buildSay.isMade(),
      note: buildSay.resultNote(name, outcome.built.entries),
      tone: "good",
      choose: () => go({ to: stickScreen(app, path) }),
    };
  }
  const error = asLifeboatError(outcome.error);
  const isStopped = error.kind === "cancelled";
  return {
    ...base,
    detail: isStopped ? buildSay.isStopped() : buildSay.isFailed(),
    note: error.text,
    tone: isStopped ? "warning" : "bad",
    choose: () => go({ to: failureScreen(path, error) }),
  };
}

/** All that is said of a failure: a line of the list has no room for it. */
function failureScreen(path: string, error: LifeboatError): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({
      title: path,
      help: [buildSay.failureHelp()],
      body: [...errorBlocks(error), backButton(go)],
    }),
  });
}
