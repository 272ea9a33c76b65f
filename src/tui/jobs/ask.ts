/** One thing to be typed before a job can begin. */
import type { LifeboatError } from "../../system/errors.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Words } from "../frame/view.ts";
import { jobSay } from "./messages.ts";

export interface Question {
  readonly title: Words;
  readonly about: readonly Block[];
  readonly label: Words;
  readonly value: string;
  /** Said while the value is right. */
  readonly note: Words;
  /** What is wrong with a value. */
  readonly mistake: (value: string) => LifeboatError | undefined;
  readonly next: (value: string) => Screen;
}

type Message =
  | { readonly kind: "typed"; readonly value: string }
  | { readonly kind: "go"; readonly go: Go };

export function askFor({
  title,
  about,
  label,
  value: first,
  note,
  mistake,
  next,
}: Question): Screen {
  return defineScreen<{ readonly value: string }, Message>({
    start: () => ({ state: { value: first } }),
    update: (state, message) =>
      message.kind === "typed" ? { state: { value: message.value } } : { state, go: message.go },
    view: ({ value }, send) => {
      const wrong = mistake(value);
      const begin = () => send({ kind: "go", go: { instead: next(value) } });
      return {
        title,
        help: [jobSay.askHelp()],
        body: [
          ...about,
          {
            kind: "field",
            id: "value",
            label,
            value,
            change: (typed) => send({ kind: "typed", value: typed }),
            ...(wrong === undefined && { submit: begin }),
            note: wrong === undefined ? note : (wrong.hint ?? wrong.text),
            ...(wrong !== undefined && { noteTone: "bad" as const }),
          },
        ],
      };
    },
  });
}
