import type { Text } from "../../system/text.ts";

/** What Ventoy's check of its own device says, here, to people. */
export const say = {
  dataPartition: (): Text => ({ en: "there is a partition 1", zh: "存在分区 1" }),
  file: (path: string): Text => ({
    en: `partition 2 has the file ${path}`,
    zh: `分区 2 中有文件 ${path}`,
  }),
  fat: (): Text => ({ en: "partition 2 is a FAT volume", zh: "分区 2 是 FAT 卷" }),
  dataStart: (lba: number): Text => ({
    en: `partition 1 begins at sector ${lba}`,
    zh: `分区 1 从扇区 ${lba} 开始`,
  }),
  efiPlace: (sectors: number): Text => ({
    en: `partition 2 lies right behind partition 1 and has ${sectors} sectors`,
    zh: `分区 2 紧接在分区 1 之后，共 ${sectors} 个扇区`,
  }),
  efiLabel: (label: string): Text => ({
    en: `the label of partition 2 begins with ${label}`,
    zh: `分区 2 的卷标以 ${label} 开头`,
  }),
  bootHead: (): Text => ({
    en: "the first sector begins with Ventoy's boot code",
    zh: "第一个扇区以 Ventoy 的启动代码开头",
  }),
  bootMark: (): Text => ({
    en: "the first sector has Ventoy's mark at byte 0x190",
    zh: "第一个扇区的 0x190 字节处有 Ventoy 的标记",
  }),
  insteadOf: (wanted: Text, found: Text): Text => ({
    en: `Ventoy wants: ${wanted.en}; ${found.en}`,
    zh: `Ventoy 要求：${wanted.zh}；${found.zh}`,
  }),
  noPartition: (): Text => ({ en: "there is none", zh: "该分区不存在" }),
  isMissing: (): Text => ({ en: "it isn't there", zh: "该文件不存在" }),
  noFat: (): Text => ({ en: "it is none that can be read", zh: "它不是可读取的 FAT 卷" }),
  startsAt: (lba: number): Text => ({
    en: `it begins at sector ${lba}`,
    zh: `它从扇区 ${lba} 开始`,
  }),
  liesAt: (lba: number, sectors: number): Text => ({
    en: `it has ${sectors} sectors from ${lba} on`,
    zh: `它从扇区 ${lba} 开始，共 ${sectors} 个扇区`,
  }),
  noLabel: (): Text => ({ en: "it has none", zh: "它没有卷标" }),
  labelIs: (label: string): Text => ({ en: `it is "${label}"`, zh: `它是“${label}”` }),
  differs: (): Text => ({ en: "it doesn't", zh: "实际并非如此" }),
};
