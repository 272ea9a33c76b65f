import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

const files = (count: number) => counted(count, "file", "files");

export const syncSay = {
  title: (): Text => ({ en: "Follow a folder or address", zh: "跟随文件夹或网址" }),
  /** A line of the stick's less used jobs. */
  note: (): Text => ({
    en: "Brings new images from a folder or a web server, replaces changed ones, removes retired ones that came from there",
    zh: "从文件夹或 Web 服务器获取新镜像，替换有变化的，并移除来自该处且已撤下的",
  }),
  help: (): Text => ({
    en: "A folder of this computer, one that is mounted here, or the http or https address of an index (SHA256SUMS or JSON); with a / at its end, of a folder with one. Next comes the plan; nothing is written before it was shown. What was put on the stick otherwise is never removed.",
    zh: "可为本机文件夹、已挂载的共享，或索引（SHA256SUMS 或 JSON）的 http/https 地址；以 / 结尾则为含有索引的文件夹。下一步显示方案；显示之前不会写入任何内容。以其他方式放入 U 盘的文件绝不会被移除。",
  }),
  about: (): Text => ({
    en: "The stick gets what is there: new images are added, changed ones replaced, and retired ones removed, if an earlier sync had put them there.",
    zh: "U 盘将与其保持一致：添加新镜像，替换有变化的，并移除此前同步放入且已撤下的。",
  }),
  source: (): Text => ({ en: "Folder or address:", zh: "文件夹或网址：" }),
  sourceNote: (): Text => ({
    en: "Like /mnt/isos or https://example.com/isos/",
    zh: "例如 /mnt/isos 或 https://example.com/isos/",
  }),
  rules: (): Text => ({ en: "Rules file:", zh: "规则文件：" }),
  rulesNote: (): Text => ({
    en: "May stay empty: then lifeboat-sync.yaml in the source holds, if there is one",
    zh: "可留空：此时使用源中的 lifeboat-sync.yaml（如有）",
  }),
  earlier: (): Text => ({ en: "Followed before", zh: "以前跟随过" }),
  earlierNote: (): Text => ({
    en: "The stick remembers it. User and password of an address have to be typed anew",
    zh: "U 盘记得此来源。网址中的用户名和密码需重新输入",
  }),
  chooseFolder: (): Text => ({ en: "Choose a folder", zh: "选择文件夹" }),
  showPlan: (): Text => ({ en: "Show the plan", zh: "显示方案" }),
  planTitle: (): Text => ({ en: "Plan", zh: "方案" }),
  planHelp: (): Text => ({
    en: "What becomes of each file: + comes, ~ is replaced, - is removed, = stays, ! can't be taken. With the cursor on a line it says why. Nothing has been written.",
    zh: "每个文件的处理方式：+ 添加，~ 替换，- 移除，= 保留，! 无法取用。将光标移到某行可查看原因。尚未写入任何内容。",
  }),
  looking: (): Text => ({
    en: "Comparing the stick with the source …",
    zh: "正在比较 U 盘与源……",
  }),
  sourceIs: (): Text => ({ en: "Source", zh: "源" }),
  room: (): Text => ({ en: "Room", zh: "空间" }),
  files: (count: number): Text => ({ en: `Files (${count})`, zh: `文件（${count}）` }),
  sums: (
    comes: number,
    replaced: number,
    removed: number,
    stays: number,
    skipped: number,
  ): Text => {
    const en = [
      `${comes} new`,
      `${replaced} replaced`,
      `${removed} removed`,
      `${stays} as they are`,
      ...(skipped === 0 ? [] : [`${skipped} can't be taken`]),
    ];
    const zh = [
      `添加 ${comes}`,
      `替换 ${replaced}`,
      `移除 ${removed}`,
      `不变 ${stays}`,
      ...(skipped === 0 ? [] : [`无法取用 ${skipped}`]),
    ];
    return { en: en.join(", "), zh: zh.join("，") };
  },
  changes: (): Text => ({ en: "Changes", zh: "变化" }),
  nothingToDo: (): Text => ({
    en: "There is nothing to copy or to remove. Carrying it out only sees to it that the menu has all of them.",
    zh: "没有需要复制或移除的文件。执行时只确保菜单包含全部文件。",
  }),
  mounted: (): Text => ({
    en: "The stick is mounted. It has to be unmounted before anything can be written, and the plan is made anew then.",
    zh: "U 盘已挂载。须先卸载才能写入，届时将重新制定方案。",
  }),
  carryOut: (): Text => ({ en: "Carry it out", zh: "执行" }),
  lookAgain: (): Text => ({ en: "Look again", zh: "重新查看" }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  confirmTitle: (): Text => ({ en: "Really?", zh: "确认" }),
  andMore: (count: number): Text => ({
    en: `and ${count} more; the plan has all of them`,
    zh: `以及另外 ${count} 个，方案中列有全部`,
  }),
  running: (): Text => ({ en: "Following", zh: "正在同步" }),
  runningHelp: (): Text => ({
    en: "Each file is read back from the stick, and held against its published checksum before it gets its name. Ctrl-C asks whether to stop.",
    zh: "每个文件都会从 U 盘读回，并在正式命名前与公布的校验和比较。按 Ctrl-C 会询问是否停止。",
  }),
  stop: (oldFirst: boolean): Text => ({
    en:
      "Stop? Files that are done stay and come into the menu; the one in hand is not kept. The next sync does what is left." +
      (oldFirst ? " A file whose old one had to go first may be missing until then." : ""),
    zh:
      "要停止吗？已完成的文件会保留并加入菜单，正在复制的不会保留。下次同步会完成剩余部分。" +
      (oldFirst ? "因空间不足而先删除旧版本的文件，在此之前可能缺失。" : ""),
  }),
  done: (copied: number, removed: number): Text => ({
    en: `${files(copied)} copied, read back and compared; ${removed} removed`,
    zh: `已复制 ${copied} 个文件并读回比较；已移除 ${removed} 个`,
  }),
  same: (): Text => ({
    en: "There was nothing to copy or to remove",
    zh: "没有需要复制或移除的文件",
  }),
  failed: (count: number): Text => ({
    en: `${files(count)} could not be taken; the others were`,
    zh: `${count} 个文件无法取用；其余已取用`,
  }),
  failedDetail: (): Text => ({ en: "not taken", zh: "未取用" }),
  menu: (changed: boolean, entries: number): Text =>
    changed
      ? {
          en: `The menu has ${counted(entries, "entry that starts", "entries that start")} an image`,
          zh: `菜单中有 ${entries} 个可启动镜像的条目`,
        }
      : { en: "The menu is as it was", zh: "菜单没有变化" },
  results: (): Text => ({ en: "What was done", zh: "结果" }),
  toPlan: (): Text => ({ en: "Back to the plan", zh: "返回方案" }),
  goOn: (): Text => ({ en: "See what is left", zh: "查看剩余部分" }),
  home: (): Text => ({ en: "Home", zh: "首页" }),
};
