/** `--menu`: lifeboat's menu beside Ventoy's, on a stick that is made and on one that is there. */
import type { MenuOnTargetTools } from "../stick/ventoy/menu-on-target.ts";
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

interface BesideOptions {
  readonly menu: VentoyMenu;
  readonly yes?: boolean;
  readonly unmount?: boolean;
}

/** `adopt --menu`: Ventoy stays what starts the stick. */
export async function putMenuBesideVentoy(
  path: string,
  options: BesideOptions,
  shell: Shell,
): Promise<void> {
  const { STICK_SAFETY } = await import("../stick/target.ts");
  const { putMenuOnTarget } = await import("../stick/ventoy/menu-on-target.ts");
  const tools = await menuToolsFor();
  await offerUnmount(path, options.unmount ?? false, STICK_SAFETY, shell);
  if (options.yes !== true) {
    const question = {
      en: `lifeboat's menu is put on ${path} beside Ventoy's: /lifeboat and /ventoy/ventoy_grub.cfg; all other files stay. Type ${path} to go on:`,
      zh: `将在 ${path} 上与 Ventoy 菜单并存地放入 lifeboat 菜单：/lifeboat 和 /ventoy/ventoy_grub.cfg；其他文件均保留。请输入 ${path} 以继续：`,
    };
    await confirmChange([path], question, [], shell);
  }
  const first = options.menu === "first";
  const { entries } = await putMenuOnTarget(
    path,
    { language: shell.language, first },
    tools,
    shell.job,
  );
  const how = howToOpen(first);
  shell.result({ path, menu: options.menu, entries }, [
    shell.say({
      en: `${path} has both menus: ${counted(entries, "entry starts", "entries start")} an ISO from lifeboat's${how.en}`,
      zh: `${path} 已有两个菜单：lifeboat 菜单中有 ${entries} 个条目可启动 ISO${how.zh}`,
    }),
  ]);
}
