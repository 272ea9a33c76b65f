import type { FailureKind } from "../system/errors.ts";
import { EXIT_STATUS, LifeboatError } from "../system/errors.ts";
import { formatSize } from "../system/sizes.ts";
import type { Stick } from "../stick/stick.ts";
import type { RefreshTools } from "../stick/refresh.ts";
import type { SyncResult } from "../stick/sync/carry-out.ts";
import type { SyncAction } from "../stick/sync/action.ts";
import { SIGNS, describeLost, lostBy, reasonOf, roomOf } from "../stick/sync/describe.ts";
import type { SyncPlan } from "../stick/sync/plan.ts";
import type { SyncSource } from "../stick/sync/source.ts";
import type { Register } from "./common.ts";
import { DRY_RUN, UNMOUNT } from "./options.ts";
import { withoutControls } from "./plain.ts";
import { describeRefresh, withStick } from "./refresh.ts";
import type { Shell } from "./shell.ts";

interface SyncCommandOptions {
  readonly rules?: string;
  readonly yes?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
}

export const registerSync: Register = (program, open) => {
  program
    .command("sync <stick> <source>")
    .about({
      en: "bring the stick up to date from a folder or a web server: new ISOs are added, changed ones replaced, retired ones removed",
      zh: "使 U 盘与文件夹或 Web 服务器保持一致：添加新的 ISO，替换有变化的，移除源中已没有的",
    })
    .value("--rules <file>", {
      en: "in place of lifeboat-sync.yaml in the source (docs/sync.md)",
      zh: "用此文件代替源中的 lifeboat-sync.yaml（docs/sync.md）",
    })
    .flag("--yes", {
      en: "don't ask before something is replaced or removed",
      zh: "替换或移除前不询问",
    })
    .flag(...UNMOUNT)
    .flag(...DRY_RUN)
    .examples(
      "lifeboat sync /dev/sdb /mnt/isos --dry-run",
      "lifeboat sync /dev/sdb /mnt/isos --yes",
      "lifeboat sync /dev/sdb https://isos.example.com/SHA256SUMS",
      "lifeboat sync stick.img ./isos --rules field-team.yaml",
    )
    .action(async (path: string, from: string, options: SyncCommandOptions, command) => {
      const shell = open(command);
      const { openSource } = await import("../stick/sync/open.ts");
      const source = await openSource(from, path, shell.job.signal);
      if (options.dryRun) {
        await showPlan(path, source, options, shell);
        return;
      }
      await withStick(path, options, shell, async (stick, tools) => {
        await synchronise(stick, source, options, tools, shell);
      });
    });
};

async function showPlan(
  path: string,
  source: SyncSource,
  options: SyncCommandOptions,
  shell: Shell,
): Promise<void> {
  const { openStick } = await import("../stick/stick.ts");
  const { run } = await import("../system/run.ts");
  const { prepareSync } = await import("../stick/sync/sync.ts");
  const stick = await openStick(path);
  try {
    const plan = await prepareSync(stick, source, options.rules, run, shell.job);
    for (const note of plan.notes) shell.warn(note);
    shell.result(planJson(plan, shell), describePlan(plan, shell));
  } finally {
    await stick.disk.close();
  }
}

async function synchronise(
  stick: Stick,
  source: SyncSource,
  options: SyncCommandOptions,
  tools: RefreshTools,
  shell: Shell,
): Promise<void> {
  const { prepareSync } = await import("../stick/sync/sync.ts");
  const { carryOut } = await import("../stick/sync/carry-out.ts");
  const { dropCaches } = await import("../stick/target.ts");
  const plan = await prepareSync(stick, source, options.rules, tools.run, shell.job);
  for (const note of plan.notes) shell.warn(note);
  for (const { action, path, why } of plan.actions) {
    if (action === "skip") {
      shell.warn({ en: `${path}: ${why.en}`, zh: `${path}：${why.zh}` });
    }
  }
  if (plan.missingBytes === 0) await askFirst(plan, stick.path, options.yes ?? false, shell);
  const all = {
    ...tools,
    now: new Date(),
    beforeReadBack: async () => dropCaches(stick.path, tools.run),
  };
  const result = await carryOut(plan, source, stick, all, shell.job);
  const failed = result.failed.map(({ path, error }) => {
    const { kind: _kind, ...about } = shell.describe(error);
    return { path, error: about };
  });
  shell.result({ ...planJson(plan, shell), ...result, failed }, describeResult(result, shell));
  for (const { path, error } of result.failed) shell.failedOn(path, error);
  const kinds = result.failed.map(({ error }): FailureKind => error.kind);
  if (kinds.length > 0) {
    process.exitCode = EXIT_STATUS[kinds.includes("damaged") ? "damaged" : "failed"];
  }
}

/** What is only added costs nobody anything; what is replaced or removed is shown before. */
async function askFirst(plan: SyncPlan, path: string, yes: boolean, shell: Shell): Promise<void> {
  const lost = lostBy(plan);
  if (yes || lost.length === 0) return;
  if (!shell.json) {
    const lines = describePlan(plan, shell).map(withoutControls);
    process.stderr.write(`${lines.join("\n")}\n`);
  }
  const about = describeLost(lost);
  const agreed = await shell.confirm(
    { en: `${about.en}. Type ${path} to go on:`, zh: `${about.zh}。请输入 ${path} 以继续：` },
    path,
  );
  if (agreed) return;
  throw new LifeboatError(
    "not-confirmed",
    { en: "Not confirmed; nothing was written", zh: "未确认；未写入任何内容" },
    { kind: "refused", hint: { en: "In a script, add --yes", zh: "在脚本中请加 --yes" } },
  );
}

function planJson(plan: SyncPlan, shell: Shell) {
  const { source, copyBytes, freeBefore, freeAfter, missingBytes } = plan;
  return {
    source,
    actions: plan.actions.map(({ action, path, sizeBytes, reason, why, oldFirst }) => ({
      action,
      path,
      sizeBytes,
      reason,
      why: shell.say(why),
      ...(oldFirst && { oldFirst }),
    })),
    copyBytes,
    freeBefore,
    freeAfter,
    missingBytes,
    notes: plan.notes.map((note) => shell.say(note)),
  };
}

function describePlan(plan: SyncPlan, shell: Shell): string[] {
  const line = (one: SyncAction) =>
    `${SIGNS[one.action]} ${one.path}  ${formatSize(one.sizeBytes)}  ${shell.say(reasonOf(one))}`;
  return [...plan.actions.map(line), shell.say(roomOf(plan))];
}

function describeResult(result: SyncResult, shell: Shell): string[] {
  // What failed is told on its own.
  if (!result.changed && result.done.length === 0 && result.failed.length > 0) return [];
  return [
    ...result.done.map(({ path, sha256 }) => `${sha256}  ${path}`),
    ...(result.changed || result.done.length === 0
      ? describeRefresh(result, shell)
      : [shell.say({ en: "The menu is as it was", zh: "菜单没有变化" })]),
  ];
}
