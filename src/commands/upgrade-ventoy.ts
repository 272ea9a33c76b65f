/** `upgrade --ventoy`: a Ventoy stick gets the release of an archive. */
import type { VentoyUpgradePlan } from "../stick/ventoy/upgrade/plan.ts";
import type { VentoyUpgradeResult } from "../stick/ventoy/upgrade/upgrade.ts";
import { LifeboatError } from "../system/errors.ts";
import { confirmChange } from "./confirm.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";
import { openRelease } from "./ventoy-release.ts";
import { linesOfPlan } from "./ventoy-words.ts";

export interface VentoyCommandOptions {
  readonly ventoy: string;
  readonly ventoySums?: string;
  readonly secureBoot?: boolean;
  readonly yes?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
  readonly backup?: string;
}

export async function upgradeVentoyStick(
  path: string,
  options: VentoyCommandOptions,
  shell: Shell,
): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { isDevice } = await import("../block/file.ts");
  const { openTarget } = await import("../block/device.ts");
  const { STICK_SAFETY, dropCaches, openDiskToWrite } = await import("../stick/target.ts");
  const { planVentoyUpgrade } = await import("../stick/ventoy/upgrade/plan.ts");
  const { upgradeVentoy } = await import("../stick/ventoy/upgrade/upgrade.ts");
  const { backupPathFor } = await import("../stick/boot-backup/save.ts");
  const { VERSION } = await import("../system/version.ts");
  const { secureBoot, yes = false, dryRun = false } = options;
  const release = await openRelease(options, shell);
  if (!dryRun) await offerUnmount(path, options.unmount ?? false, STICK_SAFETY, shell);
  const disk = dryRun ? await openTarget(path) : await openDiskToWrite(path, run, shell.job);
  try {
    const prepared = await planVentoyUpgrade(disk, path, release, { secureBoot }, shell.job);
    const { plan } = prepared;
    for (const note of plan.notes) shell.warn(note);
    if (dryRun) {
      const lines = plan.upToDate ? [upToDate(plan, shell)] : linesOfPlan(plan, shell);
      shell.result(planJson(plan, shell), lines);
      return;
    }
    if (!plan.upToDate) await askFirst(plan, yes, shell);
    const now = new Date();
    const kind = (await isDevice(path)) ? "device" : "image";
    const backupFile = options.backup ?? backupPathFor(path, kind, now);
    const beforeReadBack = async () => dropCaches(path, run);
    const tools = { version: VERSION, now, backupFile, beforeReadBack };
    const result = await upgradeVentoy(disk, prepared, tools, shell.job);
    shell.result({ ...planJson(plan, shell), ...result }, describeResult(plan, result, shell));
  } finally {
    await disk.close();
  }
}

/**
 * On a terminal. In a script it goes ahead where nothing of the user's is lost, and the release isn't older: what was there can be
 * brought back.
 */
async function askFirst(plan: VentoyUpgradePlan, yes: boolean, shell: Shell): Promise<void> {
  if (yes) return;
  const { target, lost, downgrade } = plan;
  if (!shell.isInteractive && lost.length === 0 && !downgrade) return;
  const files = {
    en: lost.length > 0 ? ", and the files listed are removed from its partition" : "",
    zh: lost.length > 0 ? "，并从其分区中移除上面列出的文件" : "",
  };
  const question = {
    en: `The Ventoy of ${target} will be replaced${files.en}. Type ${target} to go on:`,
    zh: `${target} 的 Ventoy 将被替换${files.zh}。请输入 ${target} 以继续：`,
  };
  await confirmChange([target], question, linesOfPlan(plan, shell), shell);
}

function planJson(plan: VentoyUpgradePlan, shell: Shell) {
  return { ...plan, notes: plan.notes.map((note) => shell.say(note)) };
}

function describeResult(
  plan: VentoyUpgradePlan,
  result: VentoyUpgradeResult,
  shell: Shell,
): string[] {
  if (!result.changed) return [upToDate(plan, shell)];
  const { target, versions } = plan;
  return [
    ...linesOfPlan(plan, shell),
    shell.say({
      en: `${target} has Ventoy ${versions.after}. What it had before: ${result.savedTo ?? ""}`,
      zh: `${target} 已是 Ventoy ${versions.after}。原有内容保存在：${result.savedTo ?? ""}`,
    }),
  ];
}

function upToDate({ target, versions }: VentoyUpgradePlan, shell: Shell): string {
  return shell.say({
    en: `${target} has Ventoy ${versions.after} already, byte for byte; nothing was written`,
    zh: `${target} 已是 Ventoy ${versions.after}，逐字节相同；未写入任何内容`,
  });
}

/**
 * What `upgrade` without `--ventoy` says of a stick that isn't lifeboat's.
 * @returns undefined where it is no Ventoy stick either.
 */
export async function archiveNeeded(path: string): Promise<LifeboatError | undefined> {
  const { openTarget } = await import("../block/device.ts");
  const { surveyVentoy } = await import("../stick/ventoy/survey.ts");
  const { refuseHalfAdopted } = await import("../stick/ventoy/interrupted.ts");
  const { say } = await import("../stick/ventoy/upgrade/messages.ts");
  const disk = await openTarget(path);
  try {
    const survey = await surveyVentoy(disk);
    if (survey === undefined) return undefined;
    refuseHalfAdopted(path, survey.interrupted);
    return new LifeboatError("ventoy-archive-needed", say.archiveNeeded(path), {
      kind: "usage",
      hint: say.archiveNeededHint(path),
    });
  } finally {
    await disk.close();
  }
}
