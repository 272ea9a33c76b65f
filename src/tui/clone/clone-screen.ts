/**
 * Copying a stick to others, on one page: what is copied, where to, and what speaks against a target. Nothing is written before the
 * plan of each target could be looked at and the names of what is lost were typed.
 */
import type { PlannedClone } from "../../stick/clone/plan-each.ts";
import { describeSource } from "../../stick/clone/describe.ts";
import { LifeboatError, asLifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import { pictureOfPlan } from "../build/plan-picture.ts";
import type { Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, ButtonsControl, Choice, ChoicesControl, View } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { isMounted, unmountButton, unmountJob } from "../jobs/unmount-job.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { withoutTarget } from "../targets/target.ts";
import { targetsScreen } from "../targets/targets-screen.ts";
import { beginClone } from "./begin.ts";
import type { CloneLook } from "./look.ts";
import { CloneLooks } from "./look.ts";
import { cloneSay } from "./messages.ts";
import { targetChoice } from "./target-choice.ts";

interface State {
  readonly targets: readonly ChosenTarget[];
  readonly emptyWindows: boolean;
  /** It has, or had when it was last looked at without this wish. */
  readonly hasWindows: boolean;
  /** What was seen last; undefined before that. */
  readonly looked: CloneLook | LifeboatError | undefined;
  /** The stick itself is: it is read all the same where that can be, but may change meanwhile. */
  readonly isMounted: boolean;
  /** It is looked anew: of what was seen before, the stick is closed. */
  readonly isLooking: boolean;
}

type Message =
  | { readonly kind: "look" }
  | { readonly kind: "targets"; readonly targets: readonly ChosenTarget[] }
  | { readonly kind: "take-off"; readonly path: string }
  | { readonly kind: "empty-windows" }
  | {
      readonly kind: "looked";
      readonly of: State;
      readonly looked: CloneLook | LifeboatError;
      readonly isMounted: boolean;
    }
  | { readonly kind: "go"; readonly go: Go };

/** A line of the stick's less used jobs. @param open the screen of a stick: of a clone that was made. */
export function cloneLine(
  app: App,
  path: string,
  open: (path: string) => Screen,
  go: (go: Go) => void,
): Choice {
  const choose = () => go({ to: cloneScreen(app, path, open) });
  return { id: "clone", label: cloneSay.title(), note: cloneSay.note(), choose };
}

export function cloneScreen(app: App, path: string, open: (path: string) => Screen): Screen {
  const looks = new CloneLooks();
  const look = (wanted: State): Step<State, Message> => {
    const state: State = { ...wanted, isLooking: true };
    return {
      state,
      effects: [
        async (send) => {
          const { targets, emptyWindows } = state;
          const looked = await looks
            .look({ path, targets, emptyWindows }, app)
            .catch(asLifeboatError);
          send({ kind: "looked", of: state, looked, isMounted: await isMounted(path, app) });
        },
      ],
    };
  };
  const first: State = {
    targets: [],
    emptyWindows: false,
    hasWindows: false,
    looked: undefined,
    isMounted: false,
    isLooking: true,
  };
  return defineScreen<State, Message>({
    start: () => {
      const step = look(first);
      // Until the screen is left, whatever is looked at meanwhile.
      const closing = async (_send: unknown, signal: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          const close = () => void looks.close().then(resolve, reject);
          signal.addEventListener("abort", close);
        });
      return { ...step, effects: [...(step.effects ?? []), closing] };
    },
    // From the targets, from a job, or from the last question: what is plugged in may be something else now.
    returned: { kind: "look" },
    update: (state, message) => {
      switch (message.kind) {
        case "look":
          return look(state);
        case "targets":
          return { state: { ...state, targets: message.targets } };
        case "take-off":
          return look({ ...state, targets: withoutTarget(state.targets, message.path) });
        case "empty-windows":
          return look({ ...state, emptyWindows: !state.emptyWindows });
        case "looked": {
          const { of, looked, isMounted: mounted } = message;
          // Of a look that came late the stick is closed already.
          if (of !== state) return { state };
          const refused = looked instanceof LifeboatError && looked.code === "windows-not-empty";
          const hasWindows = state.hasWindows || refused;
          return { state: { ...state, looked, hasWindows, isMounted: mounted, isLooking: false } };
        }
        case "go":
          return { state, go: message.go };
      }
    },
    view: (state, send) => view(state, send, { app, path, open }),
  });
}

interface Context {
  readonly app: App;
  readonly path: string;
  readonly open: (path: string) => Screen;
}

function view(state: State, send: (message: Message) => void, context: Context): View {
  const { app, path } = context;
  const { targets, looked, isLooking } = state;
  return {
    title: cloneSay.title(),
    help: [cloneSay.help()],
    begin: "do",
    waiting: isLooking,
    body: [
      {
        kind: "facts",
        facts: [
          { label: cloneSay.stick(), value: path },
          ...(looked === undefined || looked instanceof LifeboatError
            ? []
            : [{ label: cloneSay.content(), value: describeSource(looked.source) }]),
        ],
      },
      ...blocksOf(state),
      {
        kind: "choices",
        id: "targets",
        label: cloneSay.targets(targets.length),
        items: targets.map((target) =>
          targetChoice(target, plannedOf(target, looked), app, {
            go: (go) => send({ kind: "go", go }),
            takeOff: () => send({ kind: "take-off", path: target.path }),
          }),
        ),
        empty: cloneSay.noTargets(),
      },
      ...windowsControl(state, send),
      buttonsOf(state, send, context),
    ],
  };
}

function plannedOf(
  target: ChosenTarget,
  looked: State["looked"],
): PlannedClone<ChosenTarget> | undefined {
  if (looked === undefined || looked instanceof LifeboatError) return undefined;
  return looked.planned.find(({ wanted }) => wanted === target);
}

function blocksOf({ looked, targets }: State): Block[] {
  if (looked === undefined) return [{ kind: "text", text: cloneSay.reading(), tone: "faint" }];
  if (looked instanceof LifeboatError) {
    if (looked.code !== "windows-not-empty") return errorBlocks(looked);
    const { text } = looked;
    return [
      { kind: "text", text, tone: "warning" },
      { kind: "text", text: cloneSay.windowsHint() },
    ];
  }
  const notes = looked.source.notes.map((text): Block => ({ kind: "text", text, tone: "warning" }));
  const [only] = looked.planned;
  if (targets.length !== 1 || only === undefined || "error" in only) return notes;
  return [{ kind: "disk", picture: pictureOfPlan(only.plan) }, ...notes];
}

function windowsControl(
  { emptyWindows, hasWindows }: State,
  send: (message: Message) => void,
): ChoicesControl[] {
  if (!hasWindows) return [];
  return [
    {
      kind: "choices",
      id: "windows",
      items: [
        {
          id: "empty",
          label: cloneSay.emptyWindows(),
          note: cloneSay.emptyWindowsNote(),
          ticked: emptyWindows,
          choose: () => send({ kind: "empty-windows" }),
        },
      ],
    },
  ];
}

function buttonsOf(
  { targets, looked, isLooking, isMounted: mounted }: State,
  send: (message: Message) => void,
  { app, path, open }: Context,
): ButtonsControl {
  const go = (where: Go) => send({ kind: "go", go: where });
  const refused =
    looked === undefined || looked instanceof LifeboatError
      ? []
      : looked.planned.flatMap((one) => ("error" in one ? [one.wanted] : []));
  const isReady =
    !isLooking &&
    looked !== undefined &&
    !(looked instanceof LifeboatError) &&
    looked.planned.length > 0 &&
    refused.length === 0;
  const choose: Button = {
    id: "targets",
    label: cloneSay.chooseTargets(),
    press: () =>
      go({
        to: targetsScreen(app, {
          title: cloneSay.chooseTargets(),
          several: true,
          chosen: targets,
          except: { path, why: cloneSay.isSource() },
          done: (chosen) => send({ kind: "targets", targets: chosen }),
        }),
      }),
  };
  const leaveOut: Button = {
    id: "leave-out",
    label: cloneSay.leaveOut(refused.length),
    press: () => {
      send({ kind: "targets", targets: targets.filter((one) => !refused.includes(one)) });
      send({ kind: "look" });
    },
  };
  const copy: Button = {
    id: "copy",
    label: cloneSay.copyTo(targets.length),
    ...(isReady && {
      press: () =>
        go({
          to: beginClone(app, looked, {
            open,
            ended: (failed) => {
              const left = targets.filter((one) => failed.includes(one.path));
              send({ kind: "targets", targets: left });
            },
          }),
        }),
    }),
  };
  // What is to be done next stands first.
  const some = refused.length > 0 && refused.length < targets.length ? [leaveOut] : [];
  const unmount = mounted ? [unmountButton(() => go({ to: unmountJob(app, path) }))] : [];
  const buttons = isReady ? [copy, choose, ...unmount] : [...some, ...unmount, choose, copy];
  return { kind: "buttons", id: "do", buttons };
}
