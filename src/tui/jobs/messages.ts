import type { Text } from "../../system/text.ts";

export const jobSay = {
  stopping: (): Text => ({
    en: "Stopping at the next safe point …",
    zh: "将在下一个安全点停止……",
  }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  again: (): Text => ({ en: "Try again", zh: "重试" }),
  goOn: (): Text => ({ en: "Go on", zh: "继续" }),
  unmount: (): Text => ({ en: "Unmount it", zh: "卸载" }),
  unmountNote: (): Text => ({
    en: "What is mounted of it is unmounted; programs that have files open there keep it from that",
    zh: "卸载其上已挂载的分区；若有程序正在使用其中的文件则无法卸载",
  }),
  unmounting: (): Text => ({ en: "Unmounting", zh: "正在卸载" }),
  unmounted: (path: string): Text => ({
    en: `${path} is unmounted`,
    zh: `${path} 已卸载`,
  }),
  stopUnmounting: (): Text => ({
    en: "Stop? What is unmounted so far stays so.",
    zh: "要停止吗？已卸载的分区将保持卸载状态。",
  }),
  getKit: (): Text => ({ en: "Collect the kit", zh: "收集 kit" }),
  getKitNote: (): Text => ({
    en: "Gets the boot files from Debian's packages (about 20 MB); no root needed",
    zh: "从 Debian 软件包获取启动文件（约 20 MB），无需 root 权限",
  }),
  mendedAndLeft: (mended: number, left: number): Text => ({
    en: left === 0 ? `Mended: ${mended}; nothing is left` : `Mended: ${mended}; left: ${left}`,
    zh: left === 0 ? `已修复 ${mended} 项，没有遗留` : `已修复 ${mended} 项，遗留 ${left} 项`,
  }),
  whatBecame: (): Text => ({
    en: "What became of each (Enter says all of it)",
    zh: "各项结果（按 Enter 查看全文）",
  }),
  nothingToMend: (): Text => ({ en: "There was nothing to mend", zh: "没有需要修复的内容" }),
  mended: (): Text => ({ en: "mended", zh: "已修复" }),
  left: (): Text => ({ en: "left", zh: "遗留" }),
  confirmHelp: (): Text => ({
    en: "The name is typed so that the wrong disk can't be erased by a key too many. Esc goes back; nothing has been written.",
    zh: "要求输入名称，是为了防止误按按键而清除错误的磁盘。按 Esc 返回；尚未写入任何内容。",
  }),
  typeIt: (word: string): Text => ({ en: `Type ${word} to go on:`, zh: `请输入 ${word} 以继续：` }),
  typeAll: (count: number): Text => ({
    en: `Type the ${count} names in one line to go on:`,
    zh: `请在一行中输入这 ${count} 个名称以继续：`,
  }),
  stillToType: (names: readonly string[]): Text => ({
    en: `Still to be typed: ${names.join("  ")}`,
    zh: `尚未输入：${names.join("  ")}`,
  }),
  notTheName: (missing: readonly string[]): Text =>
    missing.length === 0
      ? { en: "There is more in it than that", zh: "输入中有多余的内容" }
      : {
          en: `Not confirmed, nothing was written. It has to be typed whole: ${missing.join("  ")}`,
          zh: `未确认，未写入任何内容。需完整输入：${missing.join("  ")}`,
        },
  enterBegins: (): Text => ({ en: "Enter begins", zh: "按 Enter 开始" }),
  escGoesBack: (): Text => ({ en: "Esc goes back", zh: "按 Esc 返回" }),
  askHelp: (): Text => ({
    en: "Enter goes on when what is typed is right. Esc goes back; nothing has been written.",
    zh: "输入正确后按 Enter 继续。按 Esc 返回；尚未写入任何内容。",
  }),
};
