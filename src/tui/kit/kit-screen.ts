/** The kit: where the boot files come from, file by file, and collecting them anew. */
import type { Kit } from "../../boot/kit/kit.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import type { Effect, Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Choice, View } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { kitJob } from "./kit-job.ts";
import { kitSay } from "./messages.ts";

type State =
  | { readonly kind: "reading" }
  | { readonly kind: "read"; readonly kit: Kit }
  | { readonly kind: "failed"; readonly error: LifeboatError };

type Message = State | { readonly kind: "again" } | { readonly kind: "go"; readonly go: Go };

export function kitScreen(app: App): Screen {
  const read: Effect<Message> = async (send) => {
    try {
      send({ kind: "read", kit: await app.openKit() });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
  return defineScreen<State, Message>({
    start: () => ({ state: { kind: "reading" }, effects: [read] }),
    returned: { kind: "again" },
    update: (state, message) => {
      if (message.kind === "go") return { state, go: message.go };
      return message.kind === "again" ? { state, effects: [read] } : { state: message };
    },
    view: (state, send) => view(state, (go) => send({ kind: "go", go }), app),
  });
}

function view(state: State, go: (go: Go) => void, app: App): View {
  return {
    title: kitSay.title(),
    help: [kitSay.help()],
    begin: "do",
    waiting: state.kind === "reading",
    body: [
      ...blocksOf(state),
      { kind: "choices", id: "files", items: filesOf(state), empty: kitSay.none() },
      {
        kind: "buttons",
        id: "do",
        buttons: [{ id: "collect", label: kitSay.collect(), press: () => go({ to: kitJob(app) }) }],
      },
    ],
  };
}

function blocksOf(state: State): Block[] {
  if (state.kind === "failed") return errorBlocks(state.error);
  if (state.kind === "reading") return [];
  return [{ kind: "facts", facts: [{ label: kitSay.folder(), value: state.kit.folder }] }];
}

function filesOf(state: State): Choice[] {
  if (state.kind !== "read") return [];
  return state.kit.manifest.files.map((file) => ({
    id: file.path,
    label: file.path,
    detail: `${file.package} ${file.version}`,
    note: `${formatSize(file.bytes)}, ${file.licence}, SHA-256 ${file.sha256}`,
    tone: "plain",
  }));
}
