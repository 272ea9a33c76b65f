/** A few fields that make edits of the settings: what would be a mistake is said here, where it was typed. */
import type { SettingEdit } from "../../stick/settings/edit.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Button, Control, View } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import type { Draft } from "./draft.ts";
import { edited } from "./draft.ts";
import { settingsSay } from "./messages.ts";
import type { Form } from "./page.ts";

interface State {
  readonly values: readonly string[];
  readonly error: LifeboatError | undefined;
  /** The edits are being made: what is pressed meanwhile is for nothing. */
  readonly busy: boolean;
}

type Message =
  | { readonly kind: "typed"; readonly index: number; readonly value: string }
  | { readonly kind: "take"; readonly edits: Form["edits"] }
  | { readonly kind: "failed"; readonly error: LifeboatError }
  | { readonly kind: "go"; readonly go: Go };

/** @param done hears the draft with the edits; then this screen has gone. */
export function formScreen(form: Form, draft: Draft, done: (draft: Draft) => void): Screen {
  return defineScreen<State, Message>({
    start: () => ({
      state: { values: form.fields.map(({ value }) => value), error: undefined, busy: false },
    }),
    update: (state, message): Step<State, Message> => {
      switch (message.kind) {
        case "typed": {
          const values = state.values.with(message.index, message.value);
          return { state: { ...state, values, error: undefined } };
        }
        case "take":
          if (state.busy) return { state };
          return {
            state: { ...state, busy: true },
            effects: [taking(message.edits, state.values, draft, done)],
          };
        case "failed":
          return { state: { ...state, error: message.error, busy: false } };
        case "go":
          return { state, go: message.go };
      }
    },
    view: (state, send) => view(form, state, send),
  });
}

function taking(
  edits: Form["edits"],
  values: readonly string[],
  draft: Draft,
  done: (draft: Draft) => void,
): Effect<Message> {
  return async (send, signal) => {
    try {
      const next = await edited(draft, await edits(values));
      // Left meanwhile, it takes nothing.
      if (signal.aborted) return;
      done(next);
      send({ kind: "go", go: "back" });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
}

function view(form: Form, { values, error, busy }: State, send: (message: Message) => void): View {
  const take = () => send({ kind: "take", edits: form.edits });
  const fields = form.fields.map(({ id, label, hidden = false, note }, index): Control => {
    const isLast = index === form.fields.length - 1;
    return {
      kind: "field",
      id,
      label,
      value: values[index] ?? "",
      hidden,
      change: (value) => send({ kind: "typed", index, value }),
      ...(isLast && { submit: take }),
      ...(note !== undefined && { note }),
    };
  });
  const more = (form.buttons ?? []).map(({ id, label, edits }): Button => ({
    id,
    label,
    press: () => send({ kind: "take", edits: (): readonly SettingEdit[] => edits }),
  }));
  return {
    title: form.title,
    help: [form.help],
    waiting: busy,
    body: [
      ...form.about,
      ...fields,
      ...(error === undefined ? [] : errorBlocks(error)),
      {
        kind: "buttons",
        id: "after",
        buttons: [{ id: "take", label: settingsSay.take(), press: take }, ...more],
      },
    ],
  };
}
