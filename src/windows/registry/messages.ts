import type { Text } from "../../system/text.ts";

/** In hexadecimal, as hex editors show offsets. */
function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** What the registry hive library says to people. `what` is a structure's name in the specification. */
export const say = {
  notAHive: (): Text => ({
    en: "This is not a registry hive: it doesn't begin with regf",
    zh: "这不是注册表配置单元：文件不以 regf 开头",
  }),
  isLog: (fileName: string): Text => ({
    en: `This is a transaction log of a registry hive (${fileName}), not the hive itself`,
    zh: `这是注册表配置单元（${fileName}）的事务日志，不是配置单元本身`,
  }),
  isLogHint: (): Text => ({
    en: "Give the file of the same name without .LOG, .LOG1 or .LOG2",
    zh: "请指定同名但不带 .LOG、.LOG1 或 .LOG2 的文件",
  }),
  unknownVersion: (major: number, minor: number): Text => ({
    en: `Registry hives of version ${major}.${minor} are not supported; 1.3 to 1.6 are`,
    zh: `不支持 ${major}.${minor} 版的注册表配置单元，仅支持 1.3 至 1.6`,
  }),
  wrongChecksum: (stated: number, computed: number): Text => ({
    en: `The hive's base block is damaged: its checksum is ${hex(computed)}, and it says ${hex(stated)}`,
    zh: `配置单元的基本块已损坏：校验和应为 ${hex(computed)}，记录为 ${hex(stated)}`,
  }),
  logsHint: (): Text => ({
    en: "Windows mends a hive from its .LOG1 and .LOG2: start that Windows and shut it down, or take a backup of the hive",
    zh: "Windows 会用 .LOG1 和 .LOG2 修复配置单元：请启动该 Windows 再正常关机，或使用配置单元的备份",
  }),
  dirty: (): Text => ({
    en: "The hive is dirty: the last change to it was not finished, and what is missing lies in its transaction logs",
    zh: "配置单元处于未完成状态：上一次更改没有写完，缺少的内容在事务日志中",
  }),
  tooShort: (neededBytes: number, presentBytes: number): Text => ({
    en: `The hive is cut off: it says it has ${neededBytes} bytes, and the file has ${presentBytes}`,
    zh: `配置单元不完整：应有 ${neededBytes} 字节，文件只有 ${presentBytes} 字节`,
  }),
  badBaseBlock: (field: string, value: number): Text => ({
    en: `The hive's base block can't be right: ${field} is ${value}`,
    zh: `配置单元的基本块不合理：${field} 为 ${value}`,
  }),
  badBin: (at: number): Text => ({
    en: `The hive is damaged: there is no right hive bin at ${hex(at)}`,
    zh: `配置单元已损坏：${hex(at)} 处没有正确的 hive bin`,
  }),
  badOffset: (what: string, offset: number): Text => ({
    en: `The hive is damaged: a ${what} is said to be at ${hex(offset)} of its bins, where none can be`,
    zh: `配置单元已损坏：${what} 的偏移 ${hex(offset)} 不可能存在`,
  }),
  badCell: (what: string, at: number, size: number): Text => ({
    en: `The hive is damaged: the cell at ${hex(at)}, for a ${what}, has the size ${size}`,
    zh: `配置单元已损坏：${hex(at)} 处的单元（${what}）大小为 ${size}`,
  }),
  cellTooShort: (what: string, at: number, neededBytes: number, presentBytes: number): Text => ({
    en: `The hive is damaged: the ${what} at ${hex(at)} needs ${neededBytes} bytes, and its cell has ${presentBytes}`,
    zh: `配置单元已损坏：${hex(at)} 处的 ${what} 需要 ${neededBytes} 字节，其单元只有 ${presentBytes} 字节`,
  }),
  badSignature: (what: string, at: number): Text => ({
    en: `The hive is damaged: at ${hex(at)} there should be a ${what}, and there is none`,
    zh: `配置单元已损坏：${hex(at)} 处应为 ${what}，但不是`,
  }),
  badField: (what: string, at: number, field: string, value: number): Text => ({
    en: `The hive is damaged: in the ${what} at ${hex(at)}, ${field} is ${value}`,
    zh: `配置单元已损坏：${hex(at)} 处的 ${what} 中，${field} 为 ${value}`,
  }),
  cycle: (what: string, at: number): Text => ({
    en: `The hive is damaged: the ${what} at ${hex(at)} is in use twice`,
    zh: `配置单元已损坏：${hex(at)} 处的 ${what} 被引用了两次`,
  }),
  tooDeep: (levels: number): Text => ({
    en: `The registry keys are nested deeper than ${levels} levels`,
    zh: `注册表项嵌套超过 ${levels} 层`,
  }),
  tooLarge: (limitBytes: number): Text => ({
    en: `The registry tree is larger than ${limitBytes} bytes, the most that is read at once`,
    zh: `注册表树超过 ${limitBytes} 字节，超出一次读取的上限`,
  }),
  badName: (name: string): Text => ({
    en: `"${name.slice(0, 80)}" can't be the name of a registry key or value: keys take 1 to 255 characters and no backslash, values up to 16383`,
    zh: `“${name.slice(0, 80)}”不能作为注册表项或值的名称：项名为 1 至 255 个字符且不含反斜杠，值名最多 16383 个字符`,
  }),
  duplicate: (name: string): Text => ({
    en: `The name "${name.slice(0, 80)}" is there twice in one registry key`,
    zh: `同一注册表项中名称“${name.slice(0, 80)}”重复`,
  }),
  dataTooLarge: (sizeBytes: number, limitBytes: number): Text => ({
    en: `${sizeBytes} bytes are too many for one registry value of this hive's version; ${limitBytes} are the most`,
    zh: `${sizeBytes} 字节超出该版本配置单元中单个值的上限 ${limitBytes} 字节`,
  }),
  noSuchKey: (path: string): Text => ({
    en: `There is no registry key ${path} in the hive`,
    zh: `配置单元中没有注册表项 ${path}`,
  }),
  noDelete: (name: string): Text => ({
    en: `The registry key "${name.slice(0, 80)}" is marked as one that must not be deleted (KEY_NO_DELETE)`,
    zh: `注册表项“${name.slice(0, 80)}”被标记为不可删除（KEY_NO_DELETE）`,
  }),
  noRoom: (neededBytes: number, presentBytes: number): Text => ({
    en: `The changed hive takes ${neededBytes} bytes, and its file has ${presentBytes}`,
    zh: `更改后的配置单元需要 ${neededBytes} 字节，而文件只有 ${presentBytes} 字节`,
  }),
  logsMissing: (): Text => ({
    en: "The hive is dirty, and none of the transaction logs given belongs to it as it is",
    zh: "配置单元处于未完成状态，而给出的事务日志都与其不匹配",
  }),
  firstLogDamaged: (): Text => ({
    en: "The hive is dirty, and the transaction log that comes next is damaged in its first entry: what follows it can't be applied without it",
    zh: "配置单元处于未完成状态，而接下来要应用的事务日志在第一个条目处已损坏：没有它，后面的内容无法应用",
  }),
  logTooLarge: (sizeBytes: number, limitBytes: number): Text => ({
    en: `The transaction log has ${sizeBytes} bytes; more than ${limitBytes} are not read`,
    zh: `事务日志有 ${sizeBytes} 字节，超出可读取的上限 ${limitBytes} 字节`,
  }),
  logsMissingHint: (): Text => ({
    en: "Give the .LOG1 and .LOG2 from the same folder at the same time; without them, take a backup of the hive",
    zh: "请给出同一文件夹中同一时刻的 .LOG1 和 .LOG2；若没有，请使用配置单元的备份",
  }),
  noHint: (): Text => ({
    en: "Take a backup of the hive, if there is one; Windows before 10 version 1803 keeps some in config\\RegBack",
    zh: "请使用配置单元的备份（如有）；Windows 10 1803 之前的版本会在 config\\RegBack 中保留备份",
  }),
};
