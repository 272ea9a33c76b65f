import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** What is said of bringing a stick up to date from a library of ISOs. */
export const say = {
  oldFirst: (): Text => ({
    en: "there is no room for both: the old one goes first",
    zh: "空间不足以同时存放新旧文件：先删除旧文件",
  }),
  room: (copy: number, free: number, after: number, missing: number): Text => {
    const [much, before] = [formatSize(copy), formatSize(free)];
    return missing > 0
      ? {
          en: `To copy: ${much}. Free: ${before} before, ${formatSize(missing)} too little`,
          zh: `将复制 ${much}。可用空间：之前 ${before}，尚缺 ${formatSize(missing)}`,
        }
      : {
          en: `To copy: ${much}. Free: ${before} before, ${formatSize(after)} afterwards`,
          zh: `将复制 ${much}。可用空间：之前 ${before}，之后 ${formatSize(after)}`,
        };
  },
  lost: (count: number): Text => ({
    en: `${counted(count, "file of the stick is", "files of the stick are")} replaced or removed`,
    zh: `U 盘上有 ${count} 个文件将被替换或删除`,
  }),
  planChanged: (): Text => ({
    en: "Something has changed since the plan was shown, on the stick or in the source; nothing was written",
    zh: "自显示方案以来，U 盘或源已发生变化；未写入任何内容",
  }),
  planChangedHint: (): Text => ({
    en: "Look at the plan again",
    zh: "请重新查看方案",
  }),
  isNew: (): Text => ({ en: "not on the stick yet", zh: "U 盘上尚没有" }),
  otherChecksum: (): Text => ({ en: "its published checksum differs", zh: "公布的校验和不同" }),
  otherSize: (before: number): Text => ({
    en: `another size (${formatSize(before)} on the stick)`,
    zh: `大小不同（U 盘上为 ${formatSize(before)}）`,
  }),
  otherTime: (): Text => ({ en: "changed at another time", zh: "修改时间不同" }),
  retired: (): Text => ({ en: "no longer in the source", zh: "源中已没有" }),
  sameChecksum: (): Text => ({ en: "the same, by its checksum", zh: "校验和相同" }),
  sameSizeAndTime: (): Text => ({ en: "the same size and time", zh: "大小和时间相同" }),
  sameSize: (): Text => ({
    en: "the same size; the source tells no checksum and no time",
    zh: "大小相同；源未提供校验和与时间",
  }),
  neverRemoved: (): Text => ({
    en: "no longer in the source; the rules say that nothing is removed",
    zh: "源中已没有；规则规定不删除任何文件",
  }),
  changedSince: (): Text => ({
    en: "no longer in the source, but somebody has changed it since: it stays",
    zh: "源中已没有，但之后被人修改过：予以保留",
  }),
  tooLarge: (limit: number): Text => ({
    en: `larger than this file system holds (${formatSize(limit)})`,
    zh: `超出此文件系统的单文件上限（${formatSize(limit)}）`,
  }),
  inTheWay: (path: string): Text => ({
    en: `${path} on the stick is in its way`,
    zh: `U 盘上的 ${path} 与它冲突`,
  }),
  sameNameTwice: (other: string): Text => ({
    en: `on the stick it would have the same name as ${other}`,
    zh: `在 U 盘上会与 ${other} 同名`,
  }),
  ownFolder: (): Text => ({
    en: "the stick's folder lifeboat is not synchronised",
    zh: "U 盘上的 lifeboat 文件夹不参与同步",
  }),
  noRoom: (missing: number, free: number): Text => ({
    en: `The stick has ${formatSize(free)} free, ${formatSize(missing)} too little; nothing was written`,
    zh: `U 盘可用空间为 ${formatSize(free)}，尚缺 ${formatSize(missing)}；未写入任何内容`,
  }),
  noRoomHint: (): Text => ({
    en: "Take fewer files with a rules file (include, exclude, keep: docs/sync.md), or remove some from the stick",
    zh: "请用规则文件减少文件（include、exclude、keep，见 docs/sync.md），或从 U 盘删除一些文件",
  }),
  empty: (source: string): Text => ({
    en: `There is no file to take in ${source}`,
    zh: `${source} 中没有可取用的文件`,
  }),
  emptyHint: (): Text => ({
    en: "Is the share mounted? Do the rules fit any file? So that a missing library doesn't empty the stick, nothing was removed",
    zh: "共享是否已挂载？规则是否匹配任何文件？为避免因源缺失而清空 U 盘，未删除任何内容",
  }),
  badFolder: (path: string, reason: string): Text => ({
    en: `Can't read the folder ${path}: ${reason}`,
    zh: `无法读取文件夹 ${path}：${reason}`,
  }),
  notAFolder: (path: string): Text => ({
    en: `${path} is not a folder`,
    zh: `${path} 不是文件夹`,
  }),
  tooMany: (source: string, most: number): Text => ({
    en: `${source} has more than ${most} files`,
    zh: `${source} 中的文件超过 ${most} 个`,
  }),
  badName: (name: string): Text => ({
    en: `${name} is no name for a file on a stick and is left out`,
    zh: `${name} 不能作为 U 盘上的文件名，已略过`,
  }),
  badList: (path: string, reason: Text): Text => ({
    en: `${path} can't be read, and what it says is not used: ${reason.en}`,
    zh: `无法读取 ${path}，其内容未被使用：${reason.zh}`,
  }),
  mismatch: (path: string, algorithm: string, wanted: string, found: string): Text => ({
    en: `${path} is not what was published: ${algorithm} ${found} instead of ${wanted}; it was not kept`,
    zh: `${path} 与公布的内容不符：${algorithm} 为 ${found}，应为 ${wanted}；未保留`,
  }),
  mismatchHint: (): Text => ({
    en: "The file in the source is damaged, or its checksum is of another version",
    zh: "源中的文件已损坏，或校验和属于另一版本",
  }),
  sourceChanged: (path: string): Text => ({
    en: `${path} in the source has changed since the plan was made`,
    zh: `自制定计划以来，源中的 ${path} 已改变`,
  }),
  runAgain: (): Text => ({ en: "Run sync again", zh: "请重新运行 sync" }),
  badState: (path: string): Text => ({
    en: `${path} on the stick can't be understood: what earlier syncs put there is not known any more, and stays`,
    zh: `无法理解 U 盘上的 ${path}：此前同步的文件已无从得知，将予以保留`,
  }),
  gone: (reason: Text): Text => ({
    en: `${reason.en}. What had been copied by then is whole on the stick, and the menu is the one from before`,
    zh: `${reason.zh}。此前已复制的文件在 U 盘上是完整的，菜单保持原样`,
  }),
  goneHint: (): Text => ({
    en: "Plug it in again and run lifeboat sync again: it copies what is left",
    zh: "请重新插入并再次运行 lifeboat sync：它会复制剩余的文件",
  }),
  cancelled: (): Text => ({
    en: "Cancelled; what was copied before stays and is in the menu. Run sync again to go on",
    zh: "已取消；此前复制的文件予以保留并已列入菜单。再次运行 sync 可继续",
  }),
  removing: (path: string): Text => ({ en: `Removing ${path}`, zh: `正在删除 ${path}` }),
  rulesHint: (): Text => ({
    en: "Nothing was written; docs/sync.md describes the keys",
    zh: "未写入任何内容；各项说明见 docs/sync.md",
  }),
  rulesUnreadable: (path: string, reason: string): Text => ({
    en: `Can't read ${path}: ${reason}`,
    zh: `无法读取 ${path}：${reason}`,
  }),
  notUtf8: (): Text => ({
    en: "it is not UTF-8 text: save it as UTF-8",
    zh: "不是 UTF-8 文本：请以 UTF-8 保存",
  }),
  badCount: (): Text => ({
    en: "this must be a whole number from 1 to 1000",
    zh: "此处须为 1 到 1000 的整数",
  }),
  badTarget: (): Text => ({
    en: "this must be a folder of the stick, beginning with / and without .., and not /lifeboat",
    zh: "此处须为 U 盘上以 / 开头、不含 .. 的文件夹，且不能是 /lifeboat",
  }),
  badPattern: (): Text => ({
    en: "this must be a path or a name, with * ? [ ] for what may differ",
    zh: "此处须为路径或名称，可用 * ? [ ] 表示可变部分",
  }),
};
