/** `--menu`: lifeboat's menu beside Ventoy's, on a stick that is made and on one that is there. */
import type { MenuOnTargetTools } from "../stick/ventoy/menu/on-target.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Text } from "../system/text.ts";
import { counted } from "../system/text.ts";
import { builtInRecipes } from "./common.ts";
import { confirmChange } from "./confirm.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";

export const VENTOY_MENUS = ["f6", "first"] as const;
export type VentoyMenu = (typeof VENTOY_MENUS)[number];

/** @throws LifeboatError `kit-missing`. */
export async function menuToolsFor(): Promise<MenuOnTargetTools> {
  const { openKit } = await import("../boot/kit/kit.ts");
  const { run } = await import("../system/run.ts");
  const { VERSION } = await import("../system/version.ts");
  const recipes = await builtInRecipes();
  return { kit: await openKit(), recipes, run, lifeboat: VERSION, now: new Date() };
}

export function howToOpen(first: boolean): Text {
  return first
    ? {
        en: "; lifeboat's menu opens by itself, Esc leads to Ventoy's",
        zh: "；自动打开 lifeboat 菜单，按 Esc 进入 Ventoy 菜单",
      }
    : { en: "; F6 opens lifeboat's menu", zh: "；按 F6 打开 lifeboat 菜单" };
}

export interface BesideOptions {
  readonly menu: VentoyMenu;
  readonly secureBoot: boolean;
  readonly backup?: string;
  readonly yes?: boolean;
  readonly expectSerial?: string;
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
}

/** `adopt --menu`: Ventoy stays what starts the stick. */
export async function putMenuBesideVentoy(
  path: string,
  options: BesideOptions,
  shell: Shell,
): Promise<void> {
  refuseOthers(options);
  const { planMenu, putMenuOnTarget } = await import("../stick/ventoy/menu/on-target.ts");
  const { expectSerial, allowFixed = false, allowLarge = false, dryRun = false } = options;
  const safety = { allowFixed, allowLarge, ...(expectSerial !== undefined && { expectSerial }) };
  const tools = await menuToolsFor();
  if (!dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
  const wanted = { language: shell.language, first: options.menu === "first" };
  const plan = await planMenu(path, safety, wanted, tools);
  for (const { text } of plan.target.findings) shell.warn(text);
  const written = shell.say(say.written());
  if (dryRun) {
    shell.result({ path, menu: options.menu, version: plan.version ?? null }, [`  ${written}`]);
    return;
  }
  if (options.yes !== true)
    await confirmChange([path], say.question(path), [`  ${written}`], shell);
  const { entries, first } = await putMenuOnTarget(plan, wanted, tools, shell.job);
  const how = howItOpens(wanted.first, first);
  shell.result({ path, menu: first ? "first" : "f6", entries }, [
    shell.say({
      en: `${path} has both menus: ${counted(entries, "entry starts", "entries start")} an ISO from lifeboat's${how.en}`,
      zh: `${path} 已有两个菜单：lifeboat 菜单中有 ${entries} 个条目可启动 ISO${how.zh}`,
    }),
  ]);
}

/** @param inForce whether it opens by itself, which somebody's own ventoy.json may keep it from. */
export function howItOpens(wanted: boolean, inForce: boolean): Text {
  return inForce === wanted ? howToOpen(inForce) : say.notFirst();
}

/** What is about a boot stage that takes the place of Ventoy's. */
function refuseOthers({ backup, secureBoot }: BesideOptions): void {
  const given = backup !== undefined ? "--backup" : secureBoot ? undefined : "--no-secure-boot";
  if (given === undefined) return;
  throw new LifeboatError("usage", say.notWithMenu(given), {
    kind: "usage",
    hint: say.notWithMenuHint(),
  });
}

const say = {
  written: (): Text => ({
    en: "written on the data partition: /lifeboat, /ventoy/ventoy_grub.cfg, and /ventoy/ventoy.json where the settings come to another one; what was there before is kept as /lifeboat/ventoy.json.before",
    zh: "写入数据分区：/lifeboat、/ventoy/ventoy_grub.cfg，以及（设置有所不同时）/ventoy/ventoy.json；原文件保留为 /lifeboat/ventoy.json.before",
  }),
  question: (path: string): Text => ({
    en: `lifeboat's menu is put on ${path} beside Ventoy's; all other files stay. Type ${path} to go on:`,
    zh: `将把 lifeboat 菜单与 Ventoy 菜单并排放入 ${path}；其他文件均保留。请输入 ${path} 以继续：`,
  }),
  notFirst: (): Text => ({
    en: "; F6 opens lifeboat's menu: the ventoy.json that is there stays, and doesn't say that it opens by itself",
    zh: "；按 F6 打开 lifeboat 菜单：现有的 ventoy.json 保持原样，未设置自动打开",
  }),
  notWithMenu: (flag: string): Text => ({
    en: `${flag} is for making the stick lifeboat's own`,
    zh: `${flag} 用于将 U 盘转为 lifeboat U 盘`,
  }),
  notWithMenuHint: (): Text => ({
    en: "With --menu Ventoy stays, and what starts the stick isn't touched",
    zh: "使用 --menu 时保留 Ventoy，不改动启动程序",
  }),
};
