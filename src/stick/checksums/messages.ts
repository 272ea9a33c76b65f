import type { Text } from "../../system/text.ts";

/** What is said of a file of this computer and its checksum. */
export const say = {
  hashing: (name: string): Text => ({ en: `Hashing ${name}`, zh: `正在计算 ${name} 的校验和` }),
  badSha256: (sum: string): Text => ({
    en: `"${sum}" is no SHA-256: that has 64 hexadecimal digits`,
    zh: `“${sum}”不是 SHA-256：应为 64 位十六进制数字`,
  }),
  notInList: (list: string, name: string): Text => ({
    en: `${list} has no checksum of ${name}`,
    zh: `${list} 中没有 ${name} 的校验和`,
  }),
  notInListHint: (): Text => ({
    en: 'A line of it is "sum  name", "SHA256 (name) = sum", or the sum alone',
    zh: "每行格式为“校验和  文件名”、“SHA256 (文件名) = 校验和”，或只有校验和",
  }),
  mismatch: (
    name: string,
    algorithm: string,
    source: string,
    said: string,
    real: string,
  ): Text => ({
    en: `${name} isn't what ${source} says: its ${algorithm} is ${real} instead of ${said}`,
    zh: `${name} 与 ${source} 不符：${algorithm} 为 ${real}，应为 ${said}`,
  }),
  mismatchHint: (): Text => ({
    en: "Download it again from its publisher; don't start a computer with this one",
    zh: "请从发布者处重新下载；不要用此文件启动计算机",
  }),
  fits: (algorithm: string, source: string): Text => ({
    en: `${algorithm} fits ${source}`,
    zh: `${algorithm} 与 ${source} 相符`,
  }),
};
