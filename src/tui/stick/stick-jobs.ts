/** What is carried out on a stick: each job opens it, does what the command of the same name does, and says what came of it. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import { isDevice } from "../../block/file.ts";
import { backupPathFor } from "../../stick/boot-backup/save.ts";
import type { CreateResult } from "../../stick/persistence/create.ts";
import { createPersistence } from "../../stick/persistence/create.ts";
import { withTitle } from "../../stick/settings/edit.ts";
import { readSettingsText, textOfSettings, writeSettings } from "../../stick/settings/file.ts";
import { planUpgrade } from "../../stick/upgrade/plan.ts";
import type { UpgradeResult } from "../../stick/upgrade/upgrade.ts";
import { upgradeStick } from "../../stick/upgrade/upgrade.ts";
import { formatSize } from "../../system/sizes.ts";
import { VERSION } from "../../system/version.ts";
import type { AddResult } from "../../stick/add.ts";
import { addFiles, removeFiles } from "../../stick/add.ts";
import type { RefreshResult, RefreshTools } from "../../stick/refresh.ts";
import { refreshStick } from "../../stick/refresh.ts";
import type { Stick } from "../../stick/stick.ts";
import { dropCaches, openStickToWrite } from "../../stick/target.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import type { Block, Control } from "../frame/view.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { stickSay } from "./messages.ts";

export function addJob(app: App, path: string, files: readonly string[]): Screen {
  return changeJob<AddResult>(app, path, {
    title: stickSay.adding(files.length),
    question: stickSay.stopAdding(),
    work: async (stick, tools, job) =>
      addFiles(stick, files, tools, job, {
        beforeReadBack: async () => dropCaches(path, tools.run),
      }),
    done: (result) => [
      { kind: "text", text: stickSay.added(result.files.length), tone: "good" },
      ...result.notes.map((text): Block => ({ kind: "text", text, tone: "warning" })),
      ...changesOf(result),
    ],
  });
}

export function removeJob(app: App, path: string, name: string): Screen {
  return changeJob<RefreshResult>(app, path, {
    title: stickSay.removing(),
    question: stickSay.stopChange(),
    work: async (stick, tools, job) => removeFiles(stick, [name], tools, job),
    done: (result) => [
      { kind: "text", text: stickSay.removed(name), tone: "good" },
      ...changesOf(result),
    ],
  });
}

export function refreshJob(app: App, path: string): Screen {
  return changeJob<RefreshResult>(app, path, {
    title: stickSay.refresh(),
    question: stickSay.stopChange(),
    work: refreshStick,
    done: changesOf,
  });
}

/** @param title empty: the image's own name again. */
export function titleJob(app: App, path: string, iso: string, title: string): Screen {
  return changeJob<RefreshResult>(app, path, {
    title: stickSay.rename(),
    question: stickSay.stopChange(),
    work: async (stick, tools, job) => {
      const bytes = await readSettingsText(stick, tools.run);
      const text = bytes === undefined ? "" : textOfSettings(bytes);
      const changed = await withTitle(text, iso, title.trim() || undefined);
      await writeSettings(stick, Buffer.from(changed), tools.run);
      return refreshStick(stick, tools, job);
    },
    done: changesOf,
  });
}

export function persistenceJob(app: App, path: string, iso: string, sizeBytes: number): Screen {
  return changeJob<CreateResult>(app, path, {
    title: stickSay.persistence(),
    question: stickSay.stopChange(),
    work: async (stick, tools, job) => {
      const beforeReadBack = async () => dropCaches(path, tools.run);
      return createPersistence(stick, iso, { sizeBytes, beforeReadBack }, tools, job);
    },
    done: (result) => [
      { kind: "text", text: stickSay.persistenceMade(formatSize(result.sizeBytes)), tone: "good" },
      ...changesOf(result),
    ],
  });
}

export function upgradeJob(app: App, path: string): Screen {
  return changeJob<UpgradeResult>(app, path, {
    title: stickSay.upgrade(),
    question: stickSay.stopUpgrade(),
    work: async (stick, tools, job) => {
      const all = { ...tools, kit: await app.openKit(), version: VERSION };
      const prepared = await planUpgrade(stick, all, job);
      const now = new Date();
      const kind = (await isDevice(path)) ? "device" : "image";
      const backupFile = backupPathFor(path, kind, now);
      const beforeReadBack = async () => dropCaches(path, tools.run);
      return upgradeStick(stick, prepared, { ...all, now, backupFile, beforeReadBack }, job);
    },
    done: ({ changed, savedTo }) =>
      changed
        ? [
            { kind: "text", text: stickSay.upgraded(), tone: "good" },
            { kind: "text", text: stickSay.savedTo(savedTo ?? ""), tone: "faint" },
          ]
        : [{ kind: "text", text: stickSay.upToDate() }],
  });
}

interface Change<Result> {
  readonly title: Text;
  readonly question: Text;
  readonly work: (stick: Stick, tools: RefreshTools, job: JobContext) => Promise<Result>;
  readonly done: (result: Result) => readonly Block[];
}

function changeJob<Result>(app: App, path: string, change: Change<Result>): Screen {
  return jobScreen<Result>(
    {
      title: change.title,
      names: [path],
      question: change.question,
      help: [stickSay.changeHelp()],
      carryOut: async (jobs) => {
        const job = onlyJob(jobs);
        const recipes = await openBuiltInRecipes();
        const stick = await openStickToWrite(path, app.run, job);
        try {
          return await change.work(stick, { recipes, run: app.run }, job);
        } finally {
          await stick.disk.close();
        }
      },
      done: (result, go: (go: Go) => void): readonly (Block | Control)[] => [
        ...change.done(result),
        backButton(go),
      ],
      failed: remediesFor(app, path, () => changeJob(app, path, change)),
    },
    app,
  );
}

function changesOf({ changed, added, removed, updated, entries }: RefreshResult): Block[] {
  if (!changed) return [{ kind: "text", text: stickSay.nothingChanged() }];
  const lines = [
    ...added.map((path) => `+ ${path}`),
    ...removed.map((path) => `- ${path}`),
    ...updated.map((path) => `~ ${path}`),
  ];
  return [
    ...lines.map((text): Block => ({ kind: "text", text })),
    { kind: "text", text: stickSay.menuHas(entries), tone: "faint" },
  ];
}
