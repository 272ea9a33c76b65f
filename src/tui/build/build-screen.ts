/**
 * Making a stick, on one page: the target, what lies where on it, the images and what each will do. What can't be done is said where
 * the plan would be; nothing is written before the plan was shown and confirmed.
 */
import { basename } from "node:path";
import { LifeboatError, asLifeboatError } from "../../system/errors.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import { IMAGE_ENDINGS, pickerScreen } from "../files/picker.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, Choice, Control, Fact, View, Words } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { targetsScreen } from "../targets/targets-screen.ts";
import { buildJob } from "./build-job.ts";
import { confirmScreen } from "./confirm-screen.ts";
import type { Draft, DraftIso, DraftOptions } from "./draft.ts";
import { DEFAULT_OPTIONS, toBeTyped, withIsos, withReport } from "./draft.ts";
import { describeReport } from "./iso-words.ts";
import { buildSay } from "./messages.ts";
import { optionsScreen } from "./options-screen.ts";
import { lookAtIso, planDraft } from "./plan-draft.ts";
import { pictureOfPlan } from "./plan-picture.ts";

interface State {
  readonly draft: Draft;
  /** Undefined while there is no target, and while it is being made. */
  readonly plan: BuildPlan | LifeboatError | undefined;
}

type Message =
  | { readonly kind: "target"; readonly target: ChosenTarget }
  | { readonly kind: "options"; readonly options: DraftOptions }
  | { readonly kind: "isos"; readonly paths: readonly string[] }
  | { readonly kind: "looked"; readonly path: string; readonly report: DraftIso["report"] }
  | { readonly kind: "planned"; readonly draft: Draft; readonly plan: BuildPlan | LifeboatError }
  | { readonly kind: "go"; readonly go: Go };

/** @param device the disk that was chosen already. */
export function buildScreen(app: App, device: string | undefined): Screen {
  const target: ChosenTarget | undefined =
    device === undefined ? undefined : { kind: "device", path: device };
  return defineScreen<State, Message>({
    start: () => planned({ target, options: DEFAULT_OPTIONS, isos: [] }, app),
    update: (state, message) => update(state, message, app),
    view: (state, send) => view(state, send, app),
  });
}

function update(state: State, message: Message, app: App): Step<State, Message> {
  const { draft } = state;
  switch (message.kind) {
    case "target":
      return planned({ ...draft, target: message.target }, app);
    case "options":
      return planned({ ...draft, options: message.options }, app);
    case "isos": {
      const next = withIsos(draft, message.paths);
      const step = planned(next, app);
      const unseen = next.isos.filter(({ report }) => report === undefined);
      const looks = unseen.map(({ path }) => looking(path));
      return { ...step, effects: [...(step.effects ?? []), ...looks] };
    }
    case "looked": {
      // The plan doesn't hang on what an image is: it stays.
      const next = withReport(draft, message.path, message.report);
      return { state: { ...state, draft: next } };
    }
    case "planned":
      // One that came late is of choices that were changed since.
      if (message.draft.target !== draft.target || message.draft.options !== draft.options) {
        return { state };
      }
      return { state: { ...state, plan: message.plan } };
    case "go":
      return { state, go: message.go };
  }
}

function planned(draft: Draft, app: App): Step<State, Message> {
  const { target } = draft;
  const state: State = { draft, plan: undefined };
  if (target === undefined) return { state };
  const plan: Effect<Message> = async (send) => {
    try {
      send({ kind: "planned", draft, plan: await planDraft(target, draft, app) });
    } catch (error) {
      send({ kind: "planned", draft, plan: asLifeboatError(error) });
    }
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

function view(state: State, send: (message: Message) => void, app: App): View {
  const { draft, plan } = state;
  const go = (where: Go) => send({ kind: "go", go: where });
  const chooseIsos = () => go({ to: isoPicker(draft, send, app) });
  return {
    title: buildSay.title(),
    help: [buildSay.help()],
    begin: "do",
    waiting: draft.target !== undefined && plan === undefined,
    body: [
      { kind: "facts", facts: factsOf(draft, plan) },
      ...planBlocks(plan),
      {
        kind: "choices",
        id: "isos",
        label: buildSay.images(draft.isos.length),
        items: draft.isos.map((iso) => isoChoice(iso, chooseIsos, draft.options)),
        empty: buildSay.noImages(),
      },
      buttonsOf(state, send, app, chooseIsos),
    ],
  };
}

function factsOf({ target, options }: Draft, plan: State["plan"]): Fact[] {
  const { fileSystem, scheme, secureBoot, label } = options;
  const layout = `${fileSystem}, ${scheme.toUpperCase()}`;
  const settings = {
    label: buildSay.settings(),
    value: buildSay.settingsAre(layout, secureBoot, label),
  };
  if (target === undefined) {
    return [{ label: buildSay.target(), value: buildSay.noTarget(), tone: "warning" }, settings];
  }
  return [{ label: buildSay.target(), value: targetWords(target.path, plan) }, settings];
}

function targetWords(path: string, plan: State["plan"]): Words {
  if (plan === undefined || plan instanceof LifeboatError) return path;
  const { sizeBytes, model, serial, create, exists } = plan.target;
  const about = [formatSize(sizeBytes), model, serial].filter(Boolean).join("  ");
  return create && !exists ? buildSay.newImage(path, about) : `${path}  ${about}`;
}

function planBlocks(plan: State["plan"]): Block[] {
  if (plan === undefined) return [];
  if (plan instanceof LifeboatError) return errorBlocks(plan);
  const notes = [...plan.target.findings.map(({ text }) => text), ...plan.notes];
  return [
    { kind: "disk", picture: pictureOfPlan(plan) },
    ...notes.map((text): Block => ({ kind: "text", text, tone: "warning" })),
  ];
}

function isoChoice(
  { path, report }: DraftIso,
  choose: () => void,
  { secureBoot }: DraftOptions,
): Choice {
  return { id: path, label: basename(path), choose, ...describeReport(report, secureBoot) };
}

function buttonsOf(
  { draft, plan }: State,
  send: (message: Message) => void,
  app: App,
  chooseIsos: () => void,
): Control {
  const go = (where: Go) => send({ kind: "go", go: where });
  const ready = plan !== undefined && !(plan instanceof LifeboatError);
  const choices: Button[] = [
    {
      id: "target",
      label: buildSay.chooseTarget(),
      press: () => go({ to: targetChooser(send, app) }),
    },
    { id: "isos", label: buildSay.chooseImages(), press: chooseIsos },
    {
      id: "options",
      label: buildSay.chooseSettings(),
      press: () =>
        go({ to: optionsScreen(draft.options, (options) => send({ kind: "options", options })) }),
    },
  ];
  const make: Button = {
    id: "make",
    label: buildSay.make(),
    ...(ready && { press: () => go(beginning(plan, app)) }),
  };
  // What is to be done next stands first.
  return { kind: "buttons", id: "do", buttons: ready ? [make, ...choices] : [...choices, make] };
}

function beginning(plan: BuildPlan, app: App): Go {
  const job = () => buildJob(plan, app);
  const word = toBeTyped(plan);
  if (word === "") return { to: job() };
  return { to: confirmScreen(plan, word, job) };
}

function targetChooser(send: (message: Message) => void, app: App): Screen {
  return targetsScreen(app, {
    title: buildSay.chooseTarget(),
    several: false,
    done: ([target]) => {
      if (target !== undefined) send({ kind: "target", target });
    },
  });
}

function isoPicker(draft: Draft, send: (message: Message) => void, app: App): Screen {
  return pickerScreen({
    title: buildSay.chooseImages(),
    folder: app.folder,
    endings: IMAGE_ENDINGS,
    several: true,
    chosen: draft.isos.map(({ path }) => path),
    done: (paths) => {
      send({ kind: "isos", paths });
      return "back";
    },
  });
}
