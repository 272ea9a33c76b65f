/** `adopt --ventoy`: a lifeboat stick becomes a Ventoy stick, and keeps its files. */
import type { VentoyAdoptPlan } from "../stick/ventoy/adopt/plan.ts";
import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import { counted } from "../system/text.ts";
import { say as sayBuild } from "./build-ventoy.ts";
import { confirmChange } from "./confirm.ts";
import { describeLayout, planJson } from "./plan-words.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";
import type { BesideOptions, VentoyMenu } from "./ventoy-menu.ts";
import { openRelease } from "./ventoy-release.ts";
import { howItOpens, menuToolsFor } from "./ventoy-menu.ts";

export interface AdoptVentoyOptions extends Omit<BesideOptions, "menu"> {
  readonly ventoy: string;
  readonly ventoySums?: string;
  readonly menu?: VentoyMenu;
}

export async function adoptToVentoyStick(
  path: string,
  options: AdoptVentoyOptions,
  shell: Shell,
): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { VERSION } = await import("../system/version.ts");
  const { backupPathFor } = await import("../stick/boot-backup/save.ts");
  const { adoptTargetToVentoy, planVentoyAdoptionOf } =
    await import("../stick/ventoy/adopt/on-target.ts");
  const { secureBoot, expectSerial, dryRun = false } = options;
  const { allowFixed = false, allowLarge = false } = options;
  const safety = { allowFixed, allowLarge, ...(expectSerial !== undefined && { expectSerial }) };
  // All of it is read and checked before anything is asked, unmounted or written; a missing kit is told then, too.
  const release = await openRelease(options, shell);
  const menuTools = options.menu === undefined ? undefined : await menuToolsFor();
  if (!dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
  const menu =
    options.menu === undefined
      ? {}
      : { menu: { language: shell.language, first: options.menu === "first" } };
  const wanted = { secureBoot, ...menu };
  const looking = { run, menuTools };
  const plan = await planVentoyAdoptionOf(path, safety, release, wanted, looking, shell.job);
  for (const note of plan.notes) shell.warn(note);
  for (const { text } of plan.target.findings) shell.warn(text);
  if (dryRun) {
    shell.result(jsonOf(plan, shell), describePlan(plan, shell));
    return;
  }
  if (options.yes !== true)
    await confirmChange([path], say.question(path), describePlan(plan, shell), shell);
  const now = new Date();
  const backupFile = options.backup ?? backupPathFor(path, plan.target.kind, now);
  const tools = { run, version: VERSION, now, backupFile, menuTools };
  const result = await adoptTargetToVentoy(plan, release, tools, shell.job);
  const { savedTo, entries, first = false } = result;
  shell.result({ ...jsonOf(plan, shell), ...result }, [
    shell.say(say.done(plan, savedTo, first)),
    ...(entries === undefined ? [] : [shell.say(say.entries(entries))]),
  ]);
}

function jsonOf(plan: VentoyAdoptPlan, shell: Shell) {
  const { secureBoot, release } = plan;
  const versions = { ventoy: release.version };
  return { ...planJson(plan, shell), bootStage: { kind: "ventoy", versions, secureBoot } };
}

function describePlan(plan: VentoyAdoptPlan, shell: Shell): string[] {
  const { release, freeBytes, lost, menu, notes } = plan;
  return [
    ...describeLayout({ ...plan, espFileSystem: "fat16" }),
    ...(freeBytes > 0 ? [`  ${shell.say(sayBuild.reserved(formatSize(freeBytes)))}`] : []),
    `  ${release.archive}  ${release.archiveSha256}`,
    ...(menu === undefined ? [] : [`  ${shell.say(sayBuild.menuToo())}`]),
    ...notes.map((note) => `  ${shell.say(note)}`),
    ...lost.map((path) => `  - ${path}`),
    ...(lost.length > 0 ? [`  ${shell.say(say.lost())}`] : []),
  ];
}

const say = {
  question: (path: string): Text => ({
    en: `${path} becomes a Ventoy stick; its files stay, and lifeboat's menu doesn't start from it any more. Type ${path} to go on:`,
    zh: `${path} 将成为 Ventoy U 盘；文件会保留，但不再启动 lifeboat 菜单。请输入 ${path} 以继续：`,
  }),
  lost: (): Text => ({
    en: "What is marked with - lies on the EFI system partition, isn't lifeboat's, and is lost with that; the saved file has it",
    zh: "标有 - 的文件位于 EFI 系统分区且不属于 lifeboat，将随该分区丢失；保存的文件中有其内容",
  }),
  done: ({ target, release, menu }: VentoyAdoptPlan, savedTo: string, first: boolean): Text => {
    const also = menu === undefined ? { en: "", zh: "" } : howItOpens(menu.first, first);
    return {
      en: `${target.path} is a Ventoy ${release.version} stick with all its files${also.en}. What started it before: ${savedTo}`,
      zh: `${target.path} 已是 Ventoy ${release.version} U 盘，文件齐全${also.zh}。原有的启动内容：${savedTo}`,
    };
  },
  entries: (count: number): Text => ({
    en: `${counted(count, "entry starts", "entries start")} an ISO from lifeboat's menu`,
    zh: `lifeboat 菜单中有 ${count} 个条目可启动 ISO`,
  }),
};
