/** What adopting a disk comes to: the disk before and after, what is changed for it, and what is saved. Nothing is written here. */
import { isDevice } from "../../block/file.ts";
import { planAdoptionOf } from "../../stick/adopt/on-target.ts";
import type { AdoptPlan } from "../../stick/adopt/plan.ts";
import { backupPathFor } from "../../stick/boot-backup/save.ts";
import { kitStage } from "../../stick/build/stage-source.ts";
import { formatSize } from "../../system/sizes.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Fact } from "../frame/view.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { adoptJob } from "./adopt-job.ts";
import { adoptSay } from "./messages.ts";
import type { AdoptPictures } from "./pictures.ts";
import { picturesOf } from "./pictures.ts";

interface ShownPlan extends AdoptPictures {
  readonly plan: AdoptPlan;
  /** Where what starts the disk now is saved. */
  readonly backupFile: string;
}

/** The file system is checked whole for it, which takes a while on large ones. */
export function adoptPlan(app: App, path: string): Screen {
  return jobScreen<ShownPlan>(
    {
      title: adoptSay.title(),
      names: [path],
      question: adoptSay.stopPlanning(),
      help: [adoptSay.help()],
      carryOut: async (jobs) => {
        const tools = { stage: kitStage(await app.openKit(), VERSION), run: app.run };
        const wanted = { secureBoot: true, language: app.language() };
        const plan = await planAdoptionOf(path, {}, wanted, tools, onlyJob(jobs));
        const kind = (await isDevice(path)) ? "device" : "image";
        const backupFile = backupPathFor(path, kind, new Date());
        return { plan, backupFile, ...(await picturesOf(plan, app.run)) };
      },
      next: (shown) => ({ instead: planScreen(app, shown) }),
      failed: remediesFor(app, path, () => adoptPlan(app, path)),
    },
    app,
  );
}

function planScreen(app: App, shown: ShownPlan): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => {
      const { plan, before, after } = shown;
      const back = backButton(go);
      const adopt = {
        id: "adopt",
        label: adoptSay.adoptIt(),
        press: () => go({ instead: confirmScreen(app, shown) }),
      };
      return {
        title: adoptSay.title(),
        help: [adoptSay.help()],
        body: [
          { kind: "before-after", before, after },
          { kind: "text", text: adoptSay.filesStay(), tone: "good" },
          { kind: "facts", facts: factsOf(shown) },
          ...noteBlocks(plan),
          { ...back, buttons: [adopt, ...back.buttons] },
        ],
      };
    },
  });
}

function factsOf({ plan, backupFile }: ShownPlan): Fact[] {
  const { name, layout, fileSystem, secureBoot, room, moves } = plan;
  const kind = [name, layout.scheme.toUpperCase(), fileSystem];
  return [
    {
      label: adoptSay.becomes(),
      value: [...kind, ...(secureBoot ? ["Secure Boot"] : [])].join(", "),
    },
    { label: adoptSay.room(), value: adoptSay.roomFrom(room, moves.length > 0) },
    { label: adoptSay.savedTo(), value: backupFile },
  ];
}

function noteBlocks({ notes, moves, target }: AdoptPlan): Block[] {
  const said = [...target.findings.map(({ text }) => text), ...notes];
  return [
    ...said.map((text): Block => ({ kind: "text", text, tone: "warning" })),
    ...moves.map(({ path, sizeBytes }): Block => {
      return { kind: "text", text: `  ${path}  ${formatSize(sizeBytes)}`, tone: "faint" };
    }),
  ];
}

function confirmScreen(app: App, { plan, backupFile, before, after }: ShownPlan): Screen {
  const { path } = plan.target;
  return typeToConfirm({
    title: adoptSay.title(),
    word: path,
    about: [
      { kind: "text", text: adoptSay.confirm(path, plan.ventoy), tone: "warning" },
      { kind: "before-after", before, after },
    ],
    next: () => adoptJob(app, plan, backupFile, () => adoptPlan(app, path)),
  });
}
