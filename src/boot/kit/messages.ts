import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

export const say = {
  updating: (): Text => ({ en: "Reading the package lists", zh: "正在读取软件包列表" }),
  downloading: (count: number): Text => ({
    en: `Downloading ${counted(count, "package", "packages")}`,
    zh: `正在下载 ${count} 个软件包`,
  }),
  unpacking: (name: string): Text => ({ en: `Unpacking ${name}`, zh: `正在解开 ${name}` }),
  makingCore: (): Text => ({ en: "Making GRUB's core images", zh: "正在生成 GRUB 核心映像" }),
  noKit: (folder: string): Text => ({
    en: `There is no kit of boot files in ${folder}`,
    zh: `${folder} 中没有启动文件包（kit）`,
  }),
  noKitHint: (): Text => ({
    en: "Run `lifeboat kit build` (Debian), or `lifeboat kit import FILE` with a kit exported elsewhere",
    zh: "请运行 `lifeboat kit build`（Debian），或用 `lifeboat kit import 文件` 导入在别处导出的 kit",
  }),
  noApt: (): Text => ({
    en: "The kit is collected from Debian's packages, and this system has no apt-get",
    zh: "kit 取自 Debian 软件包，而本系统没有 apt-get",
  }),
  noAptHint: (): Text => ({
    en: "On a Debian machine (amd64) run `lifeboat kit build` and `lifeboat kit export kit.tar`, then here `lifeboat kit import kit.tar`",
    zh: "请在 Debian（amd64）机器上运行 `lifeboat kit build` 和 `lifeboat kit export kit.tar`，再在这里运行 `lifeboat kit import kit.tar`",
  }),
  notDebian: (system: string, architecture: string): Text => ({
    en: `The kit is collected from Debian's packages for amd64, and this system is ${system} (${architecture})`,
    zh: `kit 取自 Debian 的 amd64 软件包，而本系统是 ${system}（${architecture}）`,
  }),
  cantRead: (path: string, reason: string): Text => ({
    en: `Can't read ${path}: ${reason}`,
    zh: `无法读取 ${path}：${reason}`,
  }),
  notAFile: (path: string): Text => ({
    en: `${path} is not a file`,
    zh: `${path} 不是文件`,
  }),
  cantWrite: (path: string, reason: string): Text => ({
    en: `Can't write ${path}: ${reason}`,
    zh: `无法写入 ${path}：${reason}`,
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
  notAnArchive: (path: string, reason: string): Text => ({
    en: `${path} is not a whole kit archive: ${reason}`,
    zh: `${path} 不是完整的 kit 归档：${reason}`,
  }),
  archiveLacks: (path: string): Text => ({
    en: `The kit archive lacks ${path}, which sticks need`,
    zh: `kit 归档中缺少 U 盘所需的 ${path}`,
  }),
  exportAgainHint: (): Text => ({
    en: "Make it again where it comes from: lifeboat kit export FILE",
    zh: "请在其来源处重新导出：lifeboat kit export 文件",
  }),
  archiveTooLarge: (): Text => ({
    en: "The kit archive is larger than any kit can be",
    zh: "kit 归档过大，不可能是有效的 kit",
  }),
  noVentoy: (folder: string): Text => ({
    en: `The kit in ${folder} has no release of Ventoy's`,
    zh: `${folder} 中的 kit 没有 Ventoy 发行包`,
  }),
  noVentoyHint: (): Text => ({
    en: "Add one: lifeboat kit add ventoy-X.Y.Z-linux.tar.gz",
    zh: "请添加：lifeboat kit add ventoy-X.Y.Z-linux.tar.gz",
  }),
  changedMeanwhile: (path: string): Text => ({
    en: `${path} was changed while it was added; the kit is as it was`,
    zh: `${path} 在添加过程中被更改；kit 保持原样`,
  }),
  badKitName: (name: string): Text => ({
    en: `"${name}" can't be the name of a kit file`,
    zh: `“${name}”不能作为 kit 文件名`,
  }),
};
