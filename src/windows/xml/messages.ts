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
  character: (code: number): Text => ({
    en: `character U+${code.toString(16).toUpperCase().padStart(4, "0")} can't stand in XML`,
    zh: `XML 中不能有字符 U+${code.toString(16).toUpperCase().padStart(4, "0")}`,
  }),
  noRoot: (): Text => ({ en: "there is no element in it", zh: "其中没有元素" }),
  behindRoot: (): Text => ({
    en: "something stands outside of the first element",
    zh: "第一个元素之外还有内容",
  }),
  unclosed: (what: string): Text => ({ en: `${what} isn't closed`, zh: `${what} 没有结束` }),
  wrongEnd: (name: string, open: string): Text => ({
    en: `</${name}> closes <${open}>`,
    zh: `</${name}> 与 <${open}> 不匹配`,
  }),
  expected: (what: string): Text => ({ en: `${what} is missing here`, zh: `此处缺少 ${what}` }),
  twice: (name: string): Text => ({
    en: `the attribute ${name} is there twice`,
    zh: `属性 ${name} 重复`,
  }),
  reference: (text: string): Text => ({
    en: `${text} is no reference that XML knows`,
    zh: `${text} 不是 XML 认识的引用`,
  }),
  doctype: (): Text => ({
    en: "it has a DOCTYPE, which no such file needs; take it away",
    zh: "含有 DOCTYPE，此类文件不需要；请删除",
  }),
  prefix: (prefix: string): Text => ({
    en: `the prefix ${prefix}: is declared nowhere`,
    zh: `前缀 ${prefix}: 未声明`,
  }),
  tooManyPrefixes: (limit: number): Text => ({
    en: `more than ${limit} prefixes are declared`,
    zh: `声明的前缀超过 ${limit} 个`,
  }),
  misplaced: (what: string): Text => ({
    en: `${what} can't stand here`,
    zh: `${what} 不能出现在此处`,
  }),
};
