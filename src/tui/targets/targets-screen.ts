/** Where the stick is made: one of the disks that may be used, or an image file. */
import { join } from "node:path";
import type { LifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Choice } from "../frame/view.ts";
import type { FoundMessage, FoundTarget } from "../home/find-sticks.ts";
import { findingSticks } from "../home/find-sticks.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import type { DraftTarget } from "./draft.ts";
import { imageScreen } from "./image-screen.ts";
import { buildSay } from "./messages.ts";

interface State {
  readonly found: readonly FoundTarget[] | undefined;
  readonly error: LifeboatError | undefined;
}

type Message = FoundMessage | { readonly kind: "go"; readonly go: Go };

export function targetScreen(app: App, done: (target: DraftTarget) => void): Screen {
  return defineScreen<State, Message>({
    start: () => ({
      state: { found: undefined, error: undefined },
      effects: [findingSticks(app)],
    }),
    update: (state, message) => {
      switch (message.kind) {
        case "found":
          return { state: { ...state, found: message.found } };
        case "failed":
          return { state: { found: [], error: message.error } };
        case "go":
          return { state, go: message.go };
      }
    },
    view: ({ found, error }, send) => {
      const go = (where: Go) => send({ kind: "go", go: where });
      const image: Choice = {
        id: "image",
        label: buildSay.anImageFile(),
        note: buildSay.imageNote(),
        tone: "accent",
        choose: () => go({ instead: imageScreen(join(app.folder, "stick.img"), done) }),
      };
      const disks = (found ?? []).map((target) =>
        diskChoice(target, () => {
          done({ kind: "device", path: target.path });
          go("back");
        }),
      );
      return {
        title: buildSay.chooseTarget(),
        help: [buildSay.targetHelp()],
        waiting: found === undefined,
        body: [
          ...(error === undefined ? [] : errorBlocks(error)),
          { kind: "choices", id: "targets", items: [image, ...disks] },
          ...(found === undefined
            ? [{ kind: "text" as const, text: buildSay.lookingForDisks(), tone: "faint" as const }]
            : []),
        ],
      };
    },
  });
}

function diskChoice(
  { path, about, sizeBytes, refused, stick }: FoundTarget,
  choose: () => void,
): Choice {
  const base = {
    id: path,
    label: [path, about].filter(Boolean).join("  "),
    detail: formatSize(sizeBytes),
  };
  if (refused !== undefined) return { ...base, note: refused };
  const note = stick === undefined ? buildSay.diskNote() : buildSay.isStickAlready(stick.name);
  return { ...base, note, choose };
}
