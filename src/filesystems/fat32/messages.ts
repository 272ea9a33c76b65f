import type { Text } from "../../system/text.ts";

/** What the FAT reader and writer say to people. */
export const say = {
  noBootSector: (why: Text): Text => ({
    en: `This is no FAT file system: ${why.en}`,
    zh: `这不是 FAT 文件系统：${why.zh}`,
  }),
  noSignature: (): Text => ({
    en: "its first sector has neither a jump instruction nor the signature 55 AA",
    zh: "首扇区既没有跳转指令，也没有 55 AA 签名",
  }),
  badField: (field: string, value: number): Text => ({
    en: `${field} is ${value} in its boot sector`,
    zh: `引导扇区中的 ${field} 为 ${value}`,
  }),
  noDataArea: (): Text => ({
    en: "the sectors that its boot sector counts leave no room for data",
    zh: "引导扇区所计的扇区数没有给数据留下空间",
  }),
  beyondEnd: (sizeBytes: number, available: number): Text => ({
    en: `The FAT volume says it has ${sizeBytes} bytes, but only ${available} are there`,
    zh: `FAT 卷声明有 ${sizeBytes} 字节，但实际只有 ${available} 字节`,
  }),
  notFat32: (bits: number): Text => ({
    en: `This is a FAT${bits} file system; lifeboat writes FAT32 only`,
    zh: `这是 FAT${bits} 文件系统；lifeboat 只写入 FAT32`,
  }),
  chainLeaves: (cluster: number, value: number): Text => ({
    en: `The FAT is damaged: cluster ${cluster} leads to ${value}, which is no data cluster`,
    zh: `FAT 已损坏：簇 ${cluster} 指向 ${value}，它不是数据簇`,
  }),
  chainStart: (value: number): Text => ({
    en: `The FAT is damaged: an entry begins at ${value}, which is no data cluster`,
    zh: `FAT 已损坏：某目录项起始于 ${value}，它不是数据簇`,
  }),
  chainLoops: (cluster: number): Text => ({
    en: `The FAT is damaged: the cluster chain runs in a circle at cluster ${cluster}`,
    zh: `FAT 已损坏：簇链在簇 ${cluster} 处形成循环`,
  }),
  chainTooLong: (first: number, clusters: number): Text => ({
    en: `The FAT is damaged: the chain from cluster ${first} is longer than the ${clusters} clusters it may have`,
    zh: `FAT 已损坏：从簇 ${first} 开始的簇链超过了允许的 ${clusters} 个簇`,
  }),
  chainTooShort: (path: string, sizeBytes: number, got: number): Text => ({
    en: `${path} has ${sizeBytes} bytes by its directory entry, but clusters for only ${got}`,
    zh: `${path} 的目录项记有 ${sizeBytes} 字节，但其簇只能容纳 ${got} 字节`,
  }),
  chainShared: (path: string): Text => ({
    en: `The FAT is damaged: ${path} has clusters in common with another file`,
    zh: `FAT 已损坏：${path} 与另一个文件共用簇`,
  }),
  notFat16: (): Text => ({
    en: "This is no FAT16 file system, or not all of it is there",
    zh: "这不是 FAT16 文件系统，或其内容不完整",
  }),
  directoryLoops: (path: string): Text => ({
    en: `The file system is damaged: the directory ${path} contains itself`,
    zh: `文件系统已损坏：目录 ${path} 包含其自身`,
  }),
  noSuchFile: (path: string): Text => ({ en: `There is no ${path}`, zh: `${path} 不存在` }),
  notADirectory: (path: string): Text => ({
    en: `${path} is no directory`,
    zh: `${path} 不是目录`,
  }),
  notAFile: (path: string): Text => ({ en: `${path} is no file`, zh: `${path} 不是文件` }),
  exists: (path: string): Text => ({ en: `${path} exists already`, zh: `${path} 已存在` }),
  directoryNotEmpty: (path: string): Text => ({
    en: `The directory ${path} isn't empty`,
    zh: `目录 ${path} 不为空`,
  }),
  directoryFull: (): Text => ({
    en: "A FAT directory can't hold more than 65,536 entries",
    zh: "FAT 目录最多只能容纳 65,536 个目录项",
  }),
  invalidName: (name: string): Text => ({
    en: `FAT32 can't store the name ${JSON.stringify(name)}`,
    zh: `FAT32 无法存储名称 ${JSON.stringify(name)}`,
  }),
  volumeFull: (wanted: number, free: number): Text => ({
    en: `The volume is full: ${wanted} bytes are needed, ${free} are free`,
    zh: `卷已满：需要 ${wanted} 字节，剩余 ${free} 字节`,
  }),
  fileTooLarge: (sizeBytes: number, most: number): Text => ({
    en: `A file of ${sizeBytes} bytes doesn't fit on FAT32, which ends at ${most}`,
    zh: `FAT32 无法容纳 ${sizeBytes} 字节的文件，其上限为 ${most} 字节`,
  }),
  fileTooLargeHint: (): Text => ({
    en: "Use exFAT or NTFS for files of 4 GiB and more",
    zh: "4 GiB 及以上的文件请使用 exFAT 或 NTFS",
  }),
  sizeDiffers: (path: string, has: number, got: number): Text => ({
    en: `${path} has ${has} bytes and can't be overwritten in place with ${got}`,
    zh: `${path} 有 ${has} 字节，无法用 ${got} 字节就地覆盖`,
  }),
  reservationUsed: (): Text => ({
    en: "This reservation was committed or released already",
    zh: "该预留空间已提交或已释放",
  }),
  inconsistent: (): Text => ({
    en: "An earlier write to this volume failed half-way; it must be opened again before it is changed",
    zh: "此前对该卷的写入中途失败；必须重新打开后才能修改",
  }),
  invalidLabel: (label: string): Text => ({
    en: `FAT32 can't have the label ${JSON.stringify(label)}: at most 11 ASCII characters, none of "*+,./:;<=>?[\\]|`,
    zh: `FAT32 不能使用卷标 ${JSON.stringify(label)}：最多 11 个 ASCII 字符，且不得包含 "*+,./:;<=>?[\\]|`,
  }),
  badClusterSize: (sectors: number, sectorSize: number): Text => ({
    en: `FAT32 can't have clusters of ${sectors} sectors of ${sectorSize} bytes`,
    zh: `FAT32 不能使用每簇 ${sectors} 个 ${sectorSize} 字节扇区`,
  }),
  badSectorSize: (sectorSize: number): Text => ({
    en: `FAT32 can't be made on sectors of ${sectorSize} bytes`,
    zh: `无法在 ${sectorSize} 字节的扇区上创建 FAT32`,
  }),
  volumeTooSmall: (clusters: number, least: number): Text => ({
    en: `The volume is too small for FAT32: it would have ${clusters} clusters, and needs ${least}`,
    zh: `卷太小，无法使用 FAT32：只有 ${clusters} 个簇，至少需要 ${least} 个`,
  }),
  volumeTooLarge: (sectors: number, sectorSize: number): Text => ({
    en: `The volume is too large for FAT32 with this cluster size: ${sectors} sectors of ${sectorSize} bytes`,
    zh: `卷太大，无法以该簇大小使用 FAT32：${sectors} 个 ${sectorSize} 字节扇区`,
  }),
};
