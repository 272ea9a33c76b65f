/**
 * The frame of every page of the settings. The first of them also saves, and asks before changes are left; the pages above it hand
 * each draft down to it.
 */
import type { SettingEdit } from "../../stick/settings/edit.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, ButtonsControl, Control, View } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { changeBlocks } from "./change-blocks.ts";
import type { Draft } from "./draft.ts";
import { edited, isChanged, withText } from "./draft.ts";
import { formScreen } from "./form-screen.ts";
import { settingsSay } from "./messages.ts";
import type { Form, Page, PageContext } from "./page.ts";
import type { StickAbout } from "./read-about.ts";
import { saveScreen } from "./save-screen.ts";
import { mistakesControl, textPage } from "./text-page.ts";

export interface Session {
  readonly app: App;
  readonly about: StickAbout;
}

interface State {
  readonly draft: Draft;
  readonly error: LifeboatError | undefined;
  /** An edit is being made: what is pressed meanwhile would go by a draft that is none any more. */
  readonly busy: boolean;
  /** It is asked whether changes are to be lost. */
  readonly leaving: boolean;
}

type Work = (draft: Draft) => Promise<Draft>;

type Message =
  | { readonly kind: "work"; readonly work: Work; readonly back: boolean }
  | { readonly kind: "draft"; readonly draft: Draft; readonly back: boolean }
  | { readonly kind: "failed"; readonly error: LifeboatError }
  | { readonly kind: "leaving"; readonly leaving: boolean }
  | { readonly kind: "go"; readonly go: Go };

/** @param changed hears each new draft; absent: it is the first page. */
export function pageScreen(
  page: Page,
  session: Session,
  first: Draft,
  changed?: (draft: Draft) => void,
): Screen {
  const working = (work: Work, draft: Draft, back: boolean): Effect<Message> => {
    return async (send, signal) => {
      try {
        const next = await work(draft);
        // Left meanwhile: the page below has its own draft by now.
        if (signal.aborted) return;
        changed?.(next);
        send({ kind: "draft", draft: next, back });
      } catch (error) {
        send({ kind: "failed", error: asLifeboatError(error) });
      }
    };
  };
  return defineScreen<State, Message>({
    start: () => ({ state: { draft: first, error: undefined, busy: false, leaving: false } }),
    update: (state, message): Step<State, Message> => {
      switch (message.kind) {
        case "work":
          if (state.busy) return { state };
          return {
            state: { ...state, busy: true },
            effects: [working(message.work, state.draft, message.back)],
          };
        case "draft": {
          const next = { ...state, draft: message.draft, error: undefined, busy: false };
          return message.back ? { state: next, go: "back" } : { state: next };
        }
        case "failed":
          return { state: { ...state, error: message.error, busy: false } };
        case "leaving":
          return { state: { ...state, leaving: message.leaving } };
        case "go":
          return state.busy ? { state } : { state, go: message.go };
      }
    },
    view: (state, send) => {
      const hear = (draft: Draft) => {
        changed?.(draft);
        send({ kind: "draft", draft, back: false });
      };
      return changed === undefined
        ? rootView(page, session, state, send, hear)
        : pageView(page, session, state, send, hear);
    },
  });
}

function pageView(
  page: Page,
  session: Session,
  state: State,
  send: (message: Message) => void,
  hear: (draft: Draft) => void,
): View {
  const { error, busy } = state;
  return {
    title: page.title,
    help: [page.help],
    waiting: busy,
    body: [
      ...(error === undefined ? [] : errorBlocks(error)),
      ...page.body(contextOf(session, state, send, hear)),
    ],
  };
}

function contextOf(
  session: Session,
  { draft }: State,
  send: (message: Message) => void,
  hear: (draft: Draft) => void,
): PageContext {
  const work = (edits: readonly SettingEdit[], back: boolean) =>
    send({ kind: "work", work: async (now) => edited(now, edits), back });
  const go = (where: Go) => send({ kind: "go", go: where });
  return {
    ...session,
    draft,
    settings: draft.now.settings ?? {},
    edit: (...edits) => work(edits, false),
    editAndBack: (...edits) => work(edits, true),
    open: (next) => go({ to: pageScreen(next, session, draft, hear) }),
    ask: (form: Form) => go({ to: formScreen(form, draft, hear) }),
    askInstead: (form: Form) => go({ instead: formScreen(form, draft, hear) }),
    rewrite: (write) =>
      send({
        kind: "work",
        back: false,
        work: async (now) => {
          const text = await write(now.now.text);
          return text === undefined ? now : withText(now, text);
        },
      }),
  };
}

function rootView(
  page: Page,
  session: Session,
  state: State,
  send: (message: Message) => void,
  hear: (draft: Draft) => void,
): View {
  const { draft, leaving } = state;
  const go = (where: Go) => send({ kind: "go", go: where });
  const isDirty = isChanged(draft);
  const hasMistakes = draft.now.mistakes.length > 0;
  const save = () => go({ to: saveScreen(session, draft, hear) });
  const unsaved = settingsSay.unsaved(session.about.path);
  if (leaving)
    return { ...leavingView(page, state, send, hasMistakes ? undefined : save), unsaved };
  const plain = pageView(page, session, state, send, hear);
  const { open } = contextOf(session, state, send, hear);
  const buttons: ButtonsControl = {
    kind: "buttons",
    id: "do",
    buttons: [
      {
        id: "save",
        label: settingsSay.save(),
        note: settingsSay.saveNote(),
        ...(isDirty && !hasMistakes && { press: save }),
      },
      {
        id: "text",
        label: settingsSay.theText(),
        note: settingsSay.theTextNote(),
        press: () => open(textPage()),
      },
      {
        id: "back",
        label: settingsSay.back(),
        press: () => (isDirty ? send({ kind: "leaving", leaving: true }) : go("back")),
      },
    ],
  };
  const body: readonly (Block | Control)[] = hasMistakes
    ? [
        { kind: "text", text: settingsSay.hasMistakes(), tone: "warning" },
        mistakesControl(draft.now.mistakes),
      ]
    : plain.body;
  return {
    ...plain,
    ...(isDirty && {
      unsaved,
      back: () => send({ kind: "leaving", leaving: true }),
    }),
    ...(hasMistakes && { begin: "do" }),
    body: [...body, buttons],
  };
}

function leavingView(
  page: Page,
  { draft }: State,
  send: (message: Message) => void,
  save: (() => void) | undefined,
): View {
  const stay = () => send({ kind: "leaving", leaving: false });
  return {
    title: page.title,
    help: [page.help],
    begin: "leaving",
    back: stay,
    body: [
      { kind: "text", text: settingsSay.leave(), tone: "warning" },
      ...changeBlocks(draft),
      {
        kind: "buttons",
        id: "leaving",
        buttons: [
          {
            id: "save",
            label: settingsSay.save(),
            ...(save !== undefined && {
              press: () => {
                stay();
                save();
              },
            }),
          },
          { id: "lose", label: settingsSay.lose(), press: () => send({ kind: "go", go: "back" }) },
          { id: "stay", label: settingsSay.stay(), press: stay },
        ],
      },
    ],
  };
}
