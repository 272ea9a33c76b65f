import type { Text } from "../../system/text.ts";

/** What the NTFS part of this room says to people. */
export const say = {
  notNtfs: (reason: string): Text => ({
    en: `This is no NTFS volume: ${reason}`,
    zh: `这不是 NTFS 卷：${reason}`,
  }),
  bitLocker: (): Text => ({
    en: "This volume is encrypted with BitLocker",
    zh: "此卷已用 BitLocker 加密",
  }),
  bitLockerHint: (): Text => ({
    en: "Unlock it in Windows and turn BitLocker off there first",
    zh: "请先在 Windows 中解锁并关闭 BitLocker",
  }),
  truncated: (wanted: number, got: number): Text => ({
    en: `The NTFS volume says it is ${wanted} bytes long, but only ${got} are there`,
    zh: `NTFS 卷声明长度为 ${wanted} 字节，但实际只有 ${got} 字节`,
  }),
  damaged: (what: string, reason: string): Text => ({
    en: `NTFS: ${what} is damaged: ${reason}`,
    zh: `NTFS：${what} 已损坏：${reason}`,
  }),
  chkdskHint: (): Text => ({
    en: "Let Windows repair it: chkdsk X: /f",
    zh: "请用 Windows 修复：chkdsk X: /f",
  }),
  noSuchFile: (path: string): Text => ({
    en: `${path}: no such file or directory`,
    zh: `${path}：没有该文件或目录`,
  }),
  notADirectory: (path: string): Text => ({
    en: `${path} is not a directory`,
    zh: `${path} 不是目录`,
  }),
  isADirectory: (path: string): Text => ({
    en: `${path} is a directory`,
    zh: `${path} 是目录`,
  }),
  fileExists: (path: string): Text => ({
    en: `${path} exists already`,
    zh: `${path} 已存在`,
  }),
  directoryNotEmpty: (path: string): Text => ({
    en: `The directory ${path} is not empty`,
    zh: `目录 ${path} 不为空`,
  }),
  unreadableData: (path: string, how: string): Text => ({
    en: `${path} is ${how}: its contents can't be read here`,
    zh: `${path} 的内容（${how}）无法在此读取`,
  }),
  nameNotStorable: (name: string): Text => ({
    en: `NTFS as Windows uses it can't store the name ${JSON.stringify(name)}`,
    zh: `Windows 使用的 NTFS 无法存储名称 ${JSON.stringify(name)}`,
  }),
  volumeFull: (wanted: number, free: number): Text => ({
    en: `The NTFS volume is full: ${wanted} bytes wanted, ${free} free`,
    zh: `NTFS 卷空间不足：需要 ${wanted} 字节，剩余 ${free} 字节`,
  }),
  fileTooLarge: (size: number, limit: number): Text => ({
    en: `A file of ${size} bytes is too large: NTFS holds ${limit} at most`,
    zh: `文件 ${size} 字节过大：NTFS 最多支持 ${limit} 字节`,
  }),
  tooFragmented: (pieces: number): Text => ({
    en: `The free space is in too many pieces: the file would need ${pieces}`,
    zh: `空闲空间过于零散：该文件需要 ${pieces} 段`,
  }),
  tooFragmentedHint: (): Text => ({
    en: "Remove files that are no longer needed, or defragment the volume in Windows",
    zh: "请删除不再需要的文件，或在 Windows 中整理磁盘碎片",
  }),
  reservationSpent: (): Text => ({
    en: "This reservation is used up: it was committed or released before",
    zh: "该预留空间已被使用或释放",
  }),
  openReadOnly: (): Text => ({
    en: "This NTFS volume is open for reading only",
    zh: "此 NTFS 卷以只读方式打开",
  }),
  streamReadOnly: (): Text => ({
    en: "This part of an NTFS volume is open for reading only",
    zh: "NTFS 卷的这一部分以只读方式打开",
  }),
  refusedDirty: (): Text => ({
    en: "The NTFS volume is marked dirty: it was not unmounted cleanly, so nothing is written to it",
    zh: "NTFS 卷标记为“脏”：上次未正常卸载，因此不会写入",
  }),
  refusedLog: (): Text => ({
    en: "The NTFS journal holds unfinished work, so nothing is written to this volume",
    zh: "NTFS 日志中有未完成的操作，因此不会写入此卷",
  }),
  refusedHibernated: (): Text => ({
    en: "Windows is hibernated on this volume (or Fast Startup is on), so nothing is written to it",
    zh: "此卷上的 Windows 处于休眠（或启用了快速启动），因此不会写入",
  }),
  cleanHint: (): Text => ({
    en: "Open the volume in Windows and eject it, or run chkdsk X: /f; with Fast Startup use: shutdown /s /t 0",
    zh: "请在 Windows 中打开并安全弹出该卷，或运行 chkdsk X: /f；若启用快速启动，请使用 shutdown /s /t 0",
  }),
  beyondUs: (what: string): Text => ({
    en: `lifeboat doesn't change this NTFS volume: ${what}`,
    zh: `lifeboat 不会修改此 NTFS 卷：${what}`,
  }),
  beyondUsHint: (): Text => ({
    en: "Make this change in Windows",
    zh: "请在 Windows 中进行此更改",
  }),
  cannotFormat: (reason: string): Text => ({
    en: `Can't make an NTFS volume: ${reason}`,
    zh: `无法创建 NTFS 卷：${reason}`,
  }),
};
