/** A stick: where everything lies on it, its images in their folders, and what can be done. */
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import { IMAGE_ENDINGS, pickerScreen } from "../files/picker.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Button, View, Words } from "../frame/view.ts";
import { backButton, errorBlocks } from "../jobs/job-screen.ts";
import { verifyJob } from "../verify/verify-job.ts";
import { isoScreen } from "./iso-screen.ts";
import { treeOf } from "./iso-tree.ts";
import { stickSay } from "./messages.ts";
import { moreScreen } from "./more-screen.ts";
import type { StickContents } from "./read-stick.ts";
import { readStick } from "./read-stick.ts";
import { addJob, refreshJob } from "./stick-jobs.ts";
import { tryScreen } from "./try-screen.ts";

type State =
  | { readonly kind: "reading" }
  | { readonly kind: "read"; readonly contents: StickContents }
  | { readonly kind: "failed"; readonly error: LifeboatError };

type Message = State | { readonly kind: "again" } | { readonly kind: "go"; readonly go: Go };

export function stickScreen(app: App, path: string): Screen {
  const read: Effect<Message> = async (send) => {
    try {
      send({ kind: "read", contents: await readStick(path, app.run) });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
  return defineScreen<State, Message>({
    start: () => ({ state: { kind: "reading" }, effects: [read] }),
    returned: { kind: "again" },
    update: (state, message): Step<State, Message> => {
      if (message.kind === "go") return { state, go: message.go };
      // What is shown stays until the new is there: nothing flickers.
      if (message.kind === "again") return { state, effects: [read] };
      return { state: message };
    },
    view: (state, send) => view(state, (go) => send({ kind: "go", go }), app, path),
  });
}

function view(state: State, go: (go: Go) => void, app: App, path: string): View {
  const title = path;
  const help = [stickSay.help()];
  if (state.kind === "reading") {
    return {
      title,
      help,
      waiting: true,
      body: [{ kind: "text", text: stickSay.reading(), tone: "faint" }],
    };
  }
  if (state.kind === "failed")
    return { title, help, body: [...errorBlocks(state.error), backButton(go)] };
  const { contents } = state;
  const { manifest, isos, picture } = contents;
  return {
    title,
    help,
    body: [
      {
        kind: "facts",
        facts: [{ label: stickSay.stick(), value: wordsOf(contents) }],
      },
      { kind: "disk", picture },
      {
        kind: "choices",
        id: "isos",
        label: stickSay.images(isos.length),
        empty: stickSay.noImages(),
        items: treeOf(isos, manifest).map(({ iso, ...choice }) =>
          iso === undefined
            ? choice
            : { ...choice, choose: () => go({ to: isoScreen(app, contents, iso) }) },
        ),
      },
      { kind: "buttons", id: "do", buttons: buttonsOf(go, app, path) },
    ],
  };
}

function wordsOf({ manifest, freeBytes }: StickContents): Words {
  const { name, scheme, fileSystem, secureBoot } = manifest;
  const parts = [name, scheme.toUpperCase(), fileSystem, ...(secureBoot ? ["Secure Boot"] : [])];
  const what = parts.join(", ");
  return freeBytes === undefined ? what : stickSay.about(what, formatSize(freeBytes));
}

function buttonsOf(go: (go: Go) => void, app: App, path: string): Button[] {
  return [
    {
      id: "add",
      label: stickSay.add(),
      note: stickSay.addNote(),
      press: () => go({ to: addPicker(app, path) }),
    },
    {
      id: "refresh",
      label: stickSay.refresh(),
      note: stickSay.refreshNote(),
      press: () => go({ to: refreshJob(app, path) }),
    },
    {
      id: "verify",
      label: stickSay.verify(),
      note: stickSay.verifyNote(),
      press: () => go({ to: verifyJob(app, path, false) }),
    },
    {
      id: "deep",
      label: stickSay.verifyDeep(),
      note: stickSay.verifyDeepNote(),
      press: () => go({ to: verifyJob(app, path, true) }),
    },
    {
      id: "try",
      label: stickSay.tryIt(),
      note: stickSay.tryNote(),
      press: () => go({ to: tryScreen(app, path) }),
    },
    {
      id: "more",
      label: stickSay.more(),
      note: stickSay.moreNote(),
      press: () => go({ to: moreScreen(app, path, (other) => stickScreen(app, other)) }),
    },
  ];
}

function addPicker(app: App, path: string): Screen {
  return pickerScreen({
    title: stickSay.add(),
    from: app.chooser,
    endings: IMAGE_ENDINGS,
    several: true,
    done: (files) => (files.length === 0 ? "back" : { instead: addJob(app, path, files) }),
  });
}
