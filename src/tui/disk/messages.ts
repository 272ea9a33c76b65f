import type { Text } from "../../system/text.ts";

export const diskSay = {
  looking: (path: string): Text => ({
    en: `Looking at what is on ${path} …`,
    zh: `正在查看 ${path} 的内容……`,
  }),
  help: (): Text => ({
    en: "This disk is no lifeboat stick. It can be made one with everything on it lost, or adopted, which keeps its files; nothing is written before you have seen the plan.",
    zh: "此磁盘不是 lifeboat U 盘。可将其重新制作（其上内容全部丢失），或接管（保留文件）；在您看过方案之前不会写入任何内容。",
  }),
  noStick: (path: string): Text => ({
    en: `${path} is no lifeboat stick.`,
    zh: `${path} 不是 lifeboat U 盘。`,
  }),
  lost: (path: string): Text => ({
    en: `By its partition table ${path} is a lifeboat stick, and its boot partition can't be read.`,
    zh: `从分区表看 ${path} 是 lifeboat U 盘，但其引导分区无法读取。`,
  }),
  ventoy: (fileSystem: string): Text => ({
    en: `It is Ventoy's: its ISOs lie on ${fileSystem}.`,
    zh: `由 Ventoy 制作：ISO 存放在 ${fileSystem} 上。`,
  }),
  onePartition: (fileSystem: string): Text => ({
    en: `It has one partition, ${fileSystem}.`,
    zh: `只有一个分区：${fileSystem}。`,
  }),
  cantAdopt: ({ en, zh }: Text): Text => ({
    en: `It can't be adopted. ${en}.`,
    zh: `无法接管。${zh}。`,
  }),
  what: (): Text => ({ en: "What should become of it?", zh: "要如何处理？" }),
  adopt: (): Text => ({ en: "Adopt it: its files stay", zh: "接管：保留文件" }),
  adoptNote: (): Text => ({
    en: "Makes it a lifeboat stick around the files that are on it; shows the plan first",
    zh: "保留其上文件并改为 lifeboat U 盘；先显示方案",
  }),
  make: (): Text => ({
    en: "Make a new stick: everything on it is lost",
    zh: "重新制作：其上内容全部丢失",
  }),
  makeNote: (): Text => ({
    en: "Shows the plan first, and asks for its name to be typed",
    zh: "先显示方案，并要求输入其名称",
  }),
  mend: (): Text => ({ en: "Check it, and mend it", zh: "检查并修复" }),
  mendNote: (): Text => ({
    en: "Says what is wrong with it; nothing is written before you have seen what",
    zh: "说明问题所在；在您看过修复内容之前不会写入",
  }),
};
