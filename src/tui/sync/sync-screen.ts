/** What a stick is to follow: a folder, or an address. Those that it followed before are known from the stick. */
import { openStick } from "../../stick/stick.ts";
import { earlierSources } from "../../stick/sync/earlier.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import { typedPath } from "../files/paths.ts";
import { IMAGE_ENDINGS, pickerScreen } from "../files/picker.ts";
import type { Effect, Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { ButtonsControl, Choice, ChoicesControl, View } from "../frame/view.ts";
import { syncSay } from "./messages.ts";
import { planScreen } from "./plan-screen.ts";

interface State {
  readonly from: string;
  readonly rules: string;
  readonly earlier: readonly string[];
}

type Message =
  | { readonly kind: "change"; readonly changed: Partial<State> }
  | { readonly kind: "earlier"; readonly earlier: readonly string[] }
  | { readonly kind: "go"; readonly go: Go };

/** A line of the stick's less used jobs. */
export function syncLine(app: App, path: string, go: (go: Go) => void): Choice {
  const choose = () => go({ to: syncScreen(app, path) });
  return { id: "sync", label: syncSay.title(), note: syncSay.note(), choose };
}

export function syncScreen(app: App, path: string): Screen {
  const look: Effect<Message> = async (send) => {
    send({ kind: "earlier", earlier: await readEarlier(app, path) });
  };
  return defineScreen<State, Message>({
    start: () => ({ state: { from: "", rules: "", earlier: [] }, effects: [look] }),
    update: (state, message) => {
      switch (message.kind) {
        case "change":
          return { state: { ...state, ...message.changed } };
        case "earlier": {
          const { earlier } = message;
          // Mostly there is one, and it is the one that is meant; what was typed meanwhile stays.
          const from = state.from === "" && earlier.length === 1 ? (earlier[0] ?? "") : state.from;
          return { state: { ...state, earlier, from } };
        }
        case "go":
          return { state, go: message.go };
      }
    },
    view: (state, send) => view(state, send, app, path),
  });
}

/** A stick that can't be read says so where it is planned. */
async function readEarlier(app: App, path: string): Promise<readonly string[]> {
  try {
    const stick = await openStick(path);
    try {
      return await earlierSources(stick, app.run);
    } finally {
      await stick.disk.close();
    }
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return [];
  }
}

function view(state: State, send: (message: Message) => void, app: App, path: string): View {
  const { from, rules, earlier } = state;
  const go = (where: Go) => send({ kind: "go", go: where });
  const change = (changed: Partial<State>) => send({ kind: "change", changed });
  const order = { path, from: typedPath(from), rules: typedPath(rules) };
  const plan = order.from === "" ? undefined : () => go({ to: planScreen(app, order) });
  return {
    title: syncSay.title(),
    help: [syncSay.help()],
    body: [
      { kind: "text", text: syncSay.about() },
      {
        kind: "field",
        id: "from",
        label: syncSay.source(),
        value: from,
        change: (value) => change({ from: value }),
        ...(plan && { submit: plan }),
        note: syncSay.sourceNote(),
      },
      {
        kind: "field",
        id: "rules",
        label: syncSay.rules(),
        value: rules,
        change: (value) => change({ rules: value }),
        ...(plan && { submit: plan }),
        note: syncSay.rulesNote(),
      },
      ...earlierControl(earlier, (value) => change({ from: value })),
      buttonsOf(app, plan, (folder) => change({ from: folder }), go),
    ],
  };
}

function buttonsOf(
  app: App,
  plan: (() => void) | undefined,
  take: (folder: string) => void,
  go: (go: Go) => void,
): ButtonsControl {
  const picker = () =>
    pickerScreen({
      title: syncSay.chooseFolder(),
      from: app.chooser,
      endings: IMAGE_ENDINGS,
      several: false,
      folders: true,
      done: ([folder = ""]) => {
        take(folder);
        return "back";
      },
    });
  return {
    kind: "buttons",
    id: "do",
    buttons: [
      { id: "plan", label: syncSay.showPlan(), ...(plan && { press: plan }) },
      { id: "folder", label: syncSay.chooseFolder(), press: () => go({ to: picker() }) },
    ],
  };
}

/** One alone stands in the field already. */
function earlierControl(
  earlier: readonly string[],
  take: (source: string) => void,
): ChoicesControl[] {
  if (earlier.length < 2) return [];
  const items = earlier.map((source) => ({
    id: source,
    label: source,
    note: syncSay.earlierNote(),
    choose: () => take(source),
  }));
  return [{ kind: "choices", id: "earlier", label: syncSay.earlier(), items }];
}
