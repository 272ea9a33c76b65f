import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

function found(character: string): Text {
  return character === ""
    ? { en: "and not the end of the file", zh: "而不是文件结尾" }
    : { en: `and not ${character}`, zh: `而不是 ${character}` };
}

/** What is said of a ventoy.json, and of the section `ventoy` of stick.yaml. */
export const say = {
  tooLarge: (limit: number): Text => ({
    en: `the file is larger than ${formatSize(limit)}`,
    zh: `文件大于 ${formatSize(limit)}`,
  }),
  notUtf8: (): Text => ({
    en: "it is not UTF-8 text, and Ventoy leaves the whole file out: save it as UTF-8",
    zh: "不是 UTF-8 文本，Ventoy 会忽略整个文件：请以 UTF-8 保存",
  }),
  jsonBehindEnd: (): Text => ({
    en: "something follows the end of the JSON",
    zh: "JSON 结束之后还有内容",
  }),
  jsonValueMissing: (here: string): Text => ({
    en: `a value must stand here, ${found(here).en}`,
    zh: `此处须为一个值，${found(here).zh}`,
  }),
  jsonNameMissing: (here: string): Text => ({
    en: `a name in quotation marks must stand here, ${found(here).en}`,
    zh: `此处须为带双引号的名称，${found(here).zh}`,
  }),
  jsonColonMissing: (name: string, here: string): Text => ({
    en: `a colon must follow "${name}", ${found(here).en}`,
    zh: `“${name}”之后须为冒号，${found(here).zh}`,
  }),
  jsonCommaMissing: (end: string, here: string): Text => ({
    en: `a comma or ${end} must stand here, ${found(here).en}`,
    zh: `此处须为逗号或 ${end}，${found(here).zh}`,
  }),
  jsonCommaTooMany: (end: string): Text => ({
    en: `there is a comma too many before ${end}`,
    zh: `${end} 之前多了一个逗号`,
  }),
  jsonBadString: (): Text => ({
    en: "this text doesn't end on its line, or has a wrong escape or a control character in it",
    zh: "此文本未在本行结束，或含有错误的转义或控制字符",
  }),
  notObject: (): Text => ({
    en: "the file must be one JSON object: { … }",
    zh: "文件须为一个 JSON 对象：{ … }",
  }),
  tooDeep: (most: number): Text => ({
    en: `lists and groups are nested more than ${most} deep`,
    zh: `列表和组的嵌套超过 ${most} 层`,
  }),
  twice: (name: string): Text => ({
    en: `"${name}" is here twice; Ventoy takes the first one`,
    zh: `“${name}”出现了两次；Ventoy 采用第一个`,
  }),
  badName: (name: string): Text => ({
    en: `"${name}" can't be a name`,
    zh: `“${name}”不能用作名称`,
  }),
  badNumber: (number: string): Text => ({
    en: `${number} is no number that Ventoy reads, and it would leave the whole file out: it takes whole numbers from 0 to 4294967295`,
    zh: `${number} 不是 Ventoy 能读取的数字，它会因此忽略整个文件：只接受 0 到 4294967295 的整数`,
  }),
  backslashAtEnd: (): Text => ({
    en: "a text that ends in a backslash keeps Ventoy from reading the whole file",
    zh: "以反斜杠结尾的文本会使 Ventoy 无法读取整个文件",
  }),
  notText: (): Text => ({
    en: "this text has half of a character in it (a surrogate)",
    zh: "此文本中含有半个字符（代理项）",
  }),
  andMore: (): Text => ({ en: "and more mistakes", zh: "还有更多错误" }),
  tooLong: (most: number): Text => ({
    en: `this is longer than ${most} bytes, and Ventoy cuts it`,
    zh: `超过 ${most} 字节，Ventoy 会将其截断`,
  }),
  notFromRoot: (): Text => ({
    en: "a path begins with /, the root of the partition with the images; Ventoy leaves others out",
    zh: "路径须以 /（映像所在分区的根目录）开头；否则 Ventoy 会忽略",
  }),
  negative: (): Text => ({
    en: "this must be a whole number, 0 or more",
    zh: "必须是 0 或更大的整数",
  }),
  oneNeeded: (keys: readonly string[]): Text => ({
    en: `one of these must be here: ${keys.join(", ")}`,
    zh: `此处须有以下之一：${keys.join("、")}`,
  }),
  oneKeyEach: (): Text => ({
    en: "each item has one key and its value; Ventoy takes the first one alone",
    zh: "每一项只能有一个键及其值；Ventoy 只采用第一个",
  }),
  noVcfg: (): Text => ({
    en: "the file's name must end in .vcfg",
    zh: "文件名须以 .vcfg 结尾",
  }),
  bothLists: (one: string, other: string): Text => ({
    en: `${one} and ${other} can't both be there: Ventoy keeps one list of images, to show or to hide`,
    zh: `${one} 和 ${other} 不能同时存在：Ventoy 只保留一个映像列表，要么显示，要么隐藏`,
  }),
  longPassword: (most: number): Text => ({
    en: `a password may have ${most} bytes with its prefix; Ventoy leaves this one out and asks for none`,
    zh: `密码连同前缀最多 ${most} 字节；Ventoy 会忽略此密码，不再询问`,
  }),
  badPassword: (): Text => ({
    en: "a password is written as txt#PASSWORD, md5#MD5 or md5#SALT#MD5; Ventoy leaves this one out and asks for none",
    zh: "密码须写作 txt#密码、md5#MD5 或 md5#盐#MD5；Ventoy 会忽略此密码，不再询问",
  }),
  badMd5: (): Text => ({
    en: "the MD5 must have 32 hexadecimal digits; Ventoy leaves this password out and asks for none",
    zh: "MD5 须为 32 位十六进制数字；Ventoy 会忽略此密码，不再询问",
  }),

  // Warnings.
  plainPassword: (key: string): Text => ({
    en: `${key} is a password in plain text: everybody who has the stick can read it; md5#SALT#MD5 is harder to guess`,
    zh: `${key} 是明文密码：任何拿到 U 盘的人都能读到；md5#盐#MD5 更难猜出`,
  }),
  escape: (): Text => ({
    en: "Ventoy doesn't undo escapes: it takes the backslash for a character of the text",
    zh: "Ventoy 不处理转义：反斜杠会被当作文本中的字符",
  }),
  unknownPlugin: (key: string): Text => ({
    en: `Ventoy knows nothing named "${key}" and leaves it out`,
    zh: `Ventoy 不认识“${key}”，会将其忽略`,
  }),
  unknownControl: (key: string): Text => ({
    en: `control › ${key}: no setting of Ventoy's that lifeboat knows`,
    zh: `control › ${key}：lifeboat 不认识的 Ventoy 设置`,
  }),
  unusualValue: (key: string, value: string, known: string): Text => ({
    en: `${key}: Ventoy knows ${known}, not "${value}"`,
    zh: `${key}：Ventoy 支持 ${known}，而不是“${value}”`,
  }),
  noSuchItem: (key: string, value: number, items: number): Text => ({
    en: `${key} is ${value}, and there are ${items}: Ventoy leaves it out`,
    zh: `${key} 为 ${value}，而只有 ${items} 项：Ventoy 会将其忽略`,
  }),
  tooManyReplacements: (image: string, most: number): Text => ({
    en: `conf_replace has more than ${most} files for ${image}: Ventoy replaces the first ${most}`,
    zh: `conf_replace 中 ${image} 的文件超过 ${most} 个：Ventoy 只替换前 ${most} 个`,
  }),

  // Paths.
  missing: (key: string, path: string): Text => ({
    en: `${key}: ${path} isn't on the stick`,
    zh: `${key}：U 盘上没有 ${path}`,
  }),
  otherCase: (key: string, path: string, there: string): Text => ({
    en: `${key}: ${path} is ${there} on the stick, and Ventoy tells upper and lower case apart`,
    zh: `${key}：${path} 在 U 盘上是 ${there}，而 Ventoy 区分大小写`,
  }),
  notFolder: (key: string, path: string): Text => ({
    en: `${key}: ${path} is no folder`,
    zh: `${key}：${path} 不是文件夹`,
  }),
  notFile: (key: string, path: string): Text => ({
    en: `${key}: ${path} is no file`,
    zh: `${key}：${path} 不是文件`,
  }),
  fitsNothing: (key: string, path: string): Text => ({
    en: `${key}: no file on the stick fits ${path} (each * stands for exactly one byte)`,
    zh: `${key}：U 盘上没有与 ${path} 匹配的文件（每个 * 恰好代表一个字节）`,
  }),
  tooLargeFile: (key: string, path: string, most: number): Text => ({
    en: `${key}: ${path} is larger than the ${formatSize(most)} that Ventoy takes`,
    zh: `${key}：${path} 大于 Ventoy 允许的 ${formatSize(most)}`,
  }),
  notLooked: (reason: Text): Text => ({
    en: `Whether the paths are on the stick couldn't be looked at: ${reason.en}`,
    zh: `无法检查这些路径是否在 U 盘上：${reason.zh}`,
  }),

  // What stick.yaml says and ventoy.json can't.
  onlyOwnMenu: (keys: readonly string[]): Text => ({
    en: `Only lifeboat's menu knows: ${keys.join("; ")}`,
    zh: `只有 lifeboat 的菜单支持：${keys.join("；")}`,
  }),
  noPattern: (key: string): Text => ({
    en: `${key} isn't written: Ventoy takes whole paths of single images here, without * ? [ ]`,
    zh: `${key} 不会写入：Ventoy 在此只接受单个映像的完整路径，不含 * ? [ ]`,
  }),
  noTitle: (key: string): Text => ({
    en: `${key} isn't written: Ventoy takes at most 255 bytes of text that doesn't end in a backslash`,
    zh: `${key} 不会写入：Ventoy 最多接受 255 字节且不以反斜杠结尾的文本`,
  }),
  noAnswers: (key: string): Text => ({
    en: `${key} isn't written: Ventoy can't read one of its paths`,
    zh: `${key} 不会写入：其中有 Ventoy 无法读取的路径`,
  }),
  oneArchive: (key: string): Text => ({
    en: `${key} isn't written: Ventoy takes one archive for an image, .tar.gz or .zip`,
    zh: `${key} 不会写入：Ventoy 对每个映像只接受一个 .tar.gz 或 .zip 压缩包`,
  }),
  listInstead: (key: string, list: string): Text => ({
    en: `${key} isn't written: with ${list}, Ventoy shows what that names alone`,
    zh: `${key} 不会写入：设置 ${list} 后，Ventoy 只显示其中列出的映像`,
  }),
  platformInstead: (key: string, plugin: string): Text => ({
    en: `ventoy › ${key} takes the place of all of ${plugin} on its platform: what the other settings say isn't in force there, unless it stands in it without a value`,
    zh: `ventoy › ${key} 在其平台上完全取代 ${plugin}：其他设置在那里不生效，除非在其中以不带值的形式列出`,
  }),
  ownPasswords: (): Text => ({
    en: "users and superusers are asked for by lifeboat's menu alone; Ventoy's passwords stand under ventoy › password",
    zh: "users 和 superusers 只对 lifeboat 的菜单有效；Ventoy 的密码写在 ventoy › password 下",
  }),
  nothingToPlace: (key: string): Text => ({
    en: `${key} isn't written: no other setting says what is to stand there`,
    zh: `${key} 不会写入：没有其他设置说明此处的内容`,
  }),
  otherLabel: (backend: string, label: string): Text => ({
    en: `${backend} isn't written under persistence: systems that Ventoy starts don't look for its label "${label}"`,
    zh: `${backend} 不会写入 persistence：由 Ventoy 启动的系统不会查找其卷标“${label}”`,
  }),

  // Reading a file into stick.yaml.
  refused: (file: string, line: number, reason: Text): Text => ({
    en: `${file}:${line}: ${reason.en}`,
    zh: `${file}:${line}：${reason.zh}`,
  }),
  refusedHint: (): Text => ({
    en: "Nothing was changed; docs/settings.md describes the keys",
    zh: "未作任何更改；各项说明见 docs/settings.md",
  }),
};
