import type { Text } from "../../system/text.ts";

/** What is wrong with an XML file. */
export const say = {
  malformed: (line: number, { en, zh }: Text): Text => ({
    en: `This XML is not well-formed, line ${line}: ${en}`,
    zh: `XML 格式不正确，第 ${line} 行：${zh}`,
  }),
  encodingDiffers: (encoding: string): Text => ({
    en: `it says that it is ${encoding} but has no byte order mark`,
    zh: `声明的编码是 ${encoding}，却没有字节顺序标记`,
  }),
  notInEncoding: (encoding: string): Text => ({
    en: `its bytes are no text in ${encoding}`,
    zh: `内容不是 ${encoding} 编码的文本`,
  }),
  tooLong: (limit: number): Text => ({
    en: `it is longer than ${limit} characters`,
    zh: `长度超过 ${limit} 个字符`,
  }),
  tooDeep: (limit: number): Text => ({
    en: `elements are nested more than ${limit} deep`,
    zh: `元素嵌套超过 ${limit} 层`,
  }),
  noRoot: (): Text => ({ en: "there is no element in it", zh: "其中没有元素" }),
  /** In the parser's own words, which are English. */
  broken: (words: string): Text => ({
    en: `${words}, says the parser`,
    zh: `语法错误（${words}）`,
  }),
  doctype: (): Text => ({
    en: "it has a DOCTYPE, which no such file needs; take it away",
    zh: "含有 DOCTYPE，此类文件不需要；请删除",
  }),
};
