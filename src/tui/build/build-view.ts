/** What the page of making sticks shows of the draft and its plans. */
import { basename } from "node:path";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { LifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";
import type { Go } from "../frame/screen.ts";
import type { Button, Choice, ChoicesControl, Control, Fact, View, Words } from "../frame/view.ts";
import { unmountJob } from "../jobs/unmount-job.ts";
import type { Draft, DraftIso, DraftOptions, PlannedTarget } from "./draft.ts";
import { allPlans, canBeTested, isMounted } from "./draft.ts";
import { describeReport } from "./iso-words.ts";
import { buildSay } from "./messages.ts";
import { planBlocks } from "./plan-blocks.ts";
import { plannedScreen } from "./planned-screen.ts";

export interface BuildActions {
  readonly go: (go: Go) => void;
  readonly targets: () => void;
  readonly isos: () => void;
  readonly options: () => void;
  readonly testFirst: () => void;
  readonly leaveOut: (path: string) => void;
  readonly begin: (plans: readonly BuildPlan[]) => void;
}

export function buildView(
  draft: Draft,
  planned: readonly PlannedTarget[] | undefined,
  app: App,
  actions: BuildActions,
): View {
  const plans = allPlans(planned);
  return {
    title: buildSay.title(),
    help: [buildSay.help()],
    begin: "do",
    waiting: draft.targets.length > 0 && planned === undefined,
    body: [
      { kind: "facts", facts: factsOf(draft, planned) },
      ...(draft.targets.length > 1
        ? [targetsControl(planned ?? [], app, actions)]
        : planBlocks(planned?.[0]?.plan)),
      ...(plans !== undefined && canBeTested(plans) ? [testControl(draft, actions)] : []),
      {
        kind: "choices",
        id: "isos",
        label: buildSay.images(draft.isos.length),
        items: draft.isos.map((iso) => isoChoice(iso, actions.isos, draft.options)),
        empty: buildSay.noImages(),
      },
      buttonsOf(planned, plans, app, actions),
    ],
  };
}

function factsOf(
  { targets, options }: Draft,
  planned: readonly PlannedTarget[] | undefined,
): Fact[] {
  const { fileSystem, scheme, secureBoot, label, windowsSize } = options;
  const windows = windowsSize === "" ? [] : [`Windows ${windowsSize}`];
  const layout = [fileSystem, scheme.toUpperCase(), ...windows].join(", ");
  const settings = {
    label: buildSay.settings(),
    value: buildSay.settingsAre(layout, secureBoot, label),
  };
  const [only] = targets;
  const target: Fact =
    only === undefined
      ? { label: buildSay.target(), value: buildSay.noTarget(), tone: "warning" }
      : targets.length > 1
        ? { label: buildSay.targets(), value: String(targets.length) }
        : { label: buildSay.target(), value: targetWords(only.path, planned?.[0]?.plan) };
  return [target, settings];
}

function targetWords(path: string, plan: BuildPlan | LifeboatError | undefined): Words {
  if (plan === undefined || plan instanceof LifeboatError) return path;
  const { sizeBytes, model, serial, create, exists } = plan.target;
  const about = [formatSize(sizeBytes), model, serial].filter(Boolean).join("  ");
  return create && !exists ? buildSay.newImage(path, about) : `${path}  ${about}`;
}

/** Of several targets a line each; Enter shows the plan, or what can be done where there is none. */
function targetsControl(
  planned: readonly PlannedTarget[],
  app: App,
  { go, leaveOut }: BuildActions,
): ChoicesControl {
  return {
    kind: "choices",
    id: "targets",
    items: planned.map((one): Choice => {
      const { target, plan } = one;
      const choose = () => go({ to: plannedScreen(one, app, leaveOut) });
      const base = { id: target.path, label: target.path, choose };
      if (plan instanceof LifeboatError) {
        return { ...base, detail: buildSay.cantBe(), note: plan.text, tone: "bad" };
      }
      const { sizeBytes, model, serial, create, exists, findings } = plan.target;
      const [warned] = [...findings.map(({ text }) => text), ...plan.notes];
      const about = [formatSize(sizeBytes), model, serial].filter(Boolean).join("  ");
      return {
        ...base,
        detail: about,
        note: warned ?? (create && !exists ? buildSay.becomesNew() : buildSay.becomes()),
        ...(warned !== undefined && { tone: "warning" as const }),
      };
    }),
    empty: buildSay.planning(),
  };
}

/** As `build` offers it: of real media that would be lost. */
function testControl({ options }: Draft, { testFirst }: BuildActions): ChoicesControl {
  return {
    kind: "choices",
    id: "test",
    items: [
      {
        id: "test",
        label: buildSay.testFirst(),
        ticked: options.testFirst,
        choose: testFirst,
      },
    ],
  };
}

function isoChoice(
  { path, report }: DraftIso,
  choose: () => void,
  { secureBoot }: DraftOptions,
): Choice {
  return { id: path, label: basename(path), choose, ...describeReport(report, secureBoot) };
}

function buttonsOf(
  planned: readonly PlannedTarget[] | undefined,
  plans: readonly BuildPlan[] | undefined,
  app: App,
  { go, targets, isos, options, begin }: BuildActions,
): Control {
  const choices: Button[] = [
    { id: "target", label: buildSay.chooseTarget(), press: targets },
    { id: "isos", label: buildSay.chooseImages(), press: isos },
    { id: "options", label: buildSay.chooseSettings(), press: options },
  ];
  const make: Button = {
    id: "make",
    label: buildSay.make(plans?.length ?? 1),
    ...(plans !== undefined && { press: () => begin(plans) }),
  };
  const [only] = planned ?? [];
  const unmount: Button[] =
    only !== undefined && planned?.length === 1 && isMounted(only)
      ? [
          {
            id: "unmount",
            label: buildSay.unmount(),
            note: buildSay.unmountNote(),
            press: () => go({ to: unmountJob(app, only.target.path) }),
          },
        ]
      : [];
  // What is to be done next stands first.
  const buttons = plans !== undefined ? [make, ...choices] : [...unmount, ...choices, make];
  return { kind: "buttons", id: "do", buttons };
}
