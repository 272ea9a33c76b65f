import type { Text } from "../system/text.ts";
import type { CopyName } from "./gpt/header.ts";

const COPY_ZH: Readonly<Record<CopyName, string>> = { primary: "主", backup: "备份" };

/** What is said about partition tables. */
export const say = {
  gptOutsideDisk: (copy: CopyName, lba: number): Text => ({
    en: `The ${copy} GPT should be at sector ${lba}, which the disk doesn't have`,
    zh: `${COPY_ZH[copy]} GPT 应位于扇区 ${lba}，但磁盘没有该扇区`,
  }),
  gptMissing: (copy: CopyName, lba: number): Text => ({
    en: `There is no ${copy} GPT at sector ${lba}`,
    zh: `扇区 ${lba} 处没有${COPY_ZH[copy]} GPT`,
  }),
  gptHeaderSize: (copy: CopyName, size: number): Text => ({
    en: `The ${copy} GPT header states an impossible size of ${size} bytes`,
    zh: `${COPY_ZH[copy]} GPT 头声明的大小 ${size} 字节不可能`,
  }),
  gptHeaderCrc: (copy: CopyName): Text => ({
    en: `The ${copy} GPT header's checksum is wrong`,
    zh: `${COPY_ZH[copy]} GPT 头的校验和错误`,
  }),
  gptMyLba: (copy: CopyName, states: number, lba: number): Text => ({
    en: `The ${copy} GPT header at sector ${lba} says that it lies at ${states}`,
    zh: `扇区 ${lba} 处的${COPY_ZH[copy]} GPT 头声称自己位于 ${states}`,
  }),
  gptEntriesOdd: (copy: CopyName, count: number, size: number): Text => ({
    en: `The ${copy} GPT header states ${count} entries of ${size} bytes: not plausible`,
    zh: `${COPY_ZH[copy]} GPT 头声明 ${count} 个 ${size} 字节的分区项，不合理`,
  }),
  gptBounds: (copy: CopyName): Text => ({
    en: `The ${copy} GPT header's areas contradict each other or lie outside the disk`,
    zh: `${COPY_ZH[copy]} GPT 头声明的区域互相矛盾或超出磁盘`,
  }),
  gptEntriesCrc: (copy: CopyName): Text => ({
    en: `The checksum of the ${copy} GPT's partition entries is wrong`,
    zh: `${COPY_ZH[copy]} GPT 的分区项校验和错误`,
  }),
  gptBackupNotAtEnd: (lba: number, end: number): Text => ({
    en: `The backup GPT lies at sector ${lba}, not at the disk's end (${end})`,
    zh: `备份 GPT 位于扇区 ${lba}，不在磁盘末尾（${end}）`,
  }),
  gptAlternateLba: (): Text => ({
    en: "The two GPT headers don't point at each other",
    zh: "两个 GPT 头没有互相指向对方",
  }),
  gptCopiesDiffer: (): Text => ({
    en: "The two copies of the GPT are both intact but differ; the primary is used",
    zh: "GPT 的两份副本都完好但内容不同；使用主副本",
  }),
  partitionEmpty: (number: number): Text => ({
    en: `Partition ${number} ends before it begins`,
    zh: `分区 ${number} 的结尾在开头之前`,
  }),
  gptPartitionOutside: (number: number, first: number, last: number): Text => ({
    en: `Partition ${number} lies outside the usable sectors ${first} to ${last}`,
    zh: `分区 ${number} 超出可用扇区范围 ${first} 至 ${last}`,
  }),
  partitionsOverlap: (a: number, b: number): Text => ({
    en: `Partitions ${a} and ${b} overlap`,
    zh: `分区 ${a} 与 ${b} 重叠`,
  }),
  gptSameGuid: (a: number, b: number, guid: string): Text => ({
    en: `Partitions ${a} and ${b} have the same GUID ${guid}`,
    zh: `分区 ${a} 与 ${b} 的 GUID 相同：${guid}`,
  }),
  gptNoRoom: (sectors: number): Text => ({
    en: `A GPT with these areas doesn't fit on a disk of ${sectors} sectors`,
    zh: `${sectors} 个扇区的磁盘容不下这样的 GPT`,
  }),
  notAGuid: (text: string): Text => ({
    en: `Not a usable GUID: ${text}`,
    zh: `不是可用的 GUID：${text}`,
  }),
  partitionNumberTwice: (): Text => ({
    en: "Two partitions have the same number",
    zh: "两个分区的编号相同",
  }),
  partitionNumberOutside: (number: number, count: number): Text => ({
    en: `Partition number ${number} isn't between 1 and ${count}`,
    zh: `分区编号 ${number} 不在 1 到 ${count} 之间`,
  }),
  gptNameTooLong: (name: string, units: number): Text => ({
    en: `The partition name "${name}" doesn't fit in ${units} UTF-16 units`,
    zh: `分区名“${name}”超过 ${units} 个 UTF-16 单元`,
  }),
  mbrPartitionOutside: (number: number, sectors: number): Text => ({
    en: `Partition ${number} reaches beyond the disk's ${sectors} sectors`,
    zh: `分区 ${number} 超出磁盘的 ${sectors} 个扇区`,
  }),
  mbrTwoExtended: (): Text => ({
    en: "There is more than one extended partition; only the first is followed",
    zh: "存在多个扩展分区；只使用第一个",
  }),
  mbrTwoActive: (): Text => ({
    en: "More than one partition is marked active",
    zh: "有多个分区被标记为活动",
  }),
  ebrUnsigned: (lba: number): Text => ({
    en: `The extended partition's link at sector ${lba} has no signature; the logical partitions behind it are lost`,
    zh: `扩展分区在扇区 ${lba} 处的链接没有签名；其后的逻辑分区丢失`,
  }),
  ebrLoop: (lba: number): Text => ({
    en: `The extended partition's chain returns to sector ${lba}; it was cut there`,
    zh: `扩展分区链回到了扇区 ${lba}；在此截断`,
  }),
  ebrOutside: (lba: number): Text => ({
    en: `The extended partition's chain leads outside it, to sector ${lba}; it was cut there`,
    zh: `扩展分区链指向其外的扇区 ${lba}；在此截断`,
  }),
  ebrTooMany: (limit: number): Text => ({
    en: `The extended partition has more than ${limit} logical partitions; the rest is ignored`,
    zh: `扩展分区中的逻辑分区超过 ${limit} 个；其余的被忽略`,
  }),
  logicalOutside: (number: number): Text => ({
    en: `Logical partition ${number} reaches out of the extended partition`,
    zh: `逻辑分区 ${number} 超出扩展分区`,
  }),
  ebrInPartition: (lba: number, number: number): Text => ({
    en: `The extended partition's link at sector ${lba} lies inside partition ${number}`,
    zh: `扩展分区在扇区 ${lba} 处的链接位于分区 ${number} 之内`,
  }),
  mbrNumbers: (): Text => ({
    en: "An MBR has partitions 1 to 4, and logical ones from 5 without gaps inside one extended partition",
    zh: "MBR 的主分区编号为 1 到 4；逻辑分区从 5 开始连续编号，且位于一个扩展分区内",
  }),
  mbrField: (number: number): Text => ({
    en: `Partition ${number} has a type, start or length that an MBR can't hold`,
    zh: `分区 ${number} 的类型、起点或长度无法存入 MBR`,
  }),
  mbrSignatureField: (): Text => ({
    en: "A disk signature is a whole number of 32 bits",
    zh: "磁盘签名必须是 32 位整数",
  }),
  hybridMbr: (): Text => ({
    en: "The MBR is a hybrid: it shows some of the GPT's partitions to systems without GPT",
    zh: "MBR 为混合型：向不支持 GPT 的系统显示部分 GPT 分区",
  }),
  noProtectiveMbr: (): Text => ({
    en: "A GPT is there, but no protective MBR: Windows and Linux won't look at the GPT",
    zh: "存在 GPT，但没有保护性 MBR：Windows 和 Linux 不会识别该 GPT",
  }),
  gptBesideMbr: (): Text => ({
    en: "The disk is partitioned by its MBR, but remains of a GPT are there too",
    zh: "磁盘使用 MBR 分区，但仍残留 GPT",
  }),
  protectiveWithoutGpt: (): Text => ({
    en: "The protective MBR announces a GPT, but neither copy of it is intact",
    zh: "保护性 MBR 表明存在 GPT，但两份副本都已损坏",
  }),
  otherSectorSize: (found: number, own: number): Text => ({
    en: `The GPT was written for ${found}-byte sectors, but the disk has ${own}-byte sectors`,
    zh: `GPT 按 ${found} 字节扇区写入，而磁盘扇区为 ${own} 字节`,
  }),
};
