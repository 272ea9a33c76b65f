import type { Text } from "../../system/text.ts";

export const say = {
  updating: (): Text => ({ en: "Reading the package lists", zh: "正在读取软件包列表" }),
  downloading: (count: number): Text => ({
    en: `Downloading ${count} packages`,
    zh: `正在下载 ${count} 个软件包`,
  }),
  unpacking: (name: string): Text => ({ en: `Unpacking ${name}`, zh: `正在解开 ${name}` }),
  makingCore: (): Text => ({ en: "Making GRUB's core images", zh: "正在生成 GRUB 核心映像" }),
  noKit: (folder: string): Text => ({
    en: `There is no kit of boot files in ${folder}`,
    zh: `${folder} 中没有启动文件包（kit）`,
  }),
  noKitHint: (): Text => ({
    en: "Run `lifeboat kit build` (Debian, Ubuntu), or `lifeboat kit import FILE` with a kit exported elsewhere",
    zh: "请运行 `lifeboat kit build`（Debian、Ubuntu），或用 `lifeboat kit import 文件` 导入在别处导出的 kit",
  }),
  noApt: (): Text => ({
    en: "The kit is collected from Debian or Ubuntu packages, and this system has no apt-get",
    zh: "kit 取自 Debian 或 Ubuntu 软件包，而本系统没有 apt-get",
  }),
  noAptHint: (): Text => ({
    en: "On a Debian or Ubuntu machine run `lifeboat kit build` and `lifeboat kit export kit.tar`, then here `lifeboat kit import kit.tar`",
    zh: "请在 Debian 或 Ubuntu 机器上运行 `lifeboat kit build` 和 `lifeboat kit export kit.tar`，再在这里运行 `lifeboat kit import kit.tar`",
  }),
  badManifest: (where: string, reason: string): Text => ({
    en: `${where} is not a kit's manifest: ${reason}`,
    zh: `${where} 不是 kit 清单：${reason}`,
  }),
  fileMissing: (path: string): Text => ({
    en: `The kit lacks ${path}`,
    zh: `kit 中缺少 ${path}`,
  }),
  fileChanged: (path: string): Text => ({
    en: `The kit's file ${path} is not the one that its manifest names`,
    zh: `kit 中的文件 ${path} 与清单不符`,
  }),
  rebuildHint: (): Text => ({
    en: "Collect it again: lifeboat kit build",
    zh: "请重新收集：lifeboat kit build",
  }),
  packageLacksFile: (name: string, path: string): Text => ({
    en: `The package ${name} does not hold ${path}`,
    zh: `软件包 ${name} 中没有 ${path}`,
  }),
  archiveMember: (name: string): Text => ({
    en: `The kit archive holds a member that doesn't belong there: ${name}`,
    zh: `kit 归档中有不应存在的成员：${name}`,
  }),
  archiveTooLarge: (): Text => ({
    en: "The kit archive is larger than any kit can be",
    zh: "kit 归档过大，不可能是有效的 kit",
  }),
  badKitName: (name: string): Text => ({
    en: `"${name}" can't be the name of a kit file`,
    zh: `“${name}”不能作为 kit 文件名`,
  }),
};
