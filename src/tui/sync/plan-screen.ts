/** What following a source comes to, file by file, before anything is written. */
import type { SyncAction } from "../../stick/sync/action.ts";
import { SIGNS, lacksRoom, lostBy, reasonOf, roomOf } from "../../stick/sync/describe.ts";
import type { SyncPlan } from "../../stick/sync/plan.ts";
import { LifeboatError, asLifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import type { Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, ButtonsControl, Choice, ChoicesControl, Tone, View } from "../frame/view.ts";
import { errorBlocks } from "../jobs/job-screen.ts";
import { isMounted, unmountButton, unmountJob } from "../jobs/unmount-job.ts";
import { beginSync } from "./begin.ts";
import { syncSay } from "./messages.ts";
import type { SyncOrder } from "./order.ts";
import { planOrder } from "./order.ts";

interface State {
  /** What was found last; undefined before that. */
  readonly plan: SyncPlan | LifeboatError | undefined;
  /** The stick is, and so nothing can be written to it. */
  readonly isMounted: boolean;
  readonly isLooking: boolean;
}

type Message =
  | { readonly kind: "look" }
  | {
      readonly kind: "planned";
      readonly of: State;
      readonly plan: SyncPlan | LifeboatError;
      readonly isMounted: boolean;
    }
  | { readonly kind: "go"; readonly go: Go };

export function planScreen(app: App, order: SyncOrder): Screen {
  const look = (before: State): Step<State, Message> => {
    const state: State = { ...before, isLooking: true };
    return {
      state,
      effects: [
        async (send, signal) => {
          const found = await planOrder(order, app, signal).catch(asLifeboatError);
          send({
            kind: "planned",
            of: state,
            plan: found,
            isMounted: await isMounted(order.path, app),
          });
        },
      ],
    };
  };
  return defineScreen<State, Message>({
    start: () => look({ plan: undefined, isMounted: false, isLooking: true }),
    // After a job, and after one that was stopped, the plan is what is left.
    returned: { kind: "look" },
    update: (state, message) => {
      switch (message.kind) {
        case "look":
          return look(state);
        case "planned":
          // One that came late is of a look before the last.
          if (message.of !== state) return { state };
          return {
            state: { plan: message.plan, isMounted: message.isMounted, isLooking: false },
          };
        case "go":
          return { state, go: message.go };
      }
    },
    view: (state, send) => view(state, send, app, order),
  });
}

function view(state: State, send: (message: Message) => void, app: App, order: SyncOrder): View {
  const { plan, isLooking, isMounted: mounted } = state;
  return {
    title: syncSay.planTitle(),
    help: [syncSay.planHelp()],
    begin: "do",
    waiting: isLooking,
    body: [
      ...headOf(plan, order),
      ...(mounted
        ? [{ kind: "text" as const, text: syncSay.mounted(), tone: "warning" as const }]
        : []),
      ...filesOf(plan),
      buttonsOf(state, send, {
        begin: (shown) => beginSync(app, order, shown),
        unmount: () => unmountJob(app, order.path),
      }),
    ],
  };
}

function buttonsOf(
  { plan, isLooking, isMounted: mounted }: State,
  send: (message: Message) => void,
  {
    begin,
    unmount,
  }: { readonly begin: (plan: SyncPlan) => Screen; readonly unmount: () => Screen },
): ButtonsControl {
  const go = (where: Go) => send({ kind: "go", go: where });
  const isReady =
    !isLooking &&
    !mounted &&
    plan !== undefined &&
    !(plan instanceof LifeboatError) &&
    lacksRoom(plan) === undefined;
  return {
    kind: "buttons",
    id: "do",
    buttons: [
      ...(mounted && !isLooking ? [unmountButton(() => go({ to: unmount() }))] : []),
      {
        id: "carry-out",
        label: syncSay.carryOut(),
        ...(isReady && { press: () => go({ to: begin(plan) }) }),
      },
      {
        id: "look",
        label: syncSay.lookAgain(),
        ...(!isLooking && { press: () => send({ kind: "look" }) }),
      },
      {
        id: "back",
        label: syncSay.back(),
        // Were it the only one in use while it is looked, the mark would pass from it to another when the plan comes, and a key that is
        // meant for it begin the job. Esc leads back all the time.
        ...(!isLooking && { press: () => go("back") }),
      },
    ],
  };
}

function headOf(plan: State["plan"], { from }: SyncOrder): Block[] {
  const source = { label: syncSay.sourceIs(), value: withoutPassword(from) };
  if (plan === undefined) {
    return [
      { kind: "facts", facts: [source] },
      { kind: "text", text: syncSay.looking(), tone: "faint" },
    ];
  }
  if (plan instanceof LifeboatError) {
    return [{ kind: "facts", facts: [source] }, ...errorBlocks(plan)];
  }
  const count = (kind: SyncAction["action"]) =>
    plan.actions.filter(({ action }) => action === kind).length;
  const sums = syncSay.sums(
    count("add"),
    count("replace"),
    count("remove"),
    count("keep"),
    count("skip"),
  );
  const isIdle = count("add") === 0 && lostBy(plan).length === 0;
  const lacks = lacksRoom(plan);
  const tone = lacks === undefined ? {} : { tone: "bad" as const };
  return [
    {
      kind: "facts",
      facts: [
        source,
        { label: syncSay.changes(), value: sums },
        { label: syncSay.room(), value: roomOf(plan), ...tone },
      ],
    },
    ...(lacks === undefined ? [] : errorBlocks(lacks)),
    ...(isIdle ? [{ kind: "text" as const, text: syncSay.nothingToDo() }] : []),
    ...plan.notes.map((text): Block => ({ kind: "text", text, tone: "warning" })),
  ];
}

const TONES: Readonly<Record<SyncAction["action"], Tone>> = {
  add: "good",
  replace: "warning",
  remove: "bad",
  keep: "faint",
  skip: "warning",
};

function filesOf(plan: State["plan"]): ChoicesControl[] {
  if (plan === undefined || plan instanceof LifeboatError) return [];
  const { actions } = plan;
  const items = actions.map((one): Choice => {
    const { action, path, sizeBytes } = one;
    return {
      id: `${action} ${path}`,
      label: `${SIGNS[action]} ${path}`,
      detail: formatSize(sizeBytes),
      note: reasonOf(one),
      tone: TONES[action],
    };
  });
  return [{ kind: "choices", id: "files", label: syncSay.files(actions.length), items }];
}

/** An address may have a password in it, and a screen has onlookers. */
function withoutPassword(from: string): string {
  if (!URL.canParse(from)) return from;
  const url = new URL(from);
  if (url.username === "" && url.password === "") return from;
  url.username = "";
  url.password = "";
  return url.href;
}
