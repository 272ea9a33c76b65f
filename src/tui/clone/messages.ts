import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

const targets = (count: number) => counted(count, "target", "targets");

export const cloneSay = {
  title: (): Text => ({ en: "Copy to other sticks", zh: "复制到其他 U 盘" }),
  /** A line of the stick's less used jobs. */
  note: (): Text => ({
    en: "One or several at once, of other sizes too: the same content, each with its own identifiers. This stick is only read",
    zh: "可同时复制多个，大小可以不同：内容相同，各有自己的标识。本 U 盘只被读取",
  }),
  help: (): Text => ({
    en: "Choose one or several targets. Enter on a target shows what it becomes, or why it can't be used. Only what is used is copied, read once for all targets; everything is read back. Nothing is written before you have typed the names of what is lost.",
    zh: "选择一个或多个目标。对目标按 Enter 可查看它将变成什么样，或无法使用的原因。只复制已用部分，对所有目标只读取一次，并全部读回比较。在您输入将丢失内容的目标名称之前不会写入任何内容。",
  }),
  stick: (): Text => ({ en: "Stick", zh: "U 盘" }),
  content: (): Text => ({ en: "Content", zh: "内容" }),
  reading: (): Text => ({
    en: "Reading the stick and looking at the targets …",
    zh: "正在读取 U 盘并检查目标……",
  }),
  targets: (count: number): Text => ({ en: `Targets (${count})`, zh: `目标（${count}）` }),
  noTargets: (): Text => ({ en: "None yet", zh: "尚未选择" }),
  isSource: (): Text => ({
    en: "This is the stick that is copied",
    zh: "这是要复制的 U 盘",
  }),
  unusable: (): Text => ({ en: "can't be used", zh: "无法使用" }),
  newImage: (size: string): Text => ({ en: `new image, ${size}`, zh: `新镜像，${size}` }),
  newImageNote: (): Text => ({
    en: "Nothing is lost. Enter shows what it becomes",
    zh: "不会丢失任何内容。按 Enter 查看它将变成什么样",
  }),
  lostNote: (about: string): Text => {
    const en = "Everything on it will be lost. Enter shows what it becomes";
    const zh = "其上的所有内容都将丢失。按 Enter 查看它将变成什么样";
    return about === "" ? { en, zh } : { en: `${about}. ${en}`, zh: `${about}。${zh}` };
  },
  chooseTargets: (): Text => ({ en: "Targets", zh: "目标" }),
  leaveOut: (count: number): Text => ({
    en: `Leave out the ${count} that can't be used`,
    zh: `去掉无法使用的 ${count} 个`,
  }),
  copyTo: (count: number): Text => ({
    en: count === 0 ? "Copy" : `Copy to ${targets(count)}`,
    zh: count === 0 ? "复制" : `复制到 ${count} 个目标`,
  }),
  emptyWindows: (): Text => ({
    en: "Leave behind what is in the Windows To Go partition",
    zh: "不复制 Windows To Go 分区的内容",
  }),
  emptyWindowsNote: (): Text => ({
    en: "It can't be copied yet: the clones get that partition empty",
    zh: "尚不能复制：克隆上的该分区为空",
  }),
  windowsHint: (): Text => ({
    en: "It can be left behind: tick that below, and everything else comes along",
    zh: "可不复制这部分：请在下方勾选，其余内容照常复制",
  }),
  size: (): Text => ({ en: "Size", zh: "大小" }),
  device: (): Text => ({ en: "Device", zh: "设备" }),
  target: (): Text => ({ en: "Target", zh: "目标" }),
  becomes: (): Text => ({ en: "Becomes", zh: "将成为" }),
  becomesAre: (name: string, layout: string, label: string): Text => ({
    en: `stick ${name}, ${layout}, labelled "${label}"`,
    zh: `U 盘 ${name}，${layout}，卷标“${label}”`,
  }),
  planHelp: (): Text => ({
    en: "What this target becomes: the bar shows how it is divided, and how much the files take. The name is given anew each time it is planned.",
    zh: "显示此目标将变成什么样：条形图表示分区及文件占用。每次制定方案都会重新命名。",
  }),
  takeOff: (): Text => ({ en: "Take it off the list", zh: "移出列表" }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  confirmTitle: (): Text => ({ en: "Really?", zh: "确认" }),
  allIsLost: (count: number): Text =>
    count === 1
      ? { en: "Everything on it will be lost:", zh: "其上的所有内容都将丢失：" }
      : {
          en: `Everything on these ${count} will be lost:`,
          zh: `这 ${count} 个目标上的所有内容都将丢失：`,
        },
  copying: (): Text => ({ en: "Copying", zh: "正在复制" }),
  copyingHelp: (): Text => ({
    en: "Each target is a job of its own: where one fails, the others go on. What is written is read back and compared. The slowest sets the pace. Ctrl-C asks whether to stop all of them.",
    zh: "每个目标独立进行：一个失败时其他继续。写入的内容会读回比较。速度取决于最慢的目标。按 Ctrl-C 会询问是否全部停止。",
  }),
  stop: (hasNew: boolean, hasOld: boolean): Text => {
    const en = ["Stop? A target that is finished stays a stick."];
    const zh = ["要停止吗？已完成的目标仍是可用的 U 盘。"];
    if (hasOld) {
      en.push(
        "One that isn't is then empty, without a partition table; what was on it is gone as soon as writing to it has begun.",
      );
      zh.push("未完成的将为空盘且没有分区表；一旦开始写入，其原有内容即已丢失。");
    }
    if (hasNew) {
      en.push("An image file that isn't finished is thrown away, and nothing else is changed.");
      zh.push("未完成的镜像文件会被丢弃，其他内容不受影响。");
    }
    return { en: en.join(" "), zh: zh.join("") };
  },
  allMade: (count: number): Text => ({
    en: `All ${count} are clones of this stick; everything was read back and compared`,
    zh: `${count} 个目标均已是本 U 盘的克隆；所有内容均已读回比较`,
  }),
  someMade: (made: number, count: number): Text => ({
    en: `${made} of ${count} ${made === 1 ? "is a clone" : "are clones"}, read back and compared; ${count - made} ${count - made === 1 ? "isn't" : "aren't"}`,
    zh: `${count} 个目标中 ${made} 个已是克隆并已读回比较；${count - made} 个不是`,
  }),
  readBack: (): Text => ({
    en: "Everything was read back and compared",
    zh: "所有内容均已读回比较",
  }),
  results: (): Text => ({ en: "Results", zh: "结果" }),
  resultNote: (name: string, entries: number): Text => ({
    en: `Named ${name}: ${counted(entries, "entry starts", "entries start")} an ISO. Enter opens it`,
    zh: `名为 ${name}：${entries} 个条目可启动 ISO。按 Enter 打开`,
  }),
  made: (): Text => ({ en: "a clone", zh: "已克隆" }),
  failed: (): Text => ({ en: "failed", zh: "失败" }),
  stopped: (): Text => ({ en: "stopped", zh: "已停止" }),
  failedTitle: (): Text => ({ en: "What went wrong", zh: "出错原因" }),
  failedHelp: (): Text => ({
    en: "What went wrong on this target, in what state it is, and what to do.",
    zh: "此目标的出错原因、当前状态以及处理办法。",
  }),
  damaged: (count: number): Text => ({
    en: `${counted(count, "file of the source isn't", "files of the source aren't")} what ${count === 1 ? "it was" : "they were"} when put on it. The clones have them as they are:`,
    zh: `源 U 盘上有 ${count} 个文件与放入时不同，克隆上也是如此：`,
  }),
  damagedNote: (): Text => ({
    en: "Its SHA-256 is another one. Put it on again from a good copy; Check all finds it on the clones too",
    zh: "其 SHA-256 不一致。请用完好的副本重新放入；“全面检查”在克隆上也能发现它",
  }),
  damagedDetail: (): Text => ({ en: "damaged", zh: "已损坏" }),
  openIt: (): Text => ({ en: "Show the clone", zh: "查看克隆" }),
  again: (count: number): Text => ({
    en: count === 1 ? "Again, the one that failed" : `Again, the ${count} that failed`,
    zh: `重试失败的 ${count} 个`,
  }),
  toPlan: (): Text => ({ en: "Back to the plan", zh: "返回方案" }),
  home: (): Text => ({ en: "Home", zh: "首页" }),
};
