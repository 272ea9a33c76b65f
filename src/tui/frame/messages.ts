/** What the frame says by itself, whatever the screen. */
import type { Text } from "../../system/text.ts";

export const frameSay = {
  search: (): Text => ({ en: "Search:", zh: "搜索：" }),
  nothingFound: (search: string): Text => ({
    en: `Nothing here has "${search}" in it`,
    zh: `没有包含“${search}”的项目`,
  }),
  used: (): Text => ({ en: "other files", zh: "其他文件" }),
  free: (): Text => ({ en: "free", zh: "空闲" }),
  file: (): Text => ({ en: "an image", zh: "镜像" }),
  pieces: (): Text => ({ en: "an image in pieces", zh: "分段的镜像" }),
  boot: (): Text => ({ en: "boot stage", zh: "引导部分" }),
  windows: (): Text => ({ en: "Windows", zh: "Windows 分区" }),
  unallocated: (): Text => ({ en: "not allocated", zh: "未分配" }),
  partition: (): Text => ({ en: "a partition", zh: "分区" }),
  damaged: (): Text => ({ en: "damage", zh: "损坏" }),
  before: (): Text => ({ en: "before", zh: "之前" }),
  after: (): Text => ({ en: "after", zh: "之后" }),
  pages: (page: number, pages: number): Text => ({
    en: `${page}/${pages}  Page Down shows more`,
    zh: `${page}/${pages}  按 Page Down 查看更多`,
  }),
  timeLeft: (time: string): Text => ({ en: `${time} left`, zh: `剩余 ${time}` }),
  tooSmall: (columns: number, rows: number): Text => ({
    en: `Make this window larger: lifeboat needs ${columns} columns and ${rows} rows`,
    zh: `请放大窗口：lifeboat 需要至少 ${columns} 列、${rows} 行`,
  }),
  stopChoice: (): Text => ({
    en: "Enter stops it at the next safe point. Esc goes on with it.",
    zh: "按 Enter 将在下一个安全点停止，按 Esc 继续执行。",
  }),
  leaveChoice: (): Text => ({
    en: "Enter leaves lifeboat without it. Esc stays.",
    zh: "按 Enter 不保存并退出 lifeboat，按 Esc 留下。",
  }),
  lineLeave: (): Text => ({
    en: "q to leave without it, anything else to stay:",
    zh: "输入 q 不保存并退出，输入其他内容留下：",
  }),
  linePrompt: (): Text => ({
    en: "Number, b for back, ? for help, q to leave:",
    zh: "请输入编号，b 返回，? 帮助，q 退出：",
  }),
  lineStop: (): Text => ({
    en: "s to stop it, anything else to go on:",
    zh: "输入 s 停止，输入其他内容继续：",
  }),
  noSuchNumber: (answer: string): Text => ({
    en: `"${answer}" is none of the numbers`,
    zh: `“${answer}”不是可选的编号`,
  }),
  ticked: (isTicked: boolean): Text =>
    isTicked ? { en: "chosen:", zh: "已选：" } : { en: "not chosen:", zh: "未选：" },
};
