/** The last look before something is lost: what it is, and a word to be typed, so that no key too many can do it. */
import { areTyped, missingNames } from "../../system/typed-names.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Words } from "../frame/view.ts";
import { jobSay } from "./messages.ts";

export interface Confirmation {
  readonly title: Words;
  /** What has to be typed: the name of what is changed, or of each of several, in one line and in any order. */
  readonly word: string | readonly string[];
  /** What is lost, and what it becomes. */
  readonly about: readonly Block[];
  /** Where it leads, in place of this screen. */
  readonly next: () => Screen;
}

interface State {
  readonly typed: string;
  /** Enter came, and it wasn't the name. */
  readonly refused: boolean;
}

type Message =
  | { readonly kind: "typed"; readonly text: string }
  | { readonly kind: "refused" }
  | { readonly kind: "go"; readonly go: Go };

export function typeToConfirm({ title, word, about, next }: Confirmation): Screen {
  return defineScreen<State, Message>({
    start: () => ({ state: { typed: "", refused: false } }),
    update: (state, message) => {
      if (message.kind === "typed") return { state: { typed: message.text, refused: false } };
      if (message.kind === "refused") return { state: { ...state, refused: true } };
      return { state, go: message.go };
    },
    view: ({ typed, refused }, send) => {
      const words = typeof word === "string" ? [word] : word;
      const isRight = areTyped(typed.trim(), words);
      const { missing } = missingNames(typed.trim(), words);
      const begin = () => send({ kind: "go", go: { instead: next() } });
      return {
        title,
        help: [jobSay.confirmHelp()],
        body: [
          ...about,
          { kind: "gap" },
          {
            kind: "field",
            id: "word",
            label: words.length === 1 ? jobSay.typeIt(words.join()) : jobSay.typeAll(words.length),
            value: typed,
            change: (text) => send({ kind: "typed", text }),
            submit: isRight ? begin : () => send({ kind: "refused" }),
            note: isRight
              ? jobSay.enterBegins()
              : words.length > 1 && missing.length > 0
                ? jobSay.stillToType(missing)
                : refused
                  ? jobSay.notTheName(missing)
                  : jobSay.escGoesBack(),
            noteTone: isRight ? "good" : refused ? "bad" : "faint",
          },
        ],
      };
    },
  });
}
