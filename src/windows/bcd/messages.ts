import type { Text } from "../../system/text.ts";

/** What the room of BCD stores says to people. */
export const say = {
  noObjects: (): Text => ({
    en: "This registry hive is no BCD store: it has no key Objects",
    zh: "此注册表配置单元不是 BCD 存储：其中没有 Objects 键",
  }),
  noObjectsHint: (): Text => ({
    en: "A BCD store lies in \\EFI\\Microsoft\\Boot\\BCD of the EFI system partition, or in \\Boot\\BCD of the active partition",
    zh: "BCD 存储位于 EFI 系统分区的 \\EFI\\Microsoft\\Boot\\BCD，或活动分区的 \\Boot\\BCD",
  }),
  badDevice: (text: string): Text => ({
    en: `"${text}" is no device in bcdedit's words`,
    zh: `“${text}”不是 bcdedit 语法的设备`,
  }),
  badDeviceHint: (): Text => ({
    en: "boot; partition={partition GUID}@{disk GUID} (GPT); partition=<byte offset>@<disk signature> (MBR), both as 0x…; partition=<disk or image>#<number>; locate=custom:12000002 or locate=\\path; ramdisk=[device]\\path,{options}; file=[device]\\path; vhd=[device]\\path; bytes=<hexadecimal>",
    zh: "可用：boot；partition={分区 GUID}@{磁盘 GUID}（GPT）；partition=<字节偏移>@<磁盘签名>（MBR，均写作 0x…）；partition=<磁盘或映像>#<分区号>；locate=custom:12000002 或 locate=\\路径；ramdisk=[设备]\\路径,{选项}；file=[设备]\\路径；vhd=[设备]\\路径；bytes=<十六进制>",
  }),
  driveLetter: (text: string): Text => ({
    en: `"${text}" names a drive letter, and a store knows partitions only by their identifiers`,
    zh: `“${text}”使用了盘符，而存储仅以标识符识别分区`,
  }),
  badValue: (element: string, text: string, wanted: Text): Text => ({
    en: `${element} takes ${wanted.en}, not "${text}"`,
    zh: `${element} 须为${wanted.zh}，而不是“${text}”`,
  }),
  wantedBoolean: (): Text => ({ en: "yes or no", zh: " yes 或 no" }),
  wantedInteger: (): Text => ({
    en: "a number, decimal or as 0x…",
    zh: "数字（十进制或 0x…）",
  }),
  wantedWord: (words: readonly string[]): Text => ({
    en: `one of ${words.join(", ")}, or a number`,
    zh: `以下之一：${words.join("、")}，或数字`,
  }),
  wantedObject: (): Text => ({
    en: "an identifier: {bootmgr} or a GUID in braces",
    zh: "标识符：{bootmgr} 或带花括号的 GUID",
  }),
  wantedOnce: (): Text => ({
    en: "each identifier once, by whichever of its names",
    zh: "各不相同的标识符（不论以何名称书写）",
  }),
  menuUnreadable: (): Text => ({
    en: "The boot manager's menu (displayorder) can't be read, and an entry put into it would replace all of it",
    zh: "无法读取启动管理器菜单（displayorder），加入条目会覆盖整个菜单",
  }),
  menuUnreadableHint: (): Text => ({
    en: "bcd check says what is wrong with it; bcd set <store> {bootmgr} displayorder writes it anew",
    zh: "bcd check 可指出问题所在；bcd set <存储> {bootmgr} displayorder 可重新写入",
  }),
  wantedOne: (): Text => ({ en: "one value", zh: "一个值" }),
  wantedText: (): Text => ({ en: "a text", zh: "文本" }),
  badIdentifier: (text: string): Text => ({
    en: `"${text}" is no identifier`,
    zh: `“${text}”不是标识符`,
  }),
  badIdentifierHint: (): Text => ({
    en: "An identifier is a GUID in braces or a name such as {bootmgr}, {default}, {globalsettings}; bcd show lists those of the store",
    zh: "标识符是带花括号的 GUID，或 {bootmgr}、{default}、{globalsettings} 等名称；bcd show 列出存储中的标识符",
  }),
  noDefault: (): Text => ({
    en: "The store has no {default}: its boot manager names no default entry",
    zh: "存储没有 {default}：其启动管理器未指定默认条目",
  }),
  noSuchObject: (name: string): Text => ({
    en: `The store has no object ${name}`,
    zh: `存储中没有对象 ${name}`,
  }),
  seeShow: (): Text => ({
    en: "lifeboat bcd show <store> lists them",
    zh: "lifeboat bcd show <存储> 可列出这些对象",
  }),
  objectThere: (name: string): Text => ({
    en: `The store has an object ${name} already`,
    zh: `存储中已有对象 ${name}`,
  }),
  objectThereHint: (): Text => ({
    en: "bcd set changes it; without an identifier, bcd add makes one up",
    zh: "可用 bcd set 更改；不指定标识符时，bcd add 会自动生成",
  }),
  noSuchElementName: (name: string): Text => ({
    en: `bcdedit has no element ${name} for objects of this type`,
    zh: `对于此类型的对象，bcdedit 没有元素 ${name}`,
  }),
  noSuchElementHint: (near: readonly string[]): Text => ({
    en: `${near.length === 0 ? "" : `Did you mean ${near.join(", ")}? `}Elements without a name are written as custom:<eight hexadecimal digits>`,
    zh: `${near.length === 0 ? "" : `是否指 ${near.join("、")}？`}没有名称的元素写作 custom:<八位十六进制数字>`,
  }),
  unknownFormat: (name: string): Text => ({
    en: `${name} has a format that no version of Windows knows: bits 24 to 27 are from 1 to 7`,
    zh: `${name} 的格式不为任何 Windows 版本所知：第 24 至 27 位应为 1 到 7`,
  }),
  noSuchElement: (object: string, element: string): Text => ({
    en: `${object} has no ${element}`,
    zh: `${object} 没有 ${element}`,
  }),
  noType: (name: string): Text => ({
    en: `What kind of object ${name} is to be can't be told from its identifier`,
    zh: `无法从标识符判断 ${name} 应为何种对象`,
  }),
  noTypeHint: (): Text => ({
    en: "Say --application osloader (or resume, bootsector, bootapp, startup …), --inherit, --device, or --copy {identifier}",
    zh: "请指定 --application osloader（或 resume、bootsector、bootapp、startup 等）、--inherit、--device 或 --copy {标识符}",
  }),
  typeUnlike: (name: string): Text => ({
    en: `${name} is a well-known object of another type`,
    zh: `${name} 是另一种类型的众所周知对象`,
  }),
  wellKnown: (name: string): Text => ({
    en: `${name} is a well-known object, which Windows expects in a store`,
    zh: `${name} 是 Windows 要求存储中具备的众所周知对象`,
  }),
  wellKnownHint: (): Text => ({
    en: "If it is really to go, add --force",
    zh: "如确需删除，请加 --force",
  }),
  badWord: (option: string, text: string, words: readonly string[]): Text => ({
    en: `${option} takes one of ${words.join(", ")}, not "${text}"`,
    zh: `${option} 须为以下之一：${words.join("、")}，而不是“${text}”`,
  }),
};
