import type { Text } from "../../system/text.ts";

/** What this file system says to people. */
export const say = {
  notExt4: (): Text => ({
    en: "No ext2, ext3 or ext4 file system here",
    zh: "此处没有 ext2、ext3 或 ext4 文件系统",
  }),
  unsupportedFeature: (features: string): Text => ({
    en: `This ext4 volume uses features that lifeboat can't read: ${features}`,
    zh: `此 ext4 卷使用了 lifeboat 无法读取的特性：${features}`,
  }),
  damaged: (what: string): Text => ({
    en: `The ext4 volume is damaged: ${what}`,
    zh: `ext4 卷已损坏：${what}`,
  }),
  damagedHint: (): Text => ({
    en: "Check it with: e2fsck -f",
    zh: "请检查该卷：e2fsck -f",
  }),
  largerThanRange: (volumeBytes: number, rangeBytes: number): Text => ({
    en: `The ext4 volume says it is ${volumeBytes} bytes long, but only ${rangeBytes} are there`,
    zh: `该 ext4 卷声称长度为 ${volumeBytes} 字节，但实际只有 ${rangeBytes} 字节`,
  }),
  noSuchFile: (path: string): Text => ({
    en: `No such file or folder: ${path}`,
    zh: `没有该文件或文件夹：${path}`,
  }),
  notADirectory: (path: string): Text => ({
    en: `Not a folder: ${path}`,
    zh: `不是文件夹：${path}`,
  }),
  notAFile: (path: string): Text => ({
    en: `Not a regular file: ${path}`,
    zh: `不是普通文件：${path}`,
  }),
  encrypted: (path: string): Text => ({
    en: `${path} is encrypted`,
    zh: `${path} 已加密`,
  }),
  readOnly: (): Text => ({
    en: "Files on this volume are open for reading only",
    zh: "此卷上的文件以只读方式打开",
  }),
  needsRecovery: (): Text => ({
    en: "The ext4 volume is mounted, or was not unmounted cleanly: its journal or state must be settled before lifeboat writes",
    zh: "该 ext4 卷已挂载，或未正常卸载：在 lifeboat 写入之前必须先处理其日志或状态",
  }),
  needsRecoveryHint: (): Text => ({
    en: "Unmount it; if it is not mounted, run e2fsck -f on it, then try again",
    zh: "请卸载该卷；若未挂载，请对其运行 e2fsck -f，然后重试",
  }),
  notWritable: (features: string): Text => ({
    en: `lifeboat does not write to ext4 volumes with these features: ${features}`,
    zh: `lifeboat 不写入带有以下特性的 ext4 卷：${features}`,
  }),
  countsDisagree: (group: number): Text => ({
    en: `The ext4 volume's free-space counts disagree with its bitmaps (block group ${group})`,
    zh: `ext4 卷的空闲空间计数与位图不一致（块组 ${group}）`,
  }),
  volumeFull: (wanted: number, free: number): Text => ({
    en: `Not enough room on the ext4 volume: ${wanted} bytes wanted, ${free} free`,
    zh: `ext4 卷空间不足：需要 ${wanted} 字节，剩余 ${free} 字节`,
  }),
  noFreeInodes: (): Text => ({
    en: "The ext4 volume can't hold more files: all its inodes are in use",
    zh: "ext4 卷无法容纳更多文件：所有 inode 均已使用",
  }),
  fileTooLarge: (wanted: number, most: number): Text => ({
    en: `A file of ${wanted} bytes is too large for this ext4 volume (at most ${most})`,
    zh: `${wanted} 字节的文件对此 ext4 卷来说过大（最多 ${most}）`,
  }),
  alreadyExists: (path: string): Text => ({
    en: `${path} exists already`,
    zh: `${path} 已存在`,
  }),
  directoryNotEmpty: (path: string): Text => ({
    en: `The folder is not empty: ${path}`,
    zh: `文件夹不为空：${path}`,
  }),
  isDirectory: (path: string): Text => ({
    en: `${path} is a folder`,
    zh: `${path} 是文件夹`,
  }),
  keptPath: (path: string): Text => ({
    en: `${path} belongs to the ext4 volume itself and is kept`,
    zh: `${path} 属于 ext4 卷本身，予以保留`,
  }),
  hasAttributeBlock: (path: string): Text => ({
    en: `${path} has extended attributes in a block of their own; lifeboat does not remove such files`,
    zh: `${path} 的扩展属性位于独立的块中；lifeboat 不会删除此类文件`,
  }),
  hasAttributeBlockHint: (): Text => ({
    en: "Mount the volume and remove the file there",
    zh: "请挂载该卷并在其中删除该文件",
  }),
  badName: (name: string): Text => ({
    en: `Not a name that lifeboat can write to an ext4 volume: ${JSON.stringify(name)}`,
    zh: `lifeboat 无法将此名称写入 ext4 卷：${JSON.stringify(name)}`,
  }),
  toolRefused: (action: string, complaints: string): Text => ({
    en: `debugfs did not ${action} as asked: ${complaints || "no reason given"}`,
    zh: `debugfs 未按要求完成操作（${action}）：${complaints || "未说明原因"}`,
  }),
  reservationUsed: (): Text => ({
    en: "This reservation has been committed or released already",
    zh: "此预留空间已提交或已释放",
  }),
  badPath: (path: string): Text => ({
    en: `e2fsprogs can't open a path with a question mark in it: ${path}`,
    zh: `e2fsprogs 无法打开含有问号的路径：${path}`,
  }),
  badPathHint: (): Text => ({
    en: "Rename the image or its folder",
    zh: "请重命名该映像或其所在文件夹",
  }),
  tooSmall: (sizeBytes: number, least: number): Text => ({
    en: `${sizeBytes} bytes are too few for an ext4 volume (at least ${least})`,
    zh: `${sizeBytes} 字节不足以创建 ext4 卷（至少需要 ${least}）`,
  }),
  labelTooLong: (label: string): Text => ({
    en: `The label ${JSON.stringify(label)} is longer than the 16 bytes that ext4 stores`,
    zh: `卷标 ${JSON.stringify(label)} 超过 ext4 允许的 16 字节`,
  }),
  badUuid: (uuid: string): Text => ({
    en: `Not a UUID: ${JSON.stringify(uuid)}`,
    zh: `不是 UUID：${JSON.stringify(uuid)}`,
  }),
  imageTooShort: (path: string, end: number, size: number): Text => ({
    en: `${path} ends at ${size}; the volume would reach to ${end}`,
    zh: `${path} 在 ${size} 处结束；该卷将延伸到 ${end}`,
  }),
  formatNotAsAsked: (): Text => ({
    en: "mke2fs reported success, but the volume read back is not the one asked for",
    zh: "mke2fs 报告成功，但读回的卷与要求不符",
  }),
};
