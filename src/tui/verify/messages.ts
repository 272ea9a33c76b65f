import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

export const verifySay = {
  help: (): Text => ({
    en: "Each finding says where something is wrong; with the cursor on it, what mends it, and Enter says all of it.",
    zh: "每项结果说明问题的位置；将光标移到其上可查看修复方法，按 Enter 查看全文。",
  }),
  stopReading: (): Text => ({
    en: "Stop? Nothing is written, the stick stays as it is.",
    zh: "要停止吗？不写入任何内容，U 盘保持原样。",
  }),
  whole: (findings: number): Text =>
    findings === 0
      ? { en: "The stick is whole", zh: "U 盘完整" }
      : { en: "The stick is whole; see below", zh: "U 盘完整；请参阅下列说明" },
  damaged: (errors: number): Text => ({
    en: `${counted(errors, "thing is", "things are")} wrong`,
    zh: `发现 ${errors} 处错误`,
  }),
  noFindings: (): Text => ({ en: "Nothing to say", zh: "没有发现" }),
  mend: (): Text => ({ en: "Mend what can be mended", zh: "修复可修复的部分" }),
  mendNote: (): Text => ({
    en: "Shows first what would be written; nothing is written before",
    zh: "先显示将写入的内容；在此之前不写入任何内容",
  }),
  planning: (): Text => ({ en: "What can be mended", zh: "可修复的部分" }),
  planHelp: (): Text => ({
    en: "The bar shows where something is wrong. The steps are carried out in this order; each is safe from a power cut by itself, and no file that a folder names is removed.",
    zh: "条形图显示出错的位置。各步骤按此顺序执行；每一步都不怕断电，且不会删除文件夹中的任何文件。",
  }),
  planAbout: (path: string, steps: number): Text => ({
    en: `${steps === 1 ? "One step" : `${steps} steps`} would mend ${path}:`,
    zh: `修复 ${path} 需要 ${steps} 步：`,
  }),
  step: (number: number, { en, zh }: Text, findings: number): Text => ({
    en: `${number}. ${en} (${findings === 1 ? "1 finding" : `${findings} findings`})`,
    zh: `${number}. ${zh}（${findings} 项）`,
  }),
  mayFollow: (): Text => ({
    en: "What the damage hides now is mended in the same way, by the steps that follow",
    zh: "目前被损坏掩盖的问题，也会由后续步骤以同样方式修复",
  }),
  notNow: ({ en, zh }: Text): Text => ({ en: `Not now: ${en}`, zh: `目前无法执行：${zh}` }),
  notOurs: (count: number): Text => ({
    en: `${count === 1 ? "1 finding isn't" : `${count} findings aren't`} lifeboat's to mend: the check's list says what to do`,
    zh: `${count} 项不由 lifeboat 修复：处理方法见检查结果`,
  }),
  mendIt: (): Text => ({ en: "Mend it", zh: "开始修复" }),
  mending: (): Text => ({ en: "Mending", zh: "正在修复" }),
  mendingHelp: (): Text => ({
    en: "Ctrl-C asks whether to stop. What is mended stays mended; mending again goes on where this was stopped.",
    zh: "按 Ctrl-C 会询问是否停止。已修复的部分保持已修复；再次修复会从停止处继续。",
  }),
  stopMending: (): Text => ({
    en: "Stop? What is mended by then stays mended, and the rest is no worse than before.",
    zh: "要停止吗？已修复的部分保持已修复，其余部分不会比之前更糟。",
  }),
};
