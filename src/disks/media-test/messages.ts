import type { Extent } from "../../block/byte-range.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

/** What the test of a medium says while it runs and of what it finds. */
export const mediaTestSay = {
  tooSmall: (size: number): Text => ({
    en: `${size} bytes are too few to test`,
    zh: `${size} 字节太小，无法测试`,
  }),
  keeping: (): Text => ({
    en: "Reading what is there, to put it back",
    zh: "正在读取现有内容以便之后恢复",
  }),
  writing: (): Text => ({ en: "Writing test blocks", zh: "正在写入测试块" }),
  readingBack: (): Text => ({ en: "Reading them back", zh: "正在回读测试块" }),
  scanning: (): Text => ({
    en: "Looking for them at other addresses",
    zh: "正在其他地址查找测试块",
  }),
  puttingBack: (): Text => ({
    en: "Putting the contents back",
    zh: "正在恢复原有内容",
  }),
  wraps: (bytes: number): Text => ({
    en: `It begins again at its start after ${formatSize(bytes)} (${bytes} bytes): what is written beyond overwrites what is there`,
    zh: `在 ${formatSize(bytes)}（${bytes} 字节）之后又从头开始：写到其后的内容会覆盖前面的内容`,
  }),
  loses: (bytes: number): Text => ({
    en: `It loses what is written beyond ${formatSize(bytes)} (${bytes} bytes)`,
    zh: `写到 ${formatSize(bytes)}（${bytes} 字节）之后的内容会丢失`,
  }),
  mapsTwice: (bytes: number): Text => ({
    en: `It stores different addresses in the same place; it holds at most ${formatSize(bytes)} (${bytes} bytes)`,
    zh: `不同的地址存放在同一位置；实际容量最多为 ${formatSize(bytes)}（${bytes} 字节）`,
  }),
  holdsNothing: (): Text => ({
    en: "It holds nothing of what is written to it",
    zh: "写入的内容完全没有保存下来",
  }),
  scanCutShort: (bytes: number): Text => ({
    en: `It is too slow to be looked through in time: that its contents repeat after more than ${formatSize(bytes)} is not excluded. --full would tell`,
    zh: `设备太慢，未能在时限内查完：不能排除其内容在 ${formatSize(bytes)} 之后重复。可用 --full 查明`,
  }),
  notPutBack: (places: readonly Extent[]): Text => {
    const first = places[0] ?? { start: 0, length: 0 };
    const last = places.at(-1) ?? first;
    const end = last.start + last.length;
    const bytes = formatSize(places.reduce((sum, { length }) => sum + length, 0));
    return {
      en: `${bytes} in ${places.length} places between the bytes ${first.start} and ${end} could not be put back: check the file systems on it`,
      zh: `字节 ${first.start} 与 ${end} 之间有 ${places.length} 处共 ${bytes} 未能恢复：请检查其上的文件系统`,
    };
  },
  imageFile: (): Text => ({
    en: "This is an image file: the figures are those of the disk that it lies on, and of the system's cache",
    zh: "这是映像文件：速度数据反映的是其所在磁盘和系统缓存",
  }),
  cached: (): Text => ({
    en: "The system's cache could not be passed by: the speeds are partly its own",
    zh: "无法绕过系统缓存：速度数据部分来自缓存",
  }),
  allPutBack: (): Text => ({
    en: "everything is back in its place",
    zh: "所有内容均已恢复原状",
  }),
  contentsLost: (): Text => ({
    en: "its old contents are lost, all or in part, and with them the partition table",
    zh: "其原有内容已全部或部分丢失，包括分区表",
  }),
};

/** Why it stopped, and in what state the medium is. */
export function stoppedWith(reason: Text, state: Text): Text {
  return { en: `${reason.en}; ${state.en}`, zh: `${reason.zh}；${state.zh}` };
}
