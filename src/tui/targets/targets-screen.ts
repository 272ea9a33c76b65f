/** Where something is to be written: the disks of the computer, each with the reason where it may not be used, or image files. */
import { basename } from "node:path";
import type { SafetyOptions } from "../../disks/safety.ts";
import type { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { App } from "../app.ts";
import type { Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, ButtonsControl, Choice, View, Words } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { unmountJob } from "../jobs/unmount-job.ts";
import { diskChoice } from "./disk-choice.ts";
import type { FoundMessage, FoundTarget } from "./find-sticks.ts";
import { findingSticks } from "./find-sticks.ts";
import { imageScreen } from "./image-screen.ts";
import { targetsSay } from "./messages.ts";
import type { ChosenTarget } from "./target.ts";
import { freeImageName, withTarget, withoutTarget } from "./target.ts";

export interface TargetsOptions {
  readonly title: Words;
  /** One is taken by Enter; several are ticked. */
  readonly several: boolean;
  readonly chosen?: readonly ChosenTarget[];
  /** What isn't to be a target, and why not: the stick that is copied. */
  readonly except?: { readonly path: string; readonly why: Text };
  /** Which disks may be chosen that otherwise mayn't. */
  readonly safety?: SafetyOptions;
  /** Hears what was chosen; then this screen has gone. */
  readonly done: (targets: readonly ChosenTarget[]) => void;
}

interface State {
  readonly found: readonly FoundTarget[] | undefined;
  readonly error: LifeboatError | undefined;
  readonly chosen: readonly ChosenTarget[];
}

type Message =
  | FoundMessage
  | { readonly kind: "look" }
  | { readonly kind: "take"; readonly target: ChosenTarget }
  | { readonly kind: "leave"; readonly path: string }
  | { readonly kind: "go"; readonly go: Go };

export function targetsScreen(app: App, options: TargetsOptions): Screen {
  const look = (state: State): Step<State, Message> => ({
    state: { ...state, error: undefined },
    effects: [findingSticks(app, options.safety)],
  });
  return defineScreen<State, Message>({
    start: () => look({ found: undefined, error: undefined, chosen: options.chosen ?? [] }),
    // From unmounting one of them.
    returned: { kind: "look" },
    update: (state, message) => {
      switch (message.kind) {
        case "look":
          return look(state);
        case "found": {
          const { found } = message;
          return { state: { found, error: undefined, chosen: stillThere(state.chosen, found) } };
        }
        case "failed":
          return { state: { ...state, found: [], error: message.error } };
        case "take":
          return { state: { ...state, chosen: withTarget(state.chosen, message.target) } };
        case "leave":
          return { state: { ...state, chosen: withoutTarget(state.chosen, message.path) } };
        case "go":
          return { state, go: message.go };
      }
    },
    view: (state, send) => view(state, send, app, options),
  });
}

/** A disk that was pulled out isn't chosen any more. */
function stillThere(
  chosen: readonly ChosenTarget[],
  found: readonly FoundTarget[],
): readonly ChosenTarget[] {
  const usable = new Set(
    found.filter(({ refused }) => refused === undefined).map(({ path }) => path),
  );
  return chosen.filter(({ kind, path }) => kind === "image" || usable.has(path));
}

function view(
  state: State,
  send: (message: Message) => void,
  app: App,
  options: TargetsOptions,
): View {
  const { found, error } = state;
  const { title, several } = options;
  const wait: Block = { kind: "text", text: targetsSay.lookingForDisks(), tone: "faint" };
  const none: Block = { kind: "text", text: targetsSay.noDisks(), tone: "faint" };
  return {
    title,
    help: [several ? targetsSay.helpSeveral() : targetsSay.helpOne()],
    waiting: found === undefined,
    body: [
      ...(error === undefined ? [] : errorBlocks(error)),
      { kind: "choices", id: "targets", items: choicesOf(state, send, app, options) },
      ...(found === undefined ? [wait] : found.length === 0 && error === undefined ? [none] : []),
      buttonsOf(state, send, options),
    ],
  };
}

function choicesOf(
  { found, chosen }: State,
  send: (message: Message) => void,
  app: App,
  { several, except, done }: TargetsOptions,
): Choice[] {
  const go = (where: Go) => send({ kind: "go", go: where });
  const taken = [...chosen.map(({ path }) => path), ...(except === undefined ? [] : [except.path])];
  const newImage = freeImageName(app.folder, taken);
  const addImage: Choice = {
    id: "image",
    label: targetsSay.anImageFile(),
    note: targetsSay.imageNote(),
    tone: "accent",
    choose: () =>
      go(
        several
          ? { to: imageScreen(newImage, (target) => send({ kind: "take", target })) }
          : { instead: imageScreen(newImage, (target) => done([target])) },
      ),
  };
  const images = !several
    ? []
    : chosen.flatMap((target) => (target.kind === "image" ? [imageChoice(target, send)] : []));
  const disks = (found ?? []).map((disk): Choice => {
    const { path } = disk;
    const ticked = several && chosen.some((target) => target.path === path);
    return diskChoice(disk, {
      ...(several && { ticked }),
      ...(except?.path === path && { except: except.why }),
      unmount: () => go({ to: unmountJob(app, path) }),
      choose: () => {
        const target = { kind: "device" as const, path };
        if (several) return send(ticked ? { kind: "leave", path } : { kind: "take", target });
        done([target]);
        go("back");
      },
    });
  });
  return [addImage, ...images, ...disks];
}

function imageChoice(
  { path, size }: ChosenTarget & { kind: "image" },
  send: (message: Message) => void,
): Choice {
  return {
    id: path,
    label: basename(path),
    detail: size === "" ? targetsSay.asLargeAsItIs() : size,
    note: targetsSay.chosenImageNote(),
    ticked: true,
    choose: () => send({ kind: "leave", path }),
  };
}

function buttonsOf(
  { chosen }: State,
  send: (message: Message) => void,
  { several, done }: TargetsOptions,
): ButtonsControl {
  const take: Button = {
    id: "take",
    label: targetsSay.takeThem(chosen.length),
    press: () => {
      done(chosen);
      send({ kind: "go", go: "back" });
    },
  };
  const look: Button = {
    id: "look",
    label: targetsSay.lookAgain(),
    press: () => send({ kind: "look" }),
  };
  return { kind: "buttons", id: "after", buttons: several ? [take, look] : [look] };
}
