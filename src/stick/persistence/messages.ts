import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

/** What is said of the files that live systems keep their changes in. */
export const say = {
  otherLabel: (path: string, label: string, wanted: string): Text => ({
    en: `The file system in ${path} has the label "${label}"; the system looks for "${wanted}" and may not find it`,
    zh: `${path} 中文件系统的卷标为“${label}”；系统查找的是“${wanted}”，可能找不到它`,
  }),
  notAddressable: (path: string): Text => ({
    en: `${path} is empty, has holes or is compressed, so that changes can't be kept in it`,
    zh: `${path} 为空、有空洞或被压缩，无法用来保存更改`,
  }),
  unusable: (path: string, reason: Text): Text => ({
    en: `Changes can't be kept in ${path}: ${reason.en}`,
    zh: `无法在 ${path} 中保存更改：${reason.zh}`,
  }),
  notSupported: (name: string): Text => ({
    en: `${name} is not known to be able to keep its changes`,
    zh: `未知 ${name} 可以保存其更改`,
  }),
  notSupportedHint: (): Text => ({
    en: "docs/persistence.md lists the systems that can; a recipe's persistence block adds one",
    zh: "docs/persistence.md 列出了支持的系统；可通过配方的 persistence 部分添加",
  }),
  notInMenu: (path: string): Text => ({
    en: `${path} is not in the stick's menu yet`,
    zh: `${path} 尚未加入 U 盘菜单`,
  }),
  refreshFirst: (): Text => ({
    en: "Run lifeboat refresh on the stick first",
    zh: "请先对 U 盘运行 lifeboat refresh",
  }),
  exists: (path: string): Text => ({
    en: `${path} is there already`,
    zh: `${path} 已存在`,
  }),
  existsHint: (): Text => ({
    en: "It holds somebody's changes: lifeboat persistence remove gives them up",
    zh: "其中保存着更改；如要放弃，请使用 lifeboat persistence remove",
  }),
  tooSmall: (size: number, least: number): Text => ({
    en: `${formatSize(size)} is too little for a system's changes; the least is ${formatSize(least)}`,
    zh: `${formatSize(size)} 不足以保存系统的更改；至少需要 ${formatSize(least)}`,
  }),
  tooSmallHint: (): Text => ({
    en: "Take 1G or more where programs are to be installed",
    zh: "如需安装软件，请使用 1G 或更大",
  }),
  tooLarge: (size: number, most: number, fileSystem: string): Text => ({
    en: `${fileSystem} holds files of at most ${formatSize(most)}, not ${formatSize(size)}`,
    zh: `${fileSystem} 的文件最大为 ${formatSize(most)}，无法存放 ${formatSize(size)}`,
  }),
  tooLargeHint: (): Text => ({
    en: "Take a smaller --size, or build the stick with --fs exfat, ntfs or ext4",
    zh: "请减小 --size，或用 --fs exfat、ntfs 或 ext4 制作 U 盘",
  }),
  noRoom: (wanted: number, free: number): Text => ({
    en: `${formatSize(wanted)} are asked for, and the stick has ${formatSize(free)} free`,
    zh: `需要 ${formatSize(wanted)}，而 U 盘只剩 ${formatSize(free)}`,
  }),
  noRoomHint: (): Text => ({
    en: "Take a smaller --size, or remove some ISOs: lifeboat remove",
    zh: "请减小 --size，或移除一些 ISO：lifeboat remove",
  }),
  badLabel: (label: string): Text => ({
    en: `"${label}" can't be the label: take 1 to 16 letters, digits, . _ and -`,
    zh: `“${label}”不能作为卷标：请使用 1 到 16 个字母、数字、. _ 和 -`,
  }),
  badName: (path: string): Text => ({
    en: `The stick can't hold a file named ${path}`,
    zh: `U 盘无法存放名为 ${path} 的文件`,
  }),
  badNameHint: (): Text => ({
    en: "Give the ISO a shorter name and refresh",
    zh: "请缩短 ISO 的文件名后重新 refresh",
  }),
  formatting: (path: string): Text => ({
    en: `Making the file system for ${path}`,
    zh: `正在为 ${path} 创建文件系统`,
  }),
  none: (name: string): Text => ({
    en: `There is no persistence file for ${name}`,
    zh: `${name} 没有持久化文件`,
  }),
  noneHint: (): Text => ({
    en: "lifeboat persistence list shows those that are there",
    zh: "lifeboat persistence list 可列出已有的文件",
  }),
};
