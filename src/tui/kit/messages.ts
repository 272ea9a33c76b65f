import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

export const kitSay = {
  title: (): Text => ({ en: "Boot files (kit)", zh: "启动文件（kit）" }),
  help: (): Text => ({
    en: "The kit is the boot files that sticks are made from: shim, GRUB, memtest86+, iPXE, busybox, taken from Debian's packages, each with its version and SHA-256. Machines without apt take over a kit by lifeboat kit import.",
    zh: "Kit 是制作 U 盘所用的启动文件：shim、GRUB、memtest86+、iPXE、busybox，取自 Debian 软件包，并记录版本和 SHA-256。没有 apt 的机器可用 lifeboat kit import 导入。",
  }),
  collecting: (): Text => ({ en: "Collecting the kit", zh: "正在收集 kit" }),
  stop: (): Text => ({
    en: "Stop? The kit that was there stays in place.",
    zh: "要停止吗？原有的 kit 会保留。",
  }),
  collected: (files: number, folder: string): Text => ({
    en: `${counted(files, "file is", "files are")} in ${folder}`,
    zh: `${folder} 中有 ${files} 个文件`,
  }),
  collect: (): Text => ({ en: "Collect it anew", zh: "重新收集" }),
  goOn: (): Text => ({ en: "Go on", zh: "继续" }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  folder: (): Text => ({ en: "Folder", zh: "文件夹" }),
  none: (): Text => ({ en: "There is no kit yet", zh: "尚无 kit" }),
};
