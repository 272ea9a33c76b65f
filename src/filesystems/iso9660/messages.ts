import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";

/** What the reader of ISO 9660 says to people. */
export const say = {
  noVolume: (): Text => ({
    en: "There is no ISO 9660 volume here",
    zh: "此处没有 ISO 9660 卷",
  }),
  noSuchTree: (tree: string): Text => ({
    en: `This ISO 9660 volume has no ${tree} tree`,
    zh: `此 ISO 9660 卷没有 ${tree} 目录树`,
  }),
  blockSize: (bytes: number): Text => ({
    en: `ISO 9660: a logical block of ${bytes} bytes is not possible`,
    zh: `ISO 9660：逻辑块大小不可能为 ${bytes} 字节`,
  }),
  damagedRecord: (path: string, offset: number): Text => ({
    en: `ISO 9660: the directory ${path} is damaged at byte ${offset}`,
    zh: `ISO 9660：目录 ${path} 在字节 ${offset} 处损坏`,
  }),
  directoryTooLarge: (path: string, bytes: number, limit: number): Text => ({
    en: `ISO 9660: the directory ${path} claims ${bytes} bytes, more than the limit of ${limit}`,
    zh: `ISO 9660：目录 ${path} 声称有 ${bytes} 字节，超出上限 ${limit}`,
  }),
  systemUseLoop: (path: string): Text => ({
    en: `ISO 9660: the Rock Ridge entries of ${path} run in a circle or far too long`,
    zh: `ISO 9660：${path} 的 Rock Ridge 条目循环或过长`,
  }),
  interleaved: (path: string): Text => ({
    en: `${path} is recorded interleaved, which lifeboat does not read`,
    zh: `${path} 以交错方式记录，lifeboat 不支持读取`,
  }),
  compressed: (path: string): Text => ({
    en: `${path} is compressed inside the ISO (zisofs), which lifeboat does not read`,
    zh: `${path} 在 ISO 内被压缩（zisofs），lifeboat 不支持读取`,
  }),
  catalogDamaged: (): Text => ({
    en: "The El Torito boot catalog is damaged: its first entry has a wrong checksum or key",
    zh: "El Torito 启动目录已损坏：首个条目的校验和或标识不正确",
  }),
};

/** An error about bytes that are wrong on the medium. */
export function damaged(code: string, text: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "damaged" });
}
