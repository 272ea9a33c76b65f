import type { Text } from "../../../system/text.ts";
import { counted } from "../../../system/text.ts";
import type { Chain } from "./survey.ts";

const ENDS: Readonly<Record<Chain["end"], (at: number) => Text>> = {
  end: () => ({ en: "it ends too early", zh: "它过早结束" }),
  limit: () => ({ en: "it is too long", zh: "它过长" }),
  outside: (at) => ({ en: `it leads to ${at}, which is no cluster`, zh: `它指向 ${at}，那不是簇` }),
  bad: (at) => ({ en: `cluster ${at} is marked as bad`, zh: `簇 ${at} 被标记为坏簇` }),
  taken: (at) => ({ en: `cluster ${at} is in use already`, zh: `簇 ${at} 已被占用` }),
  noise: (at) => ({ en: `cluster ${at} holds no directory`, zh: `簇 ${at} 的内容不是目录` }),
  unreadable: (at) => ({ en: `cluster ${at} can't be read`, zh: `无法读取簇 ${at}` }),
};

const SETS = {
  "entry-type": {
    en: "One of the file's directory entries has a wrong type, which hides the file",
    zh: "该文件的一个目录项类型有误，使文件被隐藏",
  },
  "entry-attributes": {
    en: "The file's attributes say wrongly whether it is a directory",
    zh: "该文件的属性错误地标明了其是否为目录",
  },
  "secondary-count": {
    en: "The file's number of directory entries is wrong",
    zh: "该文件的目录项数目有误",
  },
  "set-checksum": {
    en: "The checksum of the file's directory entries is wrong",
    zh: "该文件目录项的校验和有误",
  },
} as const satisfies Readonly<Record<string, Text>>;

export type BrokenSet = keyof typeof SETS;

/** What the check of exFAT has found. */
export const say = {
  notChecked: (): Text => ({
    en: "lifeboat doesn't check TexFAT volumes, nor such with more than 268,435,456 clusters",
    zh: "lifeboat 不检查 TexFAT 卷，也不检查超过 268,435,456 个簇的卷",
  }),
  bootDamaged: (): Text => ({
    en: "The main boot region is damaged; its backup is whole",
    zh: "主引导区已损坏；其备份完好",
  }),
  bootChecksums: (): Text => ({
    en: "Neither boot region has a right checksum",
    zh: "两个引导区的校验和都有误",
  }),
  backupDiffers: (): Text => ({
    en: "The backup boot region is damaged or differs from the main one",
    zh: "备份引导区已损坏或与主引导区不同",
  }),
  dirty: (): Text => ({
    en: "The volume is marked as in use: it was pulled out while something was being written",
    zh: "卷被标记为正在使用：它在写入期间被拔出",
  }),
  mediaFailure: (): Text => ({
    en: "A system has marked the volume because reading or writing it failed",
    zh: "某个系统因读写失败而标记了该卷",
  }),
  volumeFlags: (): Text => ({
    en: "The volume's flags have bits that mean nothing here",
    zh: "卷标志中含有此处无意义的位",
  }),
  percent: (said: number, is: number): Text => ({
    en: `The boot sector says that ${said} percent are in use, and not ${is}`,
    zh: `引导扇区记录已用 ${said}%，而不是 ${is}%`,
  }),
  fatHead: (): Text => ({
    en: "One of the FAT's first two entries is not what it always is",
    zh: "FAT 前两个表项之一与固定值不符",
  }),
  noRoot: (cluster: number): Text => ({
    en: `The root directory at cluster ${cluster} can't be read`,
    zh: `无法读取位于簇 ${cluster} 的根目录`,
  }),
  noBitmap: (): Text => ({
    en: "The root directory names no allocation bitmap",
    zh: "根目录中没有分配位图项",
  }),
  noUpcase: (): Text => ({
    en: "The root directory names no up-case table",
    zh: "根目录中没有大写转换表项",
  }),
  badBitmap: (cluster: number): Text => ({
    en: `The allocation bitmap can't lie at ${cluster}`,
    zh: `分配位图不可能位于 ${cluster}`,
  }),
  bitmapLength: (said: bigint, is: number): Text => ({
    en: `The allocation bitmap has ${said} bytes by its entry; it must have ${is}`,
    zh: `分配位图项记有 ${said} 字节；应为 ${is} 字节`,
  }),
  systemInFile: (): Text => ({
    en: "The allocation bitmap or the up-case table is said to lie where this file does",
    zh: "分配位图或大写转换表的声明位置与此文件重叠",
  }),
  badUpcase: (cluster: number): Text => ({
    en: `The up-case table can't lie at ${cluster}`,
    zh: `大写转换表不可能位于 ${cluster}`,
  }),
  upcaseChecksum: (): Text => ({
    en: "The up-case table is damaged",
    zh: "大写转换表已损坏",
  }),
  systemChain: (): Text => ({
    en: "The FAT doesn't describe the clusters of the allocation bitmap or the up-case table",
    zh: "FAT 未正确描述分配位图或大写转换表的簇",
  }),
  labelLength: (count: number): Text => ({
    en: `The volume's label can't have ${count} characters`,
    zh: `卷标不可能有 ${count} 个字符`,
  }),
  unmarked: (count: number): Text => ({
    en: `${counted(count, "cluster of a file is", "clusters of files are")} marked as free: the next file written may overwrite them`,
    zh: `有 ${count} 个文件簇被标记为空闲：下次写入可能覆盖它们`,
  }),
  lost: (count: number, bytes: number): Text => ({
    en: `${counted(count, "cluster", "clusters")} (${bytes} bytes) marked as used, and no file has them`,
    zh: `有 ${count} 个簇（${bytes} 字节）被标记为已用，却不属于任何文件`,
  }),
  strayEntry: (type: number): Text => ({
    en: `A directory entry of type ${type.toString(16)} belongs to no file`,
    zh: `类型为 ${type.toString(16)} 的目录项不属于任何文件`,
  }),
  brokenSet: (id: BrokenSet): Text => SETS[id],
  nameLength: (): Text => ({
    en: "The length of the file's name is wrong",
    zh: "文件名长度有误",
  }),
  nameHash: (): Text => ({ en: "The hash of the file's name is wrong", zh: "文件名的哈希有误" }),
  illegalName: (): Text => ({
    en: "The name has characters that none may have",
    zh: "文件名含有不允许的字符",
  }),
  duplicateName: (): Text => ({
    en: "Another file in the same directory has this name",
    zh: "同一目录中另有同名文件",
  }),
  validLength: (): Text => ({
    en: "More of the file is said to be written than it has",
    zh: "记录的已写入长度超过了文件长度",
  }),
  streamFlags: (): Text => ({
    en: "The flags of the file's clusters contradict its length",
    zh: "文件簇的标志与其长度矛盾",
  }),
  treeTooDeep: (): Text => ({
    en: "The directory lies too deep, or there are too many: it was not looked at",
    zh: "该目录层级过深或目录过多：未予检查",
  }),
  folderStart: (cluster: number): Text => ({
    en: `There is no directory where its entry leads: cluster ${cluster}`,
    zh: `目录项所指之处没有目录：簇 ${cluster}`,
  }),
  folderSize: (): Text => ({
    en: "The directory's size isn't that of its clusters",
    zh: "目录的大小与其簇不符",
  }),
  unreadable: (cluster: number): Text => ({
    en: `The directory can't be read as a whole: cluster ${cluster}`,
    zh: `无法完整读取该目录：簇 ${cluster}`,
  }),
  emptyFile: (): Text => ({
    en: "The empty file has a cluster",
    zh: "空文件却占有簇",
  }),
  fileShort: (size: bigint, has: bigint): Text => ({
    en: `The file has ${size} bytes by its entry, but clusters for only ${has}`,
    zh: `目录项记录该文件有 ${size} 字节，但其簇只能容纳 ${has} 字节`,
  }),
  fileLong: (): Text => ({
    en: "The file has more clusters than it needs",
    zh: "文件占有的簇多于所需",
  }),
  chain: ({ end, at }: Chain): Text => ({
    en: `Its clusters are damaged: ${ENDS[end](at).en}`,
    zh: `其簇已损坏：${ENDS[end](at).zh}`,
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
    en: "The backup is copied over the main boot region",
    zh: "用备份覆盖主引导区",
  }),
  backupFromMain: (): Text => ({
    en: "The main boot region is copied to its backup",
    zh: "将主引导区复制到其备份",
  }),
  setFields: (): Text => ({ en: "The fields are set right", zh: "将这些字段改正" }),
  clearDirty: (): Text => ({
    en: "The mark is removed once everything else is right",
    zh: "其他问题修复后清除该标记",
  }),
  clearErrors: (): Text => ({
    en: "The mark is removed; compare the files with their checksums, for the stick may be failing",
    zh: "清除该标记；U 盘可能正在损坏，请核对文件的校验值",
  }),
  writeChain: (): Text => ({ en: "Their chain is written anew", zh: "重写其簇链" }),
  writeUpcase: (): Text => ({
    en: "The specification's own table is written in its place",
    zh: "在原处写入规范中的标准表",
  }),
  mark: (): Text => ({ en: "They are marked as used", zh: "将其标记为已用" }),
  freeLost: (): Text => ({ en: "The clusters become free", zh: "将这些簇释放" }),
  removeEntry: (): Text => ({ en: "The entry is removed", zh: "删除该目录项" }),
  rename: (name: string): Text => ({ en: `It is renamed to ${name}`, zh: `将其重命名为 ${name}` }),
  cutFolder: (): Text => ({
    en: "The directory ends where the damage begins",
    zh: "目录在损坏处结束",
  }),
  setSize: (size: bigint): Text => ({
    en: `The file is cut to ${size} bytes, up to where the damage begins`,
    zh: `将文件截短为 ${size} 字节，即到损坏处为止`,
  }),
  freeRest: (): Text => ({
    en: "The chain ends where the file does; the rest becomes free",
    zh: "簇链在文件结尾处结束；其余释放",
  }),
};
