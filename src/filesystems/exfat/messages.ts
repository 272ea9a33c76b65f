import type { Text } from "../../system/text.ts";

/** What the exFAT reader and writer say to people. */
export const say = {
  notExfat: (): Text => ({
    en: "This is not an exFAT volume: its boot sector has no exFAT signature",
    zh: "这不是 exFAT 卷：引导扇区中没有 exFAT 标志",
  }),
  badBootSector: (what: string): Text => ({
    en: `The exFAT boot sector can't be right: ${what}`,
    zh: `exFAT 引导扇区的内容不合理：${what}`,
  }),
  unsupportedRevision: (major: number, minor: number): Text => ({
    en: `exFAT revision ${major}.${minor} is not known; only 1.x is`,
    zh: `未知的 exFAT 版本 ${major}.${minor}，仅支持 1.x`,
  }),
  badChain: (cluster: number, why: string): Text => ({
    en: `The exFAT cluster chain that begins at cluster ${cluster} is damaged: ${why}`,
    zh: `从簇 ${cluster} 开始的 exFAT 簇链已损坏：${why}`,
  }),
  badDirectory: (path: string, why: string): Text => ({
    en: `The exFAT directory ${path} is damaged: ${why}`,
    zh: `exFAT 目录 ${path} 已损坏：${why}`,
  }),
  checkHint: (): Text => ({
    en: "Check the volume: chkdsk on Windows, fsck.exfat on Linux",
    zh: "请检查该卷：Windows 上用 chkdsk，Linux 上用 fsck.exfat",
  }),
  ofNobody: (count: number): Text => ({
    en: `Clusters at the end of the exFAT volume are marked as used and belong to no file: ${count}, lost or bad ones`,
    zh: `exFAT 卷末尾有 ${count} 个簇被标记为已用，但不属于任何文件：丢失的簇或坏簇`,
  }),
  ofNobodyHint: (): Text => ({
    en: "chkdsk /f on Windows or fsck.exfat on Linux frees lost ones; run the command again then. Bad ones stay: copy the files to another place and make the stick anew, or take another one",
    zh: "Windows 上的 chkdsk /f 或 Linux 上的 fsck.exfat 可释放丢失的簇，然后重新运行此命令。坏簇无法释放：请将文件复制到别处并重新制作 U 盘，或换用其他 U 盘",
  }),
  noSuchFile: (path: string): Text => ({
    en: `There is no ${path} on the exFAT volume`,
    zh: `exFAT 卷上没有 ${path}`,
  }),
  copyDiffers: (path: string): Text => ({
    en: `The copy of ${path} isn't what was written. The medium is bad, or not as large as it says`,
    zh: `${path} 的副本与写入的不同。介质已损坏，或容量虚标`,
  }),
  notADirectory: (path: string): Text => ({
    en: `${path} is not a directory`,
    zh: `${path} 不是目录`,
  }),
  isADirectory: (path: string): Text => ({
    en: `${path} is a directory, not a file`,
    zh: `${path} 是目录，不是文件`,
  }),
  exists: (path: string): Text => ({
    en: `${path} is on the exFAT volume already`,
    zh: `exFAT 卷上已存在 ${path}`,
  }),
  notStorable: (name: string, storable: string): Text => ({
    en: `exFAT can't store the name "${name}"; "${storable}" would do`,
    zh: `exFAT 无法存储名称“${name}”，可以改为“${storable}”`,
  }),
  directoryNotEmpty: (path: string): Text => ({
    en: `The directory ${path} is not empty`,
    zh: `目录 ${path} 不为空`,
  }),
  directoryFull: (path: string): Text => ({
    en: `The directory ${path} has reached exFAT's limit of 256 MiB of entries`,
    zh: `目录 ${path} 已达到 exFAT 目录项 256 MiB 的上限`,
  }),
  volumeFull: (wantedBytes: number, freeBytes: number): Text => ({
    en: `The exFAT volume is full: ${wantedBytes} bytes wanted, ${freeBytes} free`,
    zh: `exFAT 卷空间不足：需要 ${wantedBytes} 字节，剩余 ${freeBytes} 字节`,
  }),
  fileTooLarge: (sizeBytes: number): Text => ({
    en: `A file of ${sizeBytes} bytes is larger than lifeboat can write`,
    zh: `${sizeBytes} 字节的文件超出了 lifeboat 可写入的大小`,
  }),
  readOnlyRange: (): Text => ({
    en: "The exFAT volume is open for reading only",
    zh: "exFAT 卷以只读方式打开",
  }),
  backupBootOnly: (): Text => ({
    en: "The exFAT volume can only be read: its main boot region is damaged, and the backup was used",
    zh: "exFAT 卷只能读取：主引导区已损坏，使用的是备份引导区",
  }),
  texfat: (): Text => ({
    en: "The exFAT volume can only be read: it has two FATs (TexFAT)",
    zh: "exFAT 卷只能读取：它有两个 FAT（TexFAT）",
  }),
  noUpcaseTable: (): Text => ({
    en: "The exFAT volume can only be read: its up-case table is missing or damaged",
    zh: "exFAT 卷只能读取：大写转换表缺失或已损坏",
  }),
  noBitmap: (): Text => ({
    en: "The exFAT volume can only be read: its allocation bitmap is missing or damaged",
    zh: "exFAT 卷只能读取：分配位图缺失或已损坏",
  }),
  brokenByFailedWrite: (): Text => ({
    en: "An earlier write to this exFAT volume failed; it is not written any more",
    zh: "此前对该 exFAT 卷的写入失败，不再继续写入",
  }),
  reservationClosed: (): Text => ({
    en: "This reservation was already committed or released",
    zh: "该预留空间已提交或已释放",
  }),
  volumeTooSmall: (sizeBytes: number): Text => ({
    en: `${sizeBytes} bytes are too few for an exFAT volume`,
    zh: `${sizeBytes} 字节不足以建立 exFAT 卷`,
  }),
  badClusterSize: (clusterBytes: number): Text => ({
    en: `exFAT can't have clusters of ${clusterBytes} bytes here: a power of two from the sector size to 32 MiB is needed`,
    zh: `exFAT 不能使用 ${clusterBytes} 字节的簇：必须是从扇区大小到 32 MiB 之间的 2 的幂`,
  }),
  badSectorSize: (sectorBytes: number): Text => ({
    en: `exFAT can't be made on sectors of ${sectorBytes} bytes`,
    zh: `无法在 ${sectorBytes} 字节的扇区上建立 exFAT`,
  }),
  badLabel: (label: string): Text => ({
    en: `The label "${label}" can't be stored: exFAT takes up to 11 characters (UTF-16) and no control characters`,
    zh: `无法存储卷标“${label}”：exFAT 卷标最多 11 个字符（UTF-16），且不能有控制字符`,
  }),
};
