import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** What is said of copying a whole stick. */
export const say = {
  source: (name: string, files: number, usedBytes: number): Text => ({
    en: `${name}: ${counted(files, "file", "files")}, ${formatSize(usedBytes)}`,
    zh: `${name}：${files} 个文件，${formatSize(usedBytes)}`,
  }),
  isClone: (path: string, source: string, name: string, entries: number): Text => ({
    en: `${path} is a clone of ${source}, named ${name}: ${counted(entries, "entry starts", "entries start")} an ISO`,
    zh: `${path} 已是 ${source} 的克隆，名为 ${name}：${entries} 个条目可启动 ISO`,
  }),
  stageDamaged: (path: string): Text => ({
    en: `${path} on the source stick is missing or not what was put there, and would be the same on the clone`,
    zh: `源 U 盘上的 ${path} 缺失或与写入时不同，克隆后也会如此`,
  }),
  stageDamagedHint: (): Text => ({
    en: "lifeboat verify says what is wrong with the source. Mend its boot stage first",
    zh: "lifeboat verify 可列出源 U 盘的问题。请先修复其启动程序",
  }),
  noCore: (): Text => ({
    en: "The source has no BIOS boot code (it was made for sectors of 4096 bytes), and so neither have its clones: they start on UEFI only",
    zh: "源 U 盘没有 BIOS 启动代码（为 4096 字节扇区制作），克隆也没有：仅能从 UEFI 启动",
  }),
  windowsNotEmpty: (number: number): Text => ({
    en: `Partition ${number} of the source, for Windows To Go, has contents, and lifeboat can't copy those yet`,
    zh: `源 U 盘的分区 ${number}（Windows To Go）中有内容，lifeboat 尚不能复制`,
  }),
  windowsNotEmptyHint: (): Text => ({
    en: "With --empty-windows the clones get that partition empty; everything else comes along",
    zh: "使用 --empty-windows 时，克隆上的该分区为空；其余内容照常复制",
  }),
  windowsEmpty: (number: number): Text => ({
    en: `The contents of partition ${number} of the source (Windows To Go) are not copied: it is empty on the clones`,
    zh: `源 U 盘分区 ${number}（Windows To Go）的内容不会被复制：克隆上该分区为空`,
  }),
  otherPartition: (number: number): Text => ({
    en: `Partition ${number} of the source is none of lifeboat's and is not copied`,
    zh: `源 U 盘的分区 ${number} 不属于 lifeboat，不会被复制`,
  }),
  leftOut: (paths: readonly string[]): Text => ({
    en: `Not copied, since systems keep these for themselves: ${paths.join(", ")}`,
    zh: `以下内容由操作系统自用，不会被复制：${paths.join("、")}`,
  }),
  notFile: (path: string): Text => ({
    en: `${path} is neither a file nor a folder (a link?) and is not copied`,
    zh: `${path} 既不是文件也不是文件夹（可能是链接），不会被复制`,
  }),
  badName: (path: string): Text => ({
    en: `lifeboat can't write a file of the name ${path}`,
    zh: `lifeboat 无法写入名为 ${path} 的文件`,
  }),
  badNameHint: (): Text => ({
    en: "Rename it on the source, and clone again",
    zh: "请在源 U 盘上将其重命名后重新克隆",
  }),
  inUse: (path: string, mounts: readonly string[]): Text => ({
    en: `${path} is in use (${mounts.join(", ")}): what is written to it while it is cloned may be missing on the clones, or half there`,
    zh: `${path} 正在使用中（${mounts.join("、")}）：克隆期间写入的内容在克隆上可能缺失或不完整`,
  }),
  tooSmall: (path: string, size: number, used: number, needed: number): Text => ({
    en: `${path} holds ${formatSize(size)}; the source's ${formatSize(used)} of files need a stick of ${formatSize(needed)}`,
    zh: `${path} 容量为 ${formatSize(size)}；源 U 盘的 ${formatSize(used)} 文件需要 ${formatSize(needed)} 的 U 盘`,
  }),
  tooSmallHint: (): Text => ({
    en: "Take a larger one; nothing was written",
    zh: "请使用更大的 U 盘；尚未写入任何内容",
  }),
  changed: (path: string): Text => ({
    en: `${path} was changed while it was cloned`,
    zh: `${path} 在克隆过程中被修改`,
  }),
  changedHint: (): Text => ({
    en: "Unmount it and let nothing write to it, and clone again",
    zh: "请卸载并确保无程序写入后重新克隆",
  }),
  damaged: (path: string): Text => ({
    en: `${path} on the source is not what it was when it was put there: its SHA-256 is another one. It was copied as it is`,
    zh: `源 U 盘上的 ${path} 与放入时不同：SHA-256 不一致。已按现状复制`,
  }),
};
