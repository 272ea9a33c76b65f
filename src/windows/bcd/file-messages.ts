import type { Text } from "../../system/text.ts";

/** What is said of a store's file. */
export const fileSay = {
  exists: (path: string): Text => ({
    en: `${path} is there already`,
    zh: `${path} 已存在`,
  }),
  existsHint: (): Text => ({
    en: "Name a file that isn't there yet",
    zh: "请指定尚不存在的文件",
  }),
  writeFailed: (path: string, reason: Text): Text => ({
    en: `${path} could not be written: ${reason.en}`,
    zh: `无法写入 ${path}：${reason.zh}`,
  }),
  writeFailedHint: (): Text => ({
    en: "The store is what it was before",
    zh: "存储保持原样",
  }),
  exportFailedHint: (): Text => ({
    en: "No file was left there, and the store it was to be made of is untouched. Choose a folder on a drive with room that can be written",
    zh: "未留下任何文件，源存储未受影响。请选择位于可写且空间充足的驱动器上的文件夹",
  }),
  readOnly: (path: string): Text => ({
    en: `${path} is read-only`,
    zh: `${path} 是只读的`,
  }),
  readOnlyHint: (): Text => ({
    en: "Somebody wanted it so. If it is to be changed, make it writable first: chmod u+w (Windows: attrib -r)",
    zh: "这可能是有意设置的。如确需修改，请先将其设为可写：chmod u+w（Windows：attrib -r）",
  }),
  tooLarge: (path: string, mebibytes: number): Text => ({
    en: `${path} is no BCD store: it has more than ${mebibytes} MiB`,
    zh: `${path} 不是 BCD 存储：超过 ${mebibytes} MiB`,
  }),
  notAStore: (path: string): Text => ({
    en: `${path} is no BCD store: it is no registry hive`,
    zh: `${path} 不是 BCD 存储：它不是注册表配置单元`,
  }),
  isLog: (path: string): Text => ({
    en: `${path} is a transaction log of a BCD store, not the store itself`,
    zh: `${path} 是 BCD 存储的事务日志，不是存储本身`,
  }),
  isLogHint: (): Text => ({
    en: "Give the file of the same name without .LOG, .LOG1 or .LOG2",
    zh: "请指定同名但不带 .LOG、.LOG1 或 .LOG2 的文件",
  }),
  noPartition: (disk: string, number: number): Text => ({
    en: `${disk} has no partition ${number}`,
    zh: `${disk} 没有分区 ${number}`,
  }),
  noPartitionHint: (numbers: readonly number[]): Text => ({
    en: numbers.length === 0 ? "It has no partition table" : `It has ${numbers.join(", ")}`,
    zh: numbers.length === 0 ? "该磁盘没有分区表" : `现有分区：${numbers.join("、")}`,
  }),
  editFailed: (path: string): Text => ({
    en: `${path} can't be changed in place: the changed hive doesn't read as it should`,
    zh: `无法就地修改 ${path}：修改后的配置单元读取结果不符`,
  }),
  editFailedHint: (): Text => ({
    en: "Nothing was written. Look at it with bcd check; bcd export writes it anew",
    zh: "未写入任何内容。请用 bcd check 检查；可用 bcd export 重新写出",
  }),
  dirty: (path: string): Text => ({
    en: `${path} was not closed properly, and an edit could mix what its logs still hold with what it has`,
    zh: `${path} 未正常关闭，此时修改可能与日志中尚未写入的内容混在一起`,
  }),
  dirtyHint: (): Text => ({
    en: "Start the Windows it belongs to and shut it down; or write it anew with bcd export, which takes over what the logs beside it hold, and edit that",
    zh: "请启动其所属的 Windows 再正常关机；或用 bcd export 重新写出（采用其旁日志中的更改），再修改新文件",
  }),
};
