/** What came of each target, and which files of the source are damaged. */
import { basename } from "node:path";
import type { TargetOutcome } from "../../stick/build/on-targets.ts";
import type { CloneResult } from "../../stick/clone/clone.ts";
import { describeClone } from "../../stick/clone/describe.ts";
import type { CloneSource } from "../../stick/clone/source.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, Choice, Control } from "../frame/view.ts";
import { backButton, errorBlocks } from "../jobs/job-screen.ts";
import { cloneSay } from "./messages.ts";

/** @param open the screen of a stick. */
export function resultParts(
  source: CloneSource,
  { outcomes, damaged }: CloneResult,
  open: (path: string) => Screen,
  go: (go: Go) => void,
): (Block | Control)[] {
  return [
    ...summaryOf(source, outcomes),
    ...(damaged.length === 0
      ? []
      : [{ kind: "text" as const, text: cloneSay.damaged(damaged.length), tone: "bad" as const }]),
    ...listOf(outcomes, damaged, open, go),
    { kind: "buttons", id: "after", buttons: buttonsOf(outcomes, open, go) },
  ];
}

function summaryOf(source: CloneSource, outcomes: readonly TargetOutcome[]): Block[] {
  const [only] = outcomes;
  if (only !== undefined && outcomes.length === 1) {
    if (!("built" in only)) return errorBlocks(asLifeboatError(only.error));
    return [
      { kind: "text", text: describeClone(source, only.plan, only.built), tone: "good" },
      { kind: "text", text: cloneSay.readBack(), tone: "faint" },
    ];
  }
  const made = outcomes.filter((one) => "built" in one).length;
  return made === outcomes.length
    ? [{ kind: "text", text: cloneSay.allMade(made), tone: "good" }]
    : [{ kind: "text", text: cloneSay.someMade(made, outcomes.length), tone: "bad" }];
}

/** Of one target all is said already. */
function listOf(
  outcomes: readonly TargetOutcome[],
  damaged: readonly string[],
  open: (path: string) => Screen,
  go: (go: Go) => void,
): Control[] {
  const items = [
    ...damaged.map(damagedChoice),
    ...(outcomes.length === 1 ? [] : outcomes.map((one) => outcomeChoice(one, open, go))),
  ];
  return items.length === 0
    ? []
    : [{ kind: "choices", id: "results", label: cloneSay.results(), items }];
}

function damagedChoice(path: string): Choice {
  return {
    id: `damaged ${path}`,
    label: path,
    detail: cloneSay.damagedDetail(),
    note: cloneSay.damagedNote(),
    tone: "bad",
  };
}

function outcomeChoice(
  outcome: TargetOutcome,
  open: (path: string) => Screen,
  go: (go: Go) => void,
): Choice {
  const { target, name } = outcome.plan;
  const { path } = target;
  // A line has no room for a long path.
  const base = { id: path, label: target.kind === "image" ? basename(path) : path };
  if ("built" in outcome) {
    return {
      ...base,
      detail: cloneSay.made(),
      note: cloneSay.resultNote(name, outcome.built.entries),
      tone: "good",
      choose: () => go({ to: open(path) }),
    };
  }
  const error = asLifeboatError(outcome.error);
  const isStopped = error.kind === "cancelled";
  return {
    ...base,
    detail: isStopped ? cloneSay.stopped() : cloneSay.failed(),
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
      title: cloneSay.failedTitle(),
      help: [cloneSay.failedHelp()],
      body: [
        { kind: "facts", facts: [{ label: cloneSay.target(), value: path }] },
        ...errorBlocks(error),
        backButton(go),
      ],
    }),
  });
}

function buttonsOf(
  outcomes: readonly TargetOutcome[],
  open: (path: string) => Screen,
  go: (go: Go) => void,
): Button[] {
  const failed = outcomes.filter((one) => !("built" in one));
  const [only] = outcomes;
  const home: Button = { id: "home", label: cloneSay.home(), press: () => go("home") };
  if (failed.length > 0) {
    // What is plugged in and mounted may be something else by now: they are planned anew.
    const again = { id: "again", label: cloneSay.again(failed.length), press: () => go("back") };
    return [again, home];
  }
  const plan: Button = { id: "back", label: cloneSay.toPlan(), press: () => go("back") };
  if (only === undefined || outcomes.length > 1) return [home, plan];
  const { path } = only.plan.target;
  const show = () => go({ to: open(path) });
  return [{ id: "open", label: cloneSay.openIt(), press: show }, home, plan];
}
