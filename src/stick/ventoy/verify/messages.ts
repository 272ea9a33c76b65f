import { commandLine } from "../../../system/command-line.ts";
import type { Text } from "../../../system/text.ts";
import { counted } from "../../../system/text.ts";
import { upgradeCommand } from "../upgrade/messages.ts";

/** What `verify` says of a Ventoy stick. */
export const say = {
  upgrade: (path: string, archive: string): Text => ({
    en: `An upgrade writes it anew: ${upgradeCommand(path, archive)}`,
    zh: `升级会重新写入：${upgradeCommand(path, archive)}`,
  }),
  rebuild: (path: string): Text => ({
    en: `Copy what is on it to another place and make it anew: ${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
    zh: `请将其内容复制到别处，再重新制作：${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
  }),
  repairTable: (scheme: string): Text =>
    scheme === "gpt"
      ? {
          en: "`gdisk` writes both copies anew from the good one (command w)",
          zh: "`gdisk` 可用完好的副本重写两份分区表（命令 w）",
        }
      : {
          en: "Correct the table with a partitioning program; partition 2 must keep its place and its size",
          zh: "请用分区程序更正分区表；分区 2 的位置和大小必须保持不变",
        },
  entry: (): Text => ({
    en: "Ventoy's partition isn't marked as Ventoy does it (basic data, no drive letter): Windows may show it as a drive",
    zh: "Ventoy 分区的标记与 Ventoy 的做法不同（基本数据、无驱动器号）：Windows 可能将其显示为驱动器",
  }),
  active: (): Text => ({
    en: "Ventoy's partition is the active one instead of the first: some BIOSes won't start the stick",
    zh: "活动分区是 Ventoy 分区而不是第一个分区：某些 BIOS 无法启动此 U 盘",
  }),
  deviceCheck: (code: number, what: Text): Text => ({
    en: `Ventoy would not take the stick for one of its own (${code}). ${what.en}`,
    zh: `Ventoy 不会将此 U 盘识别为自己的设备（${code}）。${what.zh}`,
  }),
  bootCodeLeadsElsewhere: (lba: bigint, wanted: number): Text => ({
    en: `The boot code looks for the core image at sector ${lba}, and it lies at ${wanted}: a BIOS can't start the stick`,
    zh: `启动代码在扇区 ${lba} 寻找核心映像，而它位于 ${wanted}：BIOS 无法启动此 U 盘`,
  }),
  startsByVentoy: (): Text => ({
    en: "Ventoy starts this stick instead of lifeboat, as where Ventoy's own installer has written it since: lifeboat's menu may not be reached",
    zh: "此 U 盘由 Ventoy 而不是 lifeboat 启动（例如之后被 Ventoy 自带的安装程序写入过）：可能无法进入 lifeboat 菜单",
  }),
  coreLeadsElsewhere: (lba: bigint, wanted: number): Text => ({
    en: `The core image looks for the rest of itself at sector ${lba}, and it lies at ${wanted}: a BIOS can't start the stick`,
    zh: `核心映像在扇区 ${lba} 寻找其余部分，而它位于 ${wanted}：BIOS 无法启动此 U 盘`,
  }),
  noVersion: (): Text => ({
    en: "Ventoy's partition doesn't say which version it is",
    zh: "Ventoy 分区中没有版本信息",
  }),
  notFat16: (bits: number): Text => ({
    en: `Ventoy's partition is FAT${bits}; releases have FAT16`,
    zh: `Ventoy 分区为 FAT${bits}；发行版使用 FAT16`,
  }),
  fatsDiffer: (): Text => ({
    en: "The two file allocation tables of Ventoy's partition differ",
    zh: "Ventoy 分区的两份文件分配表不一致",
  }),
  fileDamaged: (path: string, reason: Text): Text => ({
    en: `${path} on Ventoy's partition can't be read: ${reason.en}`,
    zh: `无法读取 Ventoy 分区上的 ${path}：${reason.zh}`,
  }),
  folderDamaged: (reason: Text): Text => ({
    en: `A folder of Ventoy's partition can't be read: ${reason.en}`,
    zh: `无法读取 Ventoy 分区的某个文件夹：${reason.zh}`,
  }),
  sharedClusters: (a: string, b: string): Text => ({
    en: `${a} and ${b} on Ventoy's partition have the same clusters`,
    zh: `Ventoy 分区上的 ${a} 与 ${b} 占用相同的簇`,
  }),
  otherVersion: (version: string | undefined, release: string): Text => ({
    en: `The stick has Ventoy ${version ?? "of an unknown version"}, the archive ${release}: nothing was compared`,
    zh: `U 盘上的 Ventoy ${version ?? "版本未知"}，发行包为 ${release}：未作比较`,
  }),
  bootCodeDiffers: (): Text => ({
    en: "The boot code in the first sector is not the release's",
    zh: "第一扇区中的启动代码与发行版不同",
  }),
  coreDiffers: (): Text => ({
    en: "The core image is not the release's",
    zh: "核心映像与发行版不同",
  }),
  fileMissing: (path: string): Text => ({
    en: `${path} is missing from Ventoy's partition`,
    zh: `Ventoy 分区中缺少 ${path}`,
  }),
  fileDiffers: (path: string): Text => ({
    en: `${path} on Ventoy's partition is not the release's`,
    zh: `Ventoy 分区上的 ${path} 与发行版不同`,
  }),
  unknownFile: (path: string): Text => ({
    en: `${path} on Ventoy's partition is not of the release: an upgrade removes it`,
    zh: `Ventoy 分区上的 ${path} 不属于发行版：升级时会被移除`,
  }),
  moveAway: (): Text => ({
    en: "If it is wanted, copy it to the first partition",
    zh: "如需保留，请复制到第一个分区",
  }),
  moreFiles: (count: number): Text => ({
    en: `${counted(count, "more file", "more files")} of Ventoy's partition ${count === 1 ? "is" : "are"} not as in the release`,
    zh: `Ventoy 分区上另有 ${count} 个文件与发行版不同`,
  }),
  onlyStructures: (): Text => ({
    en: "Ventoy's partition differs from the release outside of files, as where a system has mounted it",
    zh: "Ventoy 分区仅在文件之外与发行版不同，例如被系统挂载过",
  }),
  checkOwn: (): Text => ({
    en: "`fsck.fat` repairs partition 3; then lifeboat upgrade writes what is missing there",
    zh: "可用 `fsck.fat` 修复分区 3，再用 lifeboat upgrade 补写缺失的文件",
  }),
  checkData: (): Text => ({
    en: "Check the file system with the operating system's own tools",
    zh: "请用操作系统自带的工具检查文件系统",
  }),
  unreadable: (reason: Text): Text => ({
    en: `The data partition can't be read: ${reason.en}`,
    zh: `无法读取数据分区：${reason.zh}`,
  }),
  unknownFileSystem: (): Text => ({
    en: "The data partition has a file system that lifeboat doesn't read, so nothing is said of it; Ventoy knows more of them (XFS, Btrfs)",
    zh: "lifeboat 无法读取数据分区的文件系统，因此未作检查；Ventoy 支持更多文件系统（XFS、Btrfs）",
  }),
  leave: (): Text => ({
    en: "Nothing is to be done if Ventoy lists what is on it",
    zh: "如果 Ventoy 能列出其中内容，则无需处理",
  }),
};
