/** The last look before something is lost: what it is, and its name to be typed. */
import type { BuildPlan } from "../../stick/build/plan.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import { buildSay } from "./messages.ts";
import { pictureOfPlan } from "./plan-picture.ts";

type Message =
  | { readonly kind: "typed"; readonly text: string }
  | { readonly kind: "go"; readonly go: Go };

/** @param word what has to be typed. @param next where it leads then. */
export function confirmScreen(plan: BuildPlan, word: string, next: Screen): Screen {
  return defineScreen<{ readonly typed: string }, Message>({
    start: () => ({ state: { typed: "" } }),
    update: (state, message) =>
      message.kind === "typed" ? { state: { typed: message.text } } : { state, go: message.go },
    view: ({ typed }, send) => {
      const { target } = plan;
      const isRight = typed.trim() === word;
      const about = [target.model, target.serial].filter(Boolean).join(" · ");
      const begin = () => send({ kind: "go", go: { instead: next } });
      return {
        title: buildSay.confirmTitle(),
        help: [buildSay.confirmHelp()],
        body: [
          { kind: "text", text: buildSay.allIsLost(target.path), tone: "bad" },
          {
            kind: "facts",
            facts: [
              { label: buildSay.target(), value: target.path },
              { label: buildSay.size(), value: formatSize(target.sizeBytes) },
              ...(about === "" ? [] : [{ label: buildSay.device(), value: about }]),
            ],
          },
          { kind: "disk", picture: pictureOfPlan(plan) },
          { kind: "gap" },
          {
            kind: "field",
            id: "word",
            label: buildSay.typeIt(word),
            value: typed,
            change: (text) => send({ kind: "typed", text }),
            ...(isRight && { submit: begin }),
            note: isRight ? buildSay.enterBegins() : buildSay.notTheWord(),
            noteTone: isRight ? "good" : "faint",
          },
        ],
      };
    },
  });
}
