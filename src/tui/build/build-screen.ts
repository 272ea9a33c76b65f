/**
 * Making sticks, on one page: the targets, what lies where on them, the images and what each will do. What can't be done is said where
 * the plan would be; nothing is written before the plan was shown and confirmed.
 */
import { asLifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import { IMAGE_ENDINGS, pickerScreen } from "../files/picker.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { withoutTarget } from "../targets/target.ts";
import { targetsScreen } from "../targets/targets-screen.ts";
import { buildJob } from "./build-job.ts";
import { buildView } from "./build-view.ts";
import { confirmScreen } from "./confirm-screen.ts";
import type { Draft, DraftIso, DraftOptions, PlannedTarget } from "./draft.ts";
import { DEFAULT_OPTIONS, safetyOf, toBeTyped, withIsos, withReport } from "./draft.ts";
import { buildSay } from "./messages.ts";
import { optionsScreen } from "./options-screen.ts";
import { lookAtIso, planDraft } from "./plan-draft.ts";

interface State {
  readonly draft: Draft;
  /** Undefined while there is no target, and while they are being made. */
  readonly planned: readonly PlannedTarget[] | undefined;
}

type Message =
  | { readonly kind: "targets"; readonly targets: readonly ChosenTarget[] }
  | { readonly kind: "leave-out"; readonly path: string }
  /** Those that failed are left to be made anew. */
  | { readonly kind: "ended"; readonly failed: readonly string[] }
  | { readonly kind: "options"; readonly options: DraftOptions }
  | { readonly kind: "test-first" }
  | { readonly kind: "isos"; readonly paths: readonly string[] }
  | { readonly kind: "looked"; readonly path: string; readonly report: DraftIso["report"] }
  | {
      readonly kind: "planned";
      readonly draft: Draft;
      readonly planned: readonly PlannedTarget[];
    }
  | { readonly kind: "returned" }
  | { readonly kind: "go"; readonly go: Go };

/** @param target what was chosen already. */
export function buildScreen(app: App, target: ChosenTarget | undefined): Screen {
  const targets = target === undefined ? [] : [target];
  return defineScreen<State, Message>({
    start: () => planning({ targets, options: DEFAULT_OPTIONS, isos: [] }, app),
    // What was mounted may not be any more, and an image that wasn't there may be.
    returned: { kind: "returned" },
    update: (state, message) => update(state, message, app),
    view: ({ draft, planned }, send) => {
      const go = (where: Go) => send({ kind: "go", go: where });
      return buildView(draft, planned, app, {
        go,
        targets: () => go({ to: targetChooser(draft, send, app) }),
        isos: () => go({ to: isoPicker(draft, send, app) }),
        options: () =>
          go({ to: optionsScreen(draft.options, (options) => send({ kind: "options", options })) }),
        testFirst: () => send({ kind: "test-first" }),
        leaveOut: (path) => send({ kind: "leave-out", path }),
        begin: (plans) => {
          const { testFirst } = draft.options;
          const ended = (failed: readonly string[]) => send({ kind: "ended", failed });
          const job = () => buildJob({ plans, testFirst, ended }, app);
          const lost = plans.filter(({ target }) => target.exists);
          go({ to: toBeTyped(plans).length === 0 ? job() : confirmScreen(lost, testFirst, job) });
        },
      });
    },
  });
}

function update(state: State, message: Message, app: App): Step<State, Message> {
  const { draft, planned } = state;
  switch (message.kind) {
    case "targets":
      return planning({ ...draft, targets: message.targets }, app);
    case "leave-out":
      return planning({ ...draft, targets: withoutTarget(draft.targets, message.path) }, app);
    case "ended": {
      const { failed } = message;
      if (failed.length === 0) return { state };
      const targets = draft.targets.filter(({ path }) => failed.includes(path));
      return planning({ ...draft, targets }, app);
    }
    case "options":
      return planning({ ...draft, options: message.options }, app);
    case "test-first": {
      const options = { ...draft.options, testFirst: !draft.options.testFirst };
      // No plan hangs on it.
      return { state: { draft: { ...draft, options }, planned } };
    }
    case "isos": {
      const next = withIsos(draft, message.paths);
      const step = planning(next, app);
      const unseen = next.isos.filter(({ report }) => report === undefined);
      const looks = unseen.map(({ path }) => looking(path));
      return { ...step, effects: [...(step.effects ?? []), ...looks] };
    }
    case "looked": {
      // The plan doesn't hang on what an image is: it stays.
      const next = withReport(draft, message.path, message.report);
      return { state: { draft: next, planned } };
    }
    case "planned":
      // Those that came late are of choices that were changed since.
      if (!isOf(message.draft, draft)) return { state };
      return { state: { draft, planned: message.planned } };
    case "returned":
      return planning(draft, app);
    case "go":
      return { state, go: message.go };
  }
}

function isOf(planned: Draft, now: Draft): boolean {
  const paths = ({ isos }: Draft) => isos.map(({ path }) => path).join("\0");
  const options = (draft: Draft) => JSON.stringify({ ...draft.options, testFirst: false });
  return (
    planned.targets === now.targets &&
    options(planned) === options(now) &&
    paths(planned) === paths(now)
  );
}

function planning(draft: Draft, app: App): Step<State, Message> {
  const state: State = { draft, planned: undefined };
  if (draft.targets.length === 0) return { state };
  const plan: Effect<Message> = async (send) => {
    send({ kind: "planned", draft, planned: await planDraft(draft, app) });
  };
  return { state, effects: [plan] };
}

function looking(path: string): Effect<Message> {
  return async (send) => {
    try {
      send({ kind: "looked", path, report: await lookAtIso(path) });
    } catch (error) {
      send({ kind: "looked", path, report: asLifeboatError(error) });
    }
  };
}

function targetChooser(draft: Draft, send: (message: Message) => void, app: App): Screen {
  return targetsScreen(app, {
    title: buildSay.chooseTarget(),
    several: true,
    chosen: draft.targets,
    safety: safetyOf(draft.options),
    done: (targets) => send({ kind: "targets", targets }),
  });
}

function isoPicker(draft: Draft, send: (message: Message) => void, app: App): Screen {
  return pickerScreen({
    title: buildSay.chooseImages(),
    from: app.chooser,
    endings: IMAGE_ENDINGS,
    several: true,
    chosen: draft.isos.map(({ path }) => path),
    done: (paths) => {
      send({ kind: "isos", paths });
      return "back";
    },
  });
}
