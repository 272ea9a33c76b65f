/** A disk or an image that somebody chose: a stick is opened, of another one it is asked what should become of it. */
import { isDevice } from "../../block/file.ts";
import { LifeboatError, asLifeboatError } from "../../system/errors.ts";
import { adoptPlan } from "../adopt/adopt-plan.ts";
import type { App } from "../app.ts";
import { bootBackupSay } from "../boot-backup/messages.ts";
import { restoreScreen } from "../boot-backup/restore-screen.ts";
import { buildScreen } from "../build/build-screen.ts";
import type { ChosenTarget } from "../targets/target.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Choice, View } from "../frame/view.ts";
import { backButton, errorBlocks } from "../jobs/job-screen.ts";
import { stickScreen } from "../stick/stick-screen.ts";
import { verifyJob } from "../verify/verify-job.ts";
import type { DiskLook } from "./look.ts";
import { lookAtDisk } from "./look.ts";
import { diskSay } from "./messages.ts";

type OtherDisk = Extract<DiskLook, { readonly kind: "other" }>;

interface Looked {
  readonly kind: "looked";
  readonly look: DiskLook;
  readonly target: ChosenTarget;
}

type State =
  | { readonly kind: "looking" }
  | (Looked & { readonly look: OtherDisk })
  | { readonly kind: "failed"; readonly error: LifeboatError };

type Message =
  | Looked
  | { readonly kind: "failed"; readonly error: LifeboatError }
  | { readonly kind: "again" }
  | { readonly kind: "go"; readonly go: Go };

export function diskScreen(app: App, path: string): Screen {
  const look: Effect<Message> = async (send) => {
    try {
      const target: ChosenTarget = (await isDevice(path))
        ? { kind: "device", path }
        : { kind: "image", path, size: "" };
      send({ kind: "looked", look: await lookAtDisk(path), target });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
  return defineScreen<State, Message>({
    start: () => ({ state: { kind: "looking" }, effects: [look] }),
    // Adopted, brought back or made by now, perhaps.
    returned: { kind: "again" },
    update: (state, message): Step<State, Message> => {
      switch (message.kind) {
        case "go":
          return { state, go: message.go };
        case "again":
          return { state, effects: [look] };
        case "failed":
          return { state: message };
        case "looked": {
          const { look: found, target } = message;
          if (found.kind === "stick") return { state, go: { instead: stickScreen(app, path) } };
          return { state: { kind: "looked", look: found, target } };
        }
      }
    },
    view: (state, send) => view(state, (go) => send({ kind: "go", go }), app, path),
  });
}

function view(state: State, go: (go: Go) => void, app: App, path: string): View {
  const title = path;
  const help = [diskSay.help()];
  if (state.kind === "looking") {
    const text = diskSay.looking(path);
    return { title, help, waiting: true, body: [{ kind: "text", text, tone: "faint" }] };
  }
  if (state.kind === "failed") {
    return { title, help, body: [...errorBlocks(state.error), backButton(go)] };
  }
  const { look, target } = state;
  return {
    title,
    help,
    body: [
      ...aboutBlocks(look, path),
      {
        kind: "choices",
        id: "become",
        label: diskSay.what(),
        items: choicesOf(look, target, go, app),
      },
    ],
  };
}

function aboutBlocks({ reason, isLost, picture, survey }: OtherDisk, path: string): Block[] {
  const drawn: Block[] = picture.parts.length === 0 ? [] : [{ kind: "disk", picture }];
  if (isLost) return [{ kind: "text", text: diskSay.lost(path), tone: "warning" }, ...drawn];
  if (reason.code !== "not-a-stick") return [...errorBlocks(reason), ...drawn];
  const first: Block = { kind: "text", text: diskSay.noStick(path) };
  if (survey instanceof LifeboatError) {
    const { text, hint } = survey;
    return [
      first,
      ...drawn,
      { kind: "text", text: diskSay.cantAdopt(text), tone: "warning" },
      ...(hint === undefined
        ? []
        : [{ kind: "text" as const, text: hint, tone: "faint" as const }]),
    ];
  }
  const { ventoy, fileSystem } = survey;
  const found =
    ventoy === undefined ? diskSay.onePartition(fileSystem) : diskSay.ventoy(fileSystem);
  return [first, { kind: "text", text: found }, ...drawn];
}

function choicesOf(
  { isLost, survey }: OtherDisk,
  target: ChosenTarget,
  go: (go: Go) => void,
  app: App,
): Choice[] {
  const { path } = target;
  const mend: Choice = {
    id: "mend",
    label: diskSay.mend(),
    note: diskSay.mendNote(),
    choose: () => go({ to: verifyJob(app, path, false) }),
  };
  const adopt: Choice = {
    id: "adopt",
    label: diskSay.adopt(),
    note: diskSay.adoptNote(),
    choose: () => go({ to: adoptPlan(app, path) }),
  };
  return [
    ...(isLost ? [mend] : []),
    ...(survey instanceof LifeboatError ? [] : [adopt]),
    {
      id: "make",
      label: diskSay.make(),
      note: diskSay.makeNote(),
      choose: () => go({ to: buildScreen(app, target) }),
    },
    {
      id: "restore",
      label: bootBackupSay.restore(),
      note: bootBackupSay.restoreNote(),
      // It may be any disk: the rules are those for making a stick of it.
      choose: () => go({ to: restoreScreen(app, path, {}) }),
    },
  ];
}
