import type { Text } from "../../system/text.ts";

export const filesSay = {
  helpSeveral: (): Text => ({
    en: "Enter opens a folder, or ticks a file. When all that you want is ticked, go down to the button.",
    zh: "按 Enter 打开文件夹或勾选文件。勾选完毕后，移到下方的按钮。",
  }),
  helpOne: (): Text => ({
    en: "Enter opens a folder, or takes the file.",
    zh: "按 Enter 打开文件夹或选定文件。",
  }),
  helpFolder: (): Text => ({
    en: "Enter opens a folder. When it is the one that you want, go down to the button; its images are shown so that you know it.",
    zh: "按 Enter 打开文件夹。到达所需的文件夹后，移到下方的按钮；显示其中的镜像以便辨认。",
  }),
  takeFolder: (): Text => ({ en: "Take this folder", zh: "选定此文件夹" }),
  unreadable: (reason: Text): Text => ({
    en: `This folder can't be read: ${reason.en}`,
    zh: `无法读取此文件夹：${reason.zh}`,
  }),
  reading: (): Text => ({ en: "Reading the folder …", zh: "正在读取文件夹……" }),
  empty: (): Text => ({ en: "Nothing to choose in here", zh: "这里没有可选的内容" }),
  parent: (): Text => ({ en: "the folder above", zh: "上一级文件夹" }),
  take: (count: number): Text =>
    count === 1
      ? { en: "Take 1 file", zh: "选定 1 个文件" }
      : { en: `Take ${count} files`, zh: `选定 ${count} 个文件` },
};
