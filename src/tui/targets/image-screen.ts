/** An image file as the target: where, and how large. */
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import { sizeMistake } from "../jobs/size-field.ts";
import type { DraftTarget } from "./draft.ts";
import { buildSay } from "./messages.ts";

interface State {
  readonly path: string;
  readonly size: string;
}

type Message =
  | { readonly kind: "change"; readonly changed: Partial<State> }
  | { readonly kind: "go"; readonly go: Go };

export function imageScreen(path: string, done: (target: DraftTarget) => void): Screen {
  return defineScreen<State, Message>({
    start: () => ({ state: { path, size: "8G" } }),
    update: (state, message) =>
      message.kind === "change"
        ? { state: { ...state, ...message.changed } }
        : { state, go: message.go },
    view: (state, send) => {
      // Empty is right: an image that is there is taken as large as it is.
      const wrong = state.size === "" ? undefined : sizeMistake(state.size);
      const take = () => {
        done({ kind: "image", ...state });
        send({ kind: "go", go: "back" });
      };
      return {
        title: buildSay.anImageFile(),
        help: [buildSay.imageHelp()],
        body: [
          {
            kind: "field",
            id: "path",
            label: buildSay.path(),
            value: state.path,
            change: (path) => send({ kind: "change", changed: { path } }),
          },
          {
            kind: "field",
            id: "size",
            label: buildSay.sizeField(),
            value: state.size,
            change: (size) => send({ kind: "change", changed: { size } }),
            ...(wrong === undefined && { submit: take }),
            note: wrong?.hint ?? buildSay.sizeNote(),
            ...(wrong !== undefined && { noteTone: "bad" as const }),
          },
          {
            kind: "buttons",
            id: "after",
            buttons: [
              {
                id: "take",
                label: buildSay.takeTarget(),
                ...(wrong === undefined && { press: take }),
              },
            ],
          },
        ],
      };
    },
  });
}
