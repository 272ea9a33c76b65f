import type { Text } from "../../../system/text.ts";
import { counted } from "../../../system/text.ts";

/** What the check of NTFS has found. */
export const say = {
  tooLarge: (): Text => ({
    en: "lifeboat doesn't check NTFS volumes with more than 2,147,483,648 clusters or 16,777,216 records",
    zh: "lifeboat 不检查超过 2,147,483,648 个簇或 16,777,216 条记录的 NTFS 卷",
  }),
  bootDamaged: (): Text => ({
    en: "The boot sector is damaged; its backup is whole",
    zh: "引导扇区已损坏；其备份完好",
  }),
  backupDiffers: (): Text => ({
    en: "The backup boot sector is damaged or differs from the first one",
    zh: "备份引导扇区已损坏或与主引导扇区不同",
  }),
  mirrorPlace: (): Text => ({
    en: "The boot sector and $MFTMirr disagree on where the mirror of the MFT lies",
    zh: "引导扇区与 $MFTMirr 对 MFT 镜像位置的记录不一致",
  }),
  mirrorDiffers: (): Text => ({
    en: "The mirror of the MFT's first records differs from them; Linux doesn't mount the volume then",
    zh: "MFT 前几条记录的镜像与其不同；此时 Linux 不会挂载该卷",
  }),
  mirroredRecord: (): Text => ({
    en: "The record can't be read; its mirror is whole",
    zh: "无法读取该记录；其镜像完好",
  }),
  bitmapUnreadable: (): Text => ({
    en: "The bitmap of clusters or that of records can't be read, or is too short",
    zh: "簇位图或记录位图无法读取，或长度不足",
  }),
  sharedCluster: (cluster: number): Text => ({
    en: `Cluster ${cluster} belongs to another file too`,
    zh: `簇 ${cluster} 同时属于另一个文件`,
  }),
  attributeSizes: (): Text => ({
    en: "The sizes of one of the file's attributes contradict its clusters",
    zh: "该文件某个属性的大小与其簇矛盾",
  }),
  recordSize: (): Text => ({
    en: "The record's length contradicts its attributes; Linux doesn't open the file then",
    zh: "记录的长度与其属性矛盾；此时 Linux 不会打开该文件",
  }),
  unmarkedClusters: (count: number): Text => ({
    en: `${counted(count, "cluster of a file is", "clusters of files are")} marked as free: the next file written may overwrite them`,
    zh: `有 ${count} 个文件簇被标记为空闲：下次写入可能覆盖它们`,
  }),
  lostClusters: (count: number, bytes: number): Text => ({
    en: `${counted(count, "cluster", "clusters")} (${bytes} bytes) marked as used, and no file has them`,
    zh: `有 ${count} 个簇（${bytes} 字节）被标记为已用，却不属于任何文件`,
  }),
  unmarkedRecords: (count: number): Text => ({
    en: `${counted(count, "record of a file is", "records of files are")} marked as free: the next file made may overwrite them`,
    zh: `有 ${count} 条文件记录被标记为空闲：下次新建文件可能覆盖它们`,
  }),
  lostRecords: (count: number): Text => ({
    en: `${counted(count, "record", "records")} marked as used, and no file in use there`,
    zh: `有 ${count} 条记录被标记为已用，却不含文件`,
  }),
  torn: (): Text => ({
    en: "The record of a file or directory can't be read",
    zh: "无法读取文件或目录的记录",
  }),
  tornUnnamed: (): Text => ({
    en: "The record can't be read, and no directory names it: a write was cut short",
    zh: "无法读取该记录，也没有目录指向它：一次写入被中断",
  }),
  tornDirectory: (): Text => ({
    en: "The directory's record is from two writes: the second was cut short",
    zh: "该目录的记录来自两次写入：后一次被中断",
  }),
  strayExtension: (base: number): Text => ({
    en: `The record continues MFT record ${base}, which doesn't know of it`,
    zh: `该记录是 MFT 记录 ${base} 的延续，但后者并不知道它`,
  }),
  fileDamaged: (): Text => ({
    en: "The file's attributes can't be read as a whole",
    zh: "无法完整读取该文件的属性",
  }),
  halfWritten: (): Text => ({
    en: "The file's attributes can't be read as a whole, and no directory names it: a write was cut short",
    zh: "无法完整读取该文件的属性，也没有目录指向它：一次写入被中断",
  }),
  nameless: (): Text => ({
    en: "The record is in use and holds no name",
    zh: "该记录正在使用，但不含文件名",
  }),
  parentless: (name: string): Text => ({
    en: `The directory of the file ${name} doesn't exist`,
    zh: `文件 ${name} 所在的目录不存在`,
  }),
  replaced: (record: number): Text => ({
    en: `MFT record ${record} has the same name as another file and is in no directory: a file was being replaced`,
    zh: `MFT 记录 ${record} 与另一个文件同名且不在任何目录中：一次文件替换被中断`,
  }),
  nameTwice: (record: number): Text => ({
    en: `MFT record ${record} has the same name as another file of its directory, whose index couldn't be read as a whole`,
    zh: `MFT 记录 ${record} 与其目录中的另一个文件同名，而该目录的索引曾无法完整读取`,
  }),
  indexDamaged: (): Text => ({
    en: "The directory's index can't be read as a whole",
    zh: "无法完整读取该目录的索引",
  }),
  indexOrder: (): Text => ({
    en: "The names in the directory are not in order: some of them aren't found",
    zh: "目录中的名称次序有误：部分文件无法找到",
  }),
  indexBitmap: (): Text => ({
    en: "A block of the directory's index is marked as free",
    zh: "该目录索引的一个块被标记为空闲",
  }),
  staleEntries: (count: number, first: string): Text => ({
    en: `${counted(count, "name in the directory leads", "names in the directory lead")} to no file of that name (${first})`,
    zh: `目录中有 ${count} 个名称不对应任何同名文件（${first}）`,
  }),
  lostNames: (count: number, first: string): Text => ({
    en: `${counted(count, "file that is in the directory by its own record is", "files that are in the directory by their own records are")} missing from it (${first})`,
    zh: `有 ${count} 个文件按其自身记录属于该目录，却不在其中（${first}）`,
  }),
};

/** What a repair will do, or the user can. */
export const fix = {
  letWindows: (): Text => ({
    en: "Open the volume in Windows and eject it, or run chkdsk X: /f there",
    zh: "请在 Windows 中打开并安全弹出该卷，或在其中运行 chkdsk X: /f",
  }),
  copyAndRemove: (): Text => ({
    en: "Compare the file with its checksum; remove it and add it again, or run chkdsk X: /f in Windows",
    zh: "请核对该文件的校验值；将其移除后重新添加，或在 Windows 中运行 chkdsk X: /f",
  }),
  bootFromBackup: (): Text => ({
    en: "The backup is copied over the boot sector",
    zh: "用备份覆盖引导扇区",
  }),
  backupFromMain: (): Text => ({
    en: "The boot sector is copied to its backup",
    zh: "将引导扇区复制到其备份",
  }),
  mirrorFromMft: (): Text => ({
    en: "The record is copied to the mirror",
    zh: "将该记录复制到镜像",
  }),
  mftFromMirror: (): Text => ({
    en: "The record is copied from the mirror",
    zh: "用镜像恢复该记录",
  }),
  mark: (): Text => ({ en: "They are marked as used", zh: "将其标记为已用" }),
  freeClusters: (): Text => ({ en: "The clusters become free", zh: "将这些簇释放" }),
  freeRecords: (): Text => ({ en: "The records become free", zh: "将这些记录释放" }),
  freeRecord: (): Text => ({
    en: "The record becomes free, and so do its clusters",
    zh: "将该记录及其簇释放",
  }),
  secondName: (name: string): Text => ({
    en: `The file gets the name ${name}, and comes back into its directory`,
    zh: `该文件改名为 ${name}，并放回其目录`,
  }),
  rebuild: (): Text => ({
    en: "The directory's index is written anew, with all files that say they are in it",
    zh: "重写该目录的索引，收入所有属于该目录的文件",
  }),
};
