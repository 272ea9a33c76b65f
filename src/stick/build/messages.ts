import { commandLine } from "../../system/command-line.ts";
import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** What building and replacing say to people when they find something in their way. */
export const say = {
  sameTarget: (one: string, other: string): Text =>
    one === other
      ? { en: `${one} is named twice`, zh: `${one} 被指定了两次` }
      : { en: `${one} and ${other} are the same disk`, zh: `${one} 和 ${other} 是同一个磁盘` },
  badMedium: (path: string, found: Text): Text => ({
    en: `${path} was tested and not made a stick. It is ${found.en}`,
    zh: `${path} 经测试后未制作成 U 盘。结果为${found.zh}`,
  }),
  badMediumHint: (path: string): Text => ({
    en: `For the details: ${commandLine(["lifeboat", "test-media", path])}`,
    zh: `详情请运行：${commandLine(["lifeboat", "test-media", path])}`,
  }),
  finished: (entries: number): Text => ({
    en: `Done: ${counted(entries, "entry starts", "entries start")} an ISO`,
    zh: `完成：${entries} 个条目可启动 ISO`,
  }),
  givenUp: (reason: Text): Text => ({ en: `Given up: ${reason.en}`, zh: `已放弃：${reason.zh}` }),
  sourceIsTarget: (path: string): Text => ({
    en: `${path} is the source itself: it can't be written over`,
    zh: `${path} 就是源本身：不能覆盖`,
  }),
  sourceChanged: (path: string): Text => ({
    en: `${path} is not as large any more as it was when the build was planned`,
    zh: `${path} 的大小与制定计划时不同`,
  }),
  sourceChangedHint: (): Text => ({
    en: "Wait until nothing writes to it any more, and plan again",
    zh: "请等待其写入完成后重新计划",
  }),
  inUse: (path: string, pid: number): Text => ({
    en: `${path} is being changed by another lifeboat (process ${pid})`,
    zh: `${path} 正在被另一个 lifeboat 修改（进程 ${pid}）`,
  }),
  inUseHint: (lock: string): Text => ({
    en: `Wait until it has finished. If that process is no lifeboat: rm ${lock}`,
    zh: `请等待其完成。如果该进程不是 lifeboat：rm ${lock}`,
  }),
  notReplaceable: (path: string): Text => ({
    en: `${path} on the stick is not a file and can't be replaced by one`,
    zh: `U 盘上的 ${path} 不是文件，无法用文件替换`,
  }),
  replacedLost: (reason: Text, path: string): Text => ({
    en: `${reason.en}. The old ${path} is gone from the stick, and the new one isn't there`,
    zh: `${reason.zh}。U 盘上旧的 ${path} 已被移除，而新文件尚未写入`,
  }),
  replacedLostHint: (): Text => ({
    en: "Add it again, and see what lifeboat verify says of the stick",
    zh: "请重新添加，并用 lifeboat verify 检查 U 盘",
  }),
};
