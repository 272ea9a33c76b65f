/** An image file as the target: where, and how large. */
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import { typedPath } from "../files/paths.ts";
import { sizeMistake } from "../jobs/size-field.ts";
import { targetsSay } from "./messages.ts";
import type { ChosenTarget } from "./target.ts";

interface State {
  readonly path: string;
  readonly size: string;
}

type Message =
  | { readonly kind: "change"; readonly changed: Partial<State> }
  | { readonly kind: "go"; readonly go: Go };

export function imageScreen(path: string, done: (target: ChosenTarget) => void): Screen {
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
        done({ kind: "image", ...state, path: typedPath(state.path) });
        send({ kind: "go", go: "back" });
      };
      return {
        title: targetsSay.anImageFile(),
        help: [targetsSay.imageHelp()],
        body: [
          {
            kind: "field",
            id: "path",
            label: targetsSay.path(),
            value: state.path,
            change: (path) => send({ kind: "change", changed: { path } }),
          },
          {
            kind: "field",
            id: "size",
            label: targetsSay.sizeField(),
            value: state.size,
            change: (size) => send({ kind: "change", changed: { size } }),
            ...(wrong === undefined && { submit: take }),
            note: wrong?.hint ?? targetsSay.sizeNote(),
            ...(wrong !== undefined && { noteTone: "bad" as const }),
          },
          {
            kind: "buttons",
            id: "after",
            buttons: [
              {
                id: "take",
                label: targetsSay.takeTarget(),
                ...(wrong === undefined && { press: take }),
              },
            ],
          },
        ],
      };
    },
  });
}
