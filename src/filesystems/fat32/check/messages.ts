import type { Text } from "../../../system/text.ts";
import { counted } from "../../../system/text.ts";
import type { EntryKind, FolderEnd } from "./folders.ts";

const CHAIN_ENDS: Readonly<Record<FolderEnd, (at: number) => Text>> = {
  end: () => ({ en: "it ends", zh: "它已结束" }),
  outside: (at) => ({ en: `it leads to ${at}, which is no cluster`, zh: `它指向 ${at}，那不是簇` }),
  free: (at) => ({ en: `it leads to cluster ${at}, which is free`, zh: `它指向空闲的簇 ${at}` }),
  bad: (at) => ({
    en: `it leads to cluster ${at}, which is marked as bad`,
    zh: `它指向标记为坏的簇 ${at}`,
  }),
  taken: (at) => ({
    en: `it leads to cluster ${at}, which is in use already`,
    zh: `它指向已被占用的簇 ${at}`,
  }),
  noise: (at) => ({
    en: `it leads to cluster ${at}, which holds no directory`,
    zh: `它指向簇 ${at}，其内容不是目录`,
  }),
  long: () => ({ en: "it is too long", zh: "它过长" }),
  unreadable: (at) => ({ en: `cluster ${at} can't be read`, zh: `无法读取簇 ${at}` }),
};

const KINDS = {
  "file-as-directory": {
    en: "It is marked as a directory, but has a file's size and content",
    zh: "它被标记为目录，但具有文件的大小和内容",
  },
  "directory-as-file": {
    en: "It is marked as a file, but holds a directory",
    zh: "它被标记为文件，但内容是目录",
  },
  "file-as-label": {
    en: "It is marked as the volume's label, which hides it, but has clusters",
    zh: "它被标记为卷标而被隐藏，但占有簇",
  },
} as const satisfies Partial<Record<EntryKind, Text>>;

export type WrongKind = keyof typeof KINDS;

export function isWrong(kind: EntryKind): kind is WrongKind {
  return Object.hasOwn(KINDS, kind);
}

/** What the check of FAT32 has found. */
export const say = {
  sector: (): Text => ({ en: "sector", zh: "扇区" }),
  bootDamaged: (): Text => ({
    en: "The boot sector is damaged; its backup describes the volume",
    zh: "引导扇区已损坏；其备份描述了该卷",
  }),
  bootMarks: (): Text => ({
    en: "The boot sector lacks a mark that every FAT32 volume has",
    zh: "引导扇区缺少 FAT32 卷必有的标记",
  }),
  backupDiffers: (): Text => ({
    en: "The backup of the boot sector is missing or differs from it",
    zh: "引导扇区的备份缺失或与其不同",
  }),
  noBackup: (): Text => ({
    en: "The boot sector names no backup of itself",
    zh: "引导扇区没有指明其备份",
  }),
  noFsInfo: (): Text => ({
    en: "The boot sector names no FSInfo sector",
    zh: "引导扇区没有指明 FSInfo 扇区",
  }),
  fsInfoSignature: (): Text => ({
    en: "The FSInfo sector has no valid signatures",
    zh: "FSInfo 扇区的签名无效",
  }),
  freeUnknown: (): Text => ({
    en: "FSInfo doesn't say how many clusters are free",
    zh: "FSInfo 未记录空闲簇数",
  }),
  freeCount: (says: number, are: number): Text => ({
    en: `FSInfo says that ${counted(says, "cluster is", "clusters are")} free, but ${are} are`,
    zh: `FSInfo 记录有 ${says} 个空闲簇，实际为 ${are} 个`,
  }),
  nextFree: (cluster: number): Text => ({
    en: `FSInfo says to look for free clusters from ${cluster} on, which is no cluster`,
    zh: `FSInfo 指示从 ${cluster} 开始查找空闲簇，但那不是簇`,
  }),
  fatsDiffer: (better: number): Text => ({
    en: `The FATs differ; with number ${better} the volume has the least damage`,
    zh: `各 FAT 不一致；使用第 ${better} 个时卷的损坏最少`,
  }),
  fatMedia: (): Text => ({
    en: "The FAT's first entry doesn't repeat the boot sector's media byte",
    zh: "FAT 的首个表项与引导扇区的介质字节不符",
  }),
  fatReserved: (): Text => ({
    en: "The FAT's second entry has bits that mean nothing",
    zh: "FAT 的第二个表项含有无意义的位",
  }),
  dirty: (): Text => ({
    en: "The volume is marked as in use: it was pulled out while something was being written",
    zh: "卷被标记为正在使用：它在写入期间被拔出",
  }),
  diskErrors: (): Text => ({
    en: "A system has marked the volume because reading or writing it failed",
    zh: "某个系统因读写失败而标记了该卷",
  }),
  badClusters: (count: number): Text => ({
    en: `${counted(count, "cluster is", "clusters are")} marked as bad`,
    zh: `有 ${count} 个簇被标记为坏簇`,
  }),
  lostClusters: (count: number, bytes: number): Text => ({
    en: `${counted(count, "cluster", "clusters")} (${bytes} bytes) in use by no file`,
    zh: `有 ${count} 个簇（${bytes} 字节）不属于任何文件却被占用`,
  }),
  labelDiffers: (inBoot: string, inRoot: string): Text => ({
    en: `The boot sector has the label "${inBoot}", the root directory "${inRoot}"`,
    zh: `引导扇区中的卷标为“${inBoot}”，根目录中为“${inRoot}”`,
  }),
  illegalLabel: (): Text => ({
    en: "The volume's label has characters that none may have",
    zh: "卷标含有不允许的字符",
  }),
  strayLabel: (): Text => ({
    en: "There is a volume label where none belongs",
    zh: "在不应有卷标之处有一个卷标",
  }),
  labelFields: (): Text => ({
    en: "The volume's label has a cluster or a size, like a file",
    zh: "卷标像文件一样带有簇号或大小",
  }),
  noRoot: (cluster: number): Text => ({
    en: `The root directory at cluster ${cluster} can't be read`,
    zh: `无法读取位于簇 ${cluster} 的根目录`,
  }),
  unreadable: (cluster: number): Text => ({
    en: `The directory can't be read: the medium fails at cluster ${cluster}`,
    zh: `无法读取该目录：介质在簇 ${cluster} 处出错`,
  }),
  folderTooLong: (): Text => ({
    en: "The directory has more than the 65,536 slots that one may have",
    zh: "该目录超过了允许的 65,536 个目录项",
  }),
  folderChain: (end: FolderEnd, at: number): Text => ({
    en: `The directory's cluster chain is damaged: ${CHAIN_ENDS[end](at).en}`,
    zh: `该目录的簇链已损坏：${CHAIN_ENDS[end](at).zh}`,
  }),
  folderStart: (cluster: number): Text => ({
    en: `There is no directory where its entry leads: cluster ${cluster}`,
    zh: `目录项所指之处没有目录：簇 ${cluster}`,
  }),
  folderHasSize: (size: number): Text => ({
    en: `The directory has a size, ${size}; FAT's have none`,
    zh: `该目录带有大小 ${size}；FAT 的目录没有大小`,
  }),
  treeTooDeep: (): Text => ({
    en: "The directory lies too deep, or there are too many: it was not looked at",
    zh: "该目录层级过深或目录过多：未予检查",
  }),
  sharedFolder: (cluster: number): Text => ({
    en: `Two entries lead to the directory at cluster ${cluster}`,
    zh: `有两个目录项指向位于簇 ${cluster} 的目录`,
  }),
  badDot: (name: string): Text => ({
    en: `The directory's entry "${name}" is missing or wrong`,
    zh: `该目录的“${name}”项缺失或有误`,
  }),
  strayDot: (name: string): Text => ({
    en: `There is an entry "${name}" where none belongs`,
    zh: `在不应有之处有一个“${name}”项`,
  }),
  wrongKind: (kind: WrongKind): Text => KINDS[kind],
  orphanLongName: (): Text => ({
    en: "A piece of a long name belongs to no file",
    zh: "某个长文件名片段不属于任何文件",
  }),
  longNameFields: (): Text => ({
    en: "A slot of the long name has fields that should be zero",
    zh: "长文件名的某个槽中应为零的字段不为零",
  }),
  longNameChecksum: (): Text => ({
    en: "Some pieces of the long name have a wrong checksum",
    zh: "长文件名的部分片段校验和有误",
  }),
  entryFlags: (): Text => ({
    en: "The entry says that it has no short name, but it has one",
    zh: "该项声明没有短文件名，但实际有",
  }),
  illegalName: (): Text => ({
    en: "The short name has characters that none may have",
    zh: "短文件名含有不允许的字符",
  }),
  illegalLongName: (): Text => ({
    en: "The long name has characters that none may have",
    zh: "长文件名含有不允许的字符",
  }),
  duplicateName: (): Text => ({
    en: "Another file in the same directory has this name",
    zh: "同一目录中另有同名文件",
  }),
  leftovers: (): Text => ({
    en: "Behind the directory's end lie remains of old entries",
    zh: "目录结尾之后有旧目录项的残留",
  }),
  hiddenEntries: (): Text => ({
    en: "The directory ends too early: files behind its end are hidden",
    zh: "目录过早结束：结尾之后的文件被隐藏",
  }),
  fileShort: (size: number, has: number): Text => ({
    en: `The file has ${size} bytes by its entry, but clusters for only ${has}`,
    zh: `目录项记录该文件有 ${size} 字节，但其簇只能容纳 ${has} 字节`,
  }),
  fileLong: (size: number, spare: number): Text => ({
    en: `The file of ${size} bytes has ${spare} clusters more than it needs`,
    zh: `该 ${size} 字节的文件多占了 ${spare} 个簇`,
  }),
  fileChain: (end: FolderEnd, at: number): Text => ({
    en: `The file's cluster chain is damaged: ${CHAIN_ENDS[end](at).en}`,
    zh: `该文件的簇链已损坏：${CHAIN_ENDS[end](at).zh}`,
  }),
  crossLinked: (cluster: number, one: string, other: string): Text => ({
    en: `${one} and ${other} share clusters from ${cluster} on`,
    zh: `${one} 与 ${other} 从簇 ${cluster} 起共用簇`,
  }),
};

/** What a repair will do, or the user can. */
export const fix = {
  nothing: (): Text => ({ en: "Nothing needs to be done", zh: "无需处理" }),
  saveAndRebuild: (): Text => ({
    en: "Copy the files off the volume and make it anew",
    zh: "请将文件复制出来，然后重新制作该卷",
  }),
  bootFromBackup: (): Text => ({
    en: "The backup is copied over the boot sector",
    zh: "用备份覆盖引导扇区",
  }),
  backupFromMain: (): Text => ({
    en: "The boot sector is copied to its backup",
    zh: "将引导扇区复制到其备份",
  }),
  copyFat: (number: number): Text => ({
    en: `FAT ${number} is copied over the others`,
    zh: `用第 ${number} 个 FAT 覆盖其他 FAT`,
  }),
  setFields: (): Text => ({ en: "The fields are set right", zh: "将这些字段改正" }),
  setAttributes: (): Text => ({ en: "Its attributes are set right", zh: "将其属性改正" }),
  clearDirty: (): Text => ({
    en: "The mark is removed once everything else is right",
    zh: "其他问题修复后清除该标记",
  }),
  clearErrors: (): Text => ({
    en: "The mark is removed; compare the files with their checksums, for the stick may be failing",
    zh: "清除该标记；U 盘可能正在损坏，请核对文件的校验值",
  }),
  freeLost: (): Text => ({ en: "The clusters become free", zh: "将这些簇释放" }),
  writeFsInfo: (free: number): Text => ({
    en: `FSInfo is written anew, with ${free} free clusters`,
    zh: `重写 FSInfo，空闲簇数为 ${free}`,
  }),
  copyLabel: (): Text => ({
    en: "The root directory's label is copied to the boot sector",
    zh: "将根目录中的卷标复制到引导扇区",
  }),
  removeEntry: (): Text => ({ en: "The entry is removed", zh: "删除该目录项" }),
  removeLongName: (): Text => ({
    en: "The long name is removed; the file stays with its short one",
    zh: "删除该长文件名；文件保留其短文件名",
  }),
  rename: (name: string): Text => ({ en: `It is renamed to ${name}`, zh: `将其重命名为 ${name}` }),
  cutFolder: (): Text => ({
    en: "The directory ends where the damage begins",
    zh: "目录在损坏处结束",
  }),
  writeDots: (): Text => ({ en: "The entry is written anew", zh: "重写该项" }),
  eraseLeftovers: (): Text => ({ en: "They are erased", zh: "将其清除" }),
  uncover: (): Text => ({ en: "They are brought back", zh: "将其恢复" }),
  setSize: (size: number): Text => ({
    en: `The file is cut to ${size} bytes, up to where the damage begins`,
    zh: `将文件截短为 ${size} 字节，即到损坏处为止`,
  }),
  freeRest: (): Text => ({
    en: "The chain ends where the file does; the rest becomes free",
    zh: "簇链在文件结尾处结束；其余释放",
  }),
  endChain: (): Text => ({
    en: "The chain ends where the file does; the file is whole",
    zh: "簇链在文件结尾处结束；文件完整",
  }),
};
