/** The first screen: which sticks there are, and what can be begun. */
import type { LifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import { LANGUAGES } from "../../system/text.ts";
import type { App } from "../app.ts";
import { buildScreen } from "../build/build-screen.ts";
import { diskScreen } from "../disk/disk-screen.ts";
import { IMAGE_ENDINGS, pickerScreen } from "../files/picker.ts";
import type { Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Choice, View } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { kitScreen } from "../kit/kit-screen.ts";
import { stickScreen } from "../stick/stick-screen.ts";
import type { FoundMessage, FoundTarget } from "../targets/find-sticks.ts";
import { findingSticks } from "../targets/find-sticks.ts";
import { LANGUAGE_NAMES, homeSay } from "./messages.ts";

interface State {
  readonly found: readonly FoundTarget[] | undefined;
  readonly error: LifeboatError | undefined;
}

type Message = FoundMessage | { readonly kind: "look" } | { readonly kind: "go"; readonly go: Go };

export function homeScreen(app: App): Screen {
  const look = (state: State): Step<State, Message> => ({
    state: { ...state, error: undefined },
    effects: [findingSticks(app)],
  });
  return defineScreen<State, Message>({
    start: () => look({ found: undefined, error: undefined }),
    returned: { kind: "look" },
    update: (state, message) => {
      switch (message.kind) {
        case "look":
          return look(state);
        case "found":
          return { state: { found: message.found, error: undefined } };
        case "failed":
          return { state: { found: [], error: message.error } };
        case "go":
          return { state, go: message.go };
      }
    },
    view: (state, send) => view(state, send, app),
  });
}

function view({ found, error }: State, send: (message: Message) => void, app: App): View {
  const go = (where: Go) => send({ kind: "go", go: where });
  const others = LANGUAGES.filter((language) => language !== app.language());
  return {
    title: homeSay.title(),
    help: [homeSay.help()],
    waiting: found === undefined,
    body: [
      ...(error === undefined ? [] : errorBlocks(error)),
      {
        kind: "choices",
        id: "targets",
        label: homeSay.targets(),
        items: (found ?? []).map((target) => targetChoice(target, go, app)),
        empty: found === undefined ? homeSay.looking() : homeSay.none(),
      },
      {
        kind: "buttons",
        id: "begin",
        buttons: [
          {
            id: "make",
            label: homeSay.make(),
            note: homeSay.makeNote(),
            press: () => go({ to: buildScreen(app, undefined) }),
          },
          {
            id: "open",
            label: homeSay.open(),
            note: homeSay.openNote(),
            press: () => go({ to: imagePicker(app) }),
          },
          {
            id: "kit",
            label: homeSay.kit(),
            note: homeSay.kitNote(),
            press: () => go({ to: kitScreen(app) }),
          },
          { id: "look", label: homeSay.lookAgain(), press: () => send({ kind: "look" }) },
          ...others.map((language) => ({
            id: `language ${language}`,
            label: LANGUAGE_NAMES[language],
            press: () => app.setLanguage(language),
          })),
          { id: "quit", label: homeSay.quit(), press: () => go("quit") },
        ],
      },
    ],
  };
}

function imagePicker(app: App): Screen {
  return pickerScreen({
    title: homeSay.open(),
    from: app.chooser,
    endings: IMAGE_ENDINGS,
    several: false,
    done: ([path = ""]) => ({ instead: diskScreen(app, path) }),
  });
}

function targetChoice(target: FoundTarget, go: (go: Go) => void, app: App): Choice {
  const { path, sizeBytes, about, stick, refused, unreadable } = target;
  const label = [path, about].filter(Boolean).join("  ");
  const base = { id: path, label };
  if (stick !== undefined) {
    return {
      ...base,
      tone: "good",
      detail: homeSay.stick(stick.name, stick.isos, formatSize(sizeBytes)),
      note: refused ?? homeSay.stickNote(),
      choose: () => go({ to: stickScreen(app, path) }),
    };
  }
  const detail = formatSize(sizeBytes);
  if (refused !== undefined) return { ...base, detail, note: refused };
  return {
    ...base,
    detail,
    note: unreadable ?? homeSay.usable(),
    choose: () => go({ to: diskScreen(app, path) }),
  };
}
