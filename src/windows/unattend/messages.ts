import type { Text } from "../../system/text.ts";

/** What is said about answer files. Names from outside are quoted as JSON, which shows control characters. */
export const say = {
  noArchitecture: (): Text => ({
    en: "An answer file needs an architecture: x86, amd64 or arm64",
    zh: "应答文件需要指定体系结构：x86、amd64 或 arm64",
  }),
  architecture: (name: string): Text => ({
    en: `Windows knows no architecture ${quoted(name)}: it is x86, amd64 or arm64`,
    zh: `Windows 没有体系结构 ${quoted(name)}：应为 x86、amd64 或 arm64`,
  }),
  architectureTwice: (): Text => ({
    en: "An architecture is named twice",
    zh: "体系结构重复",
  }),
  computerNameLength: (name: string, limit: number): Text => ({
    en: `A computer name has 1 to ${limit} characters, not ${name.length}`,
    zh: `计算机名的长度为 1 到 ${limit} 个字符，而不是 ${name.length} 个`,
  }),
  computerName: (name: string): Text => ({
    en: `${quoted(name)} can't be a computer's name: it has letters A to Z, digits and hyphens, none at either end, and not digits alone`,
    zh: `${quoted(name)} 不能用作计算机名：只能包含字母 A 到 Z、数字和连字符，首尾不能是连字符，也不能全是数字`,
  }),
  accountLength: (name: string, limit: number): Text => ({
    en: `An account's name has 1 to ${limit} characters, not ${name.length}`,
    zh: `帐户名的长度为 1 到 ${limit} 个字符，而不是 ${name.length} 个`,
  }),
  accountCharacter: (name: string, character: string): Text => ({
    en: `The account name ${quoted(name)} has ${quoted(character)} in it, which Windows doesn't allow there`,
    zh: `帐户名 ${quoted(name)} 含有 Windows 不允许的字符 ${quoted(character)}`,
  }),
  accountText: (name: string): Text => ({
    en: `The account name ${quoted(name)} is no proper Unicode text`,
    zh: `帐户名 ${quoted(name)} 不是正确的 Unicode 文本`,
  }),
  accountEnds: (name: string): Text => ({
    en: `The account name ${quoted(name)} may not begin or end with a space, nor end with a full stop`,
    zh: `帐户名 ${quoted(name)} 不能以空格开头或结尾，也不能以句点结尾`,
  }),
  accountTaken: (name: string): Text => ({
    en: `Windows keeps the account name ${quoted(name)} for itself: choose another one`,
    zh: `帐户名 ${quoted(name)} 由 Windows 保留：请换一个`,
  }),
  accountIsComputer: (name: string): Text => ({
    en: `The account can't have the computer's name, ${quoted(name)}`,
    zh: `帐户名不能与计算机名 ${quoted(name)} 相同`,
  }),
  passwordLength: (limit: number): Text => ({
    en: `A password has at most ${limit} characters`,
    zh: `密码最多 ${limit} 个字符`,
  }),
  passwordCharacter: (): Text => ({
    en: "The password has a character in it that nobody can type",
    zh: "密码中含有无法键入的字符",
  }),
  ianaTimeZone: (name: string): Text => ({
    en: `${quoted(name)} is not how Windows calls a time zone: Europe/Berlin is "W. Europe Standard Time" there (tzutil /l lists them)`,
    zh: `${quoted(name)} 不是 Windows 的时区名：例如 Asia/Shanghai 在 Windows 中为 "China Standard Time"（用 tzutil /l 列出）`,
  }),
  timeZone: (name: string, near: readonly string[]): Text =>
    near.length > 0
      ? {
          en: `Windows has no time zone ${quoted(name)}: is it ${near.map(quoted).join(" or ")} (tzutil /l lists them)?`,
          zh: `Windows 没有时区 ${quoted(name)}：是否为 ${near.map(quoted).join(" 或 ")}（用 tzutil /l 列出）？`,
        }
      : {
          en: `Windows has no time zone ${quoted(name)}: they are called "W. Europe Standard Time" or UTC, for example (tzutil /l lists them)`,
          zh: `Windows 没有时区 ${quoted(name)}：应为 "China Standard Time" 或 UTC 之类的名称（用 tzutil /l 列出）`,
        },
  locale: (value: string): Text => ({
    en: `${quoted(value)} is no language tag such as de-DE or zh-CN`,
    zh: `${quoted(value)} 不是 de-DE、zh-CN 这样的语言标记`,
  }),
  inputLocale: (value: string): Text => ({
    en: `${quoted(value)} names no keyboard: de-DE or 0407:00000407, several with ; between them`,
    zh: `${quoted(value)} 不是键盘布局：应为 zh-CN 或 0804:00000804，多个之间用 ; 分隔`,
  }),
  sanPolicy: (value: number): Text => ({
    en: `There is no SAN policy ${value}: 1 to 4`,
    zh: `没有 SAN 策略 ${value}：应为 1 到 4`,
  }),
  drivers: (folder: string, limit: number): Text => ({
    en: `${quoted(folder)} can't be the folder of the drivers: a path from the root of the Windows volume such as \\Drivers, of letters, digits, spaces and _ - . ( ), at most ${limit} characters`,
    zh: `${quoted(folder)} 不能用作驱动程序文件夹：应为从 Windows 卷根目录起的路径，如 \\Drivers，只含字母、数字、空格和 _ - . ( )，最多 ${limit} 个字符`,
  }),
  moreProblems: (count: number): Text => ({
    en: `${count} more of the options can't be used as they are`,
    zh: `另有 ${count} 个选项不能照此使用`,
  }),
  placeholder: (name: string): Text => ({
    en: `The template of the answer file asks for ${quoted(name)}, which there is not`,
    zh: `应答文件模板要求的 ${quoted(name)} 不存在`,
  }),
  fileTooLarge: (limit: number): Text => ({
    en: `The answer file is larger than ${limit} bytes`,
    zh: `应答文件超过 ${limit} 字节`,
  }),
  notUnattend: (name: string): Text => ({
    en: `This is no answer file: its first element is ${quoted(name)} and not "unattend" of urn:schemas-microsoft-com:unattend`,
    zh: `这不是应答文件：第一个元素是 ${quoted(name)}，而不是 urn:schemas-microsoft-com:unattend 的 "unattend"`,
  }),
  unknownPass: (pass: string, line: number): Text => ({
    en: `The answer file has settings for a pass ${quoted(pass)} (line ${line}), which Windows doesn't know`,
    zh: `应答文件第 ${line} 行的配置阶段 ${quoted(pass)} Windows 不认识`,
  }),
  passTwice: (pass: string, line: number): Text => ({
    en: `The answer file has settings for the pass ${pass} twice (line ${line})`,
    zh: `应答文件中配置阶段 ${pass} 出现两次（第 ${line} 行）`,
  }),
  componentUnnamed: (line: number): Text => ({
    en: `A component in the answer file has no name (line ${line})`,
    zh: `应答文件第 ${line} 行的组件没有名称`,
  }),
  notUnattendHint: (): Text => ({
    en: "Windows System Image Manager makes and checks such files",
    zh: "可用 Windows 系统映像管理器制作和检查此类文件",
  }),
  otherArchitecture: (pass: string, others: readonly string[], wanted: string): Text => ({
    en: `The pass ${pass} has components for ${others.map(quoted).join(", ")}, which do nothing in this ${wanted} image`,
    zh: `配置阶段 ${pass} 中 ${others.map(quoted).join("、")} 的组件对此 ${wanted} 映像不起作用`,
  }),
  passIdle: (pass: string, audit: boolean): Text =>
    audit
      ? {
          en: `The pass ${pass} acts only where Windows is started in audit mode`,
          zh: `配置阶段 ${pass} 只在以审核模式启动 Windows 时起作用`,
        }
      : {
          en: `The pass ${pass} does nothing here: no Windows Setup runs, and no DISM is given the file`,
          zh: `配置阶段 ${pass} 在此不起作用：既不运行 Windows 安装程序，也不把该文件交给 DISM`,
        },
  nothingActs: (): Text => ({
    en: "Nothing in this answer file will act",
    zh: "此应答文件中没有会起作用的内容",
  }),
  plainPassword: (): Text => ({
    en: "The answer file has a password in plain text",
    zh: "应答文件中含有明文密码",
  }),
};

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
