import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";

/** What the reader of UDF says to people. */
export const say = {
  noVolume: (): Text => ({
    en: "There is no UDF volume here",
    zh: "此处没有 UDF 卷",
  }),
  noDescriptors: (): Text => ({
    en: "UDF: both copies of the volume descriptors are damaged or missing",
    zh: "UDF：卷描述符的两份副本均已损坏或缺失",
  }),
  damagedDescriptor: (what: string, offset: number): Text => ({
    en: `UDF: ${what} at byte ${offset} is damaged: its tag, checksum or CRC is wrong`,
    zh: `UDF：字节 ${offset} 处的 ${what} 已损坏：标签、校验和或 CRC 不正确`,
  }),
  badField: (what: string, field: string, value: number): Text => ({
    en: `UDF: ${what} has an impossible ${field}: ${value}`,
    zh: `UDF：${what} 的 ${field} 不可能为 ${value}`,
  }),
  outsidePartition: (what: string, block: number): Text => ({
    en: `UDF: ${what} lies outside its partition, at block ${block}`,
    zh: `UDF：${what} 位于其分区之外的块 ${block}`,
  }),
  allocationLoop: (what: string): Text => ({
    en: `UDF: the allocation descriptors of ${what} run in a circle`,
    zh: `UDF：${what} 的分配描述符循环`,
  }),
  tooShort: (what: string, claimed: number, recorded: number): Text => ({
    en: `UDF: ${what} claims ${claimed} bytes, but only ${recorded} are allocated`,
    zh: `UDF：${what} 声称有 ${claimed} 字节，但只分配了 ${recorded}`,
  }),
  directoryTooLarge: (path: string, bytes: number, limit: number): Text => ({
    en: `UDF: the directory ${path} claims ${bytes} bytes, more than the limit of ${limit}`,
    zh: `UDF：目录 ${path} 声称有 ${bytes} 字节，超出上限 ${limit}`,
  }),
  unsupportedPartition: (kind: string): Text => ({
    en: `This UDF volume has a ${kind} (a rewritable or write-once disc's format), which lifeboat does not read`,
    zh: `此 UDF 卷含有 ${kind}（可重写或一次写入光盘的格式），lifeboat 不支持读取`,
  }),
  unsupportedHint: (): Text => ({
    en: "Copy the files to a plain UDF or ISO 9660 image with the system that wrote the disc",
    zh: "请在写入该光盘的系统上将文件复制到普通的 UDF 或 ISO 9660 映像",
  }),
  unsupportedAllocation: (what: string): Text => ({
    en: `UDF: ${what} is recorded with a strategy or descriptors that lifeboat does not read`,
    zh: `UDF：${what} 的记录策略或分配描述符不受 lifeboat 支持`,
  }),
};

/** An error about bytes that are wrong on the medium. */
export function damaged(code: string, text: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "damaged" });
}
