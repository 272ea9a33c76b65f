import type { Text } from "../../system/text.ts";
import type { Platform } from "./names.ts";

const PLATFORM: Readonly<Record<Platform, Text>> = {
  legacy: { en: "on a BIOS", zh: "BIOS 下" },
  uefi: { en: "on 64-bit UEFI", zh: "64 位 UEFI 下" },
  ia32: { en: "on 32-bit UEFI", zh: "32 位 UEFI 下" },
  aa64: { en: "on ARM64 UEFI", zh: "ARM64 UEFI 下" },
  mips: { en: "on MIPS64 UEFI", zh: "MIPS64 UEFI 下" },
};

function listed(paths: readonly string[]): string {
  return paths.join(", ");
}

/** Which of several files is taken without asking. */
function choice(autosel: number | undefined, timeout: number | undefined): Text {
  const chosen =
    autosel === undefined
      ? { en: "", zh: "" }
      : autosel === 0
        ? { en: "; none of them without asking", zh: "；不询问，均不使用" }
        : { en: `; number ${autosel} without asking`, zh: `；不询问，使用第 ${autosel} 个` };
  const after =
    timeout === undefined
      ? { en: "", zh: "" }
      : { en: `, after ${timeout} seconds`, zh: `（${timeout} 秒后）` };
  return { en: `${chosen.en}${after.en}`, zh: `${chosen.zh}${after.zh}` };
}

/** A ventoy.json in words. */
export const sayPlugin = {
  onPlatform: (platform: Platform | undefined, { en, zh }: Text): Text =>
    platform === undefined
      ? { en, zh }
      : { en: `${PLATFORM[platform].en}: ${en}`, zh: `${PLATFORM[platform].zh}：${zh}` },
  setting: (key: string, { en, zh }: Text): Text => ({
    en: `${key}: ${en}`,
    zh: `${key}：${zh}`,
  }),
  unknown: (): Text => ({ en: "unknown to Ventoy; kept", zh: "Ventoy 不认识；予以保留" }),
  unknownControl: (value: string): Text => ({
    en: `unknown to lifeboat: ${value}`,
    zh: `lifeboat 不认识：${value}`,
  }),
  nothing: (): Text => ({ en: "nothing is set", zh: "没有任何设置" }),
  filesIn: (folder: string): Text => ({
    en: `the images right in ${folder}`,
    zh: `直接位于 ${folder} 中的映像`,
  }),
  folder: (folder: string): Text => ({ en: `the folder ${folder}`, zh: `文件夹 ${folder}` }),
  named: (part: string): Text => ({
    en: `images with "${part}" in their names`,
    zh: `名称中含有“${part}”的映像`,
  }),
  alias: (what: Text, alias: string): Text => ({
    en: `${what.en}: called "${alias}" in the menu`,
    zh: `${what.zh}：在菜单中显示为“${alias}”`,
  }),
  tip: (what: Text, tip: string): Text => ({
    en: `below the menu, for ${what.en}: ${tip}`,
    zh: `选中 ${what.zh} 时在菜单下方显示：${tip}`,
  }),
  tipPlace: (
    left: string | undefined,
    top: string | undefined,
    color: string | undefined,
  ): Text => ({
    en: `the tips stand at left ${left ?? "10%"}, top ${top ?? "80%+5"}, in ${color ?? "blue"}`,
    zh: `提示位置：左 ${left ?? "10%"}，上 ${top ?? "80%+5"}，颜色 ${color ?? "blue"}`,
  }),
  menuClass: (what: Text, name: string): Text => ({
    en: `${what.en}: the theme's icon "${name}"`,
    zh: `${what.zh}：使用主题图标“${name}”`,
  }),
  answers: (what: Text, files: readonly string[], autosel?: number, timeout?: number): Text => {
    const { en, zh } = choice(autosel, timeout);
    return {
      en: `${what.en}: installed unattended with ${listed(files)}${en}`,
      zh: `${what.zh}：使用 ${listed(files)} 无人值守安装${zh}`,
    };
  },
  persistence: (what: Text, files: readonly string[], autosel?: number, timeout?: number): Text => {
    const { en, zh } = choice(autosel, timeout);
    return {
      en: `${what.en}: changes are kept in ${listed(files)}${en}`,
      zh: `${what.zh}：更改保存在 ${listed(files)}${zh}`,
    };
  },
  injection: (what: Text, archive: string): Text => ({
    en: `${archive} is unpacked into the system of ${what.en}`,
    zh: `${archive} 会解压到 ${what.zh} 的系统中`,
  }),
  replaced: (image: string, old: string, replacement: string): Text => ({
    en: `in ${image}, ${replacement} takes the place of ${old}`,
    zh: `在 ${image} 中，用 ${replacement} 替换 ${old}`,
  }),
  drivers: (image: string, files: readonly string[]): Text => ({
    en: `${image} gets the driver disks ${listed(files)}`,
    zh: `${image} 使用驱动盘 ${listed(files)}`,
  }),
  bootPassword: (): Text => ({
    en: "a password before the menu appears",
    zh: "显示菜单前需要密码",
  }),
  typePassword: (type: string): Text => ({
    en: `a password for every .${type} file`,
    zh: `每个 .${type} 文件都需要密码`,
  }),
  imagePassword: (what: Text): Text => ({
    en: `a password for ${what.en}`,
    zh: `${what.zh} 需要密码`,
  }),
  shown: (paths: readonly string[]): Text => ({
    en: `the menu shows these alone: ${listed(paths)}`,
    zh: `菜单只显示：${listed(paths)}`,
  }),
  hidden: (paths: readonly string[]): Text => ({
    en: `the menu doesn't show ${listed(paths)}`,
    zh: `菜单不显示 ${listed(paths)}`,
  }),
  memdisk: (paths: readonly string[]): Text => ({
    en: `these are loaded into memory whole: ${listed(paths)}`,
    zh: `以下映像会整个载入内存：${listed(paths)}`,
  }),
  customBoot: (what: Text, file: string): Text => ({
    en: `${what.en}: started by the script ${file}`,
    zh: `${what.zh}：由脚本 ${file} 启动`,
  }),
  themes: (files: readonly string[], random: string | undefined): Text => ({
    en: `the menu looks as one of ${listed(files)}, another one each ${random ?? "boot_second"}`,
    zh: `菜单外观取自 ${listed(files)} 之一，按 ${random ?? "boot_second"} 更换`,
  }),
  theme: (file: string): Text => ({
    en: `the menu looks as ${file} says`,
    zh: `菜单外观由 ${file} 决定`,
  }),
  fonts: (files: readonly string[]): Text => ({
    en: `fonts are loaded: ${listed(files)}`,
    zh: `加载字体：${listed(files)}`,
  }),
  value: (value: string): Text => ({ en: value, zh: value }),
};
