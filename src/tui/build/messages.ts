import type { DataFileSystem, PartitionRole, Scheme } from "../../stick/layout.ts";
import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** What speaks for each file system of the data partition. */
export const FILE_SYSTEM_NOTES: Readonly<Record<DataFileSystem, Text>> = {
  exfat: {
    en: "exFAT: Windows, macOS and Linux read and write it; files of any size. The best choice for most",
    zh: "exFAT：Windows、macOS 和 Linux 均可读写，文件大小不限。适合大多数情况",
  },
  ntfs: {
    en: "NTFS: for Windows; macOS only reads it",
    zh: "NTFS：适合 Windows；macOS 只能读取",
  },
  ext4: {
    en: "ext4: for Linux; Windows and macOS can't read it",
    zh: "ext4：适合 Linux；Windows 和 macOS 无法读取",
  },
  fat32: {
    en: "FAT32: everything reads it, but no file may be larger than 4 GiB",
    zh: "FAT32：所有系统均可读取，但单个文件不能超过 4 GiB",
  },
};

/** What a partition is for. */
export const ROLES: Readonly<Record<PartitionRole, Text>> = {
  data: { en: "data", zh: "数据" },
  esp: { en: "boot stage", zh: "引导部分" },
  "bios-boot": { en: "BIOS boot", zh: "BIOS 引导" },
  msr: { en: "reserved", zh: "保留" },
  windows: { en: "Windows To Go", zh: "Windows To Go" },
  ventoy: { en: "Ventoy", zh: "Ventoy" },
};

export const buildSay = {
  title: (): Text => ({ en: "Make a stick", zh: "制作 U 盘" }),
  help: (): Text => ({
    en: "Choose a target and the images. The bar shows what will lie where. Nothing is written before you say so; if something on the target is lost, you will be asked to type its name.",
    zh: "请选择目标和镜像。条形图显示各部分的位置。在您确认之前不会写入任何内容；若目标上的内容会丢失，将要求您输入其名称。",
  }),
  target: (): Text => ({ en: "Target", zh: "目标" }),
  targets: (): Text => ({ en: "Targets", zh: "目标数" }),
  settings: (): Text => ({ en: "Settings", zh: "设置" }),
  noTarget: (): Text => ({ en: "not chosen yet", zh: "尚未选择" }),
  newImage: (path: string, about: string): Text => ({
    en: `${path}  new image, ${about}`,
    zh: `${path}  新镜像，${about}`,
  }),
  settingsAre: (layout: string, secureBoot: boolean, label: string): Text => ({
    en: `${layout}, ${secureBoot ? "Secure Boot" : "no Secure Boot"}, "${label}"`,
    zh: `${layout}，${secureBoot ? "支持" : "不支持"} Secure Boot，“${label}”`,
  }),
  images: (count: number): Text => ({ en: `Images (${count})`, zh: `镜像（${count}）` }),
  noImages: (): Text => ({
    en: "None yet. They can be added at any time, here or later",
    zh: "尚无镜像。可现在添加，也可以后再加",
  }),
  chooseTarget: (): Text => ({ en: "Targets", zh: "目标" }),
  chooseImages: (): Text => ({ en: "Images", zh: "镜像" }),
  chooseSettings: (): Text => ({ en: "Settings", zh: "设置" }),
  make: (count: number): Text =>
    count > 1
      ? { en: `Make ${count} sticks`, zh: `开始制作 ${count} 个` }
      : { en: "Make the stick", zh: "开始制作" },
  cantBe: (): Text => ({ en: "can't be made", zh: "无法制作" }),
  becomes: (): Text => ({
    en: "Becomes a stick; everything on it will be lost. Enter shows its plan",
    zh: "将制作成 U 盘，其上所有内容都会丢失。按 Enter 查看方案",
  }),
  becomesNew: (): Text => ({
    en: "A new image file. Enter shows its plan",
    zh: "新的镜像文件。按 Enter 查看方案",
  }),
  planning: (): Text => ({ en: "Looking at the targets …", zh: "正在检查目标……" }),
  plannedHelp: (): Text => ({
    en: "What this target becomes. Nothing is written before the sticks are made.",
    zh: "此目标的方案。开始制作之前不会写入任何内容。",
  }),
  leaveOut: (): Text => ({ en: "Leave it out", zh: "移出列表" }),
  leaveOutNote: (): Text => ({
    en: "Takes it off the list, so that the others can be made",
    zh: "将其移出列表，以便制作其他目标",
  }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  unmount: (): Text => ({ en: "Unmount it", zh: "卸载" }),
  unmountNote: (): Text => ({
    en: "Unmounts what is mounted of it, now; then it can be made a stick",
    zh: "立即卸载其上已挂载的分区，之后即可制作",
  }),
  testFirst: (): Text => ({
    en: "Test it first: many hold less than they say",
    zh: "先检测介质：许多 U 盘实际容量低于标称",
  }),
  testFirstNote: (): Text => ({
    en: "The quick test, under a minute each; where a medium is bad, nothing is made",
    zh: "快速检测，每个不到一分钟；介质有问题则不制作",
  }),
  testedFirst: (): Text => ({
    en: "The medium is tested first; where it is bad, nothing is made of it.",
    zh: "将先检测介质；若有问题则不制作。",
  }),
  notTested: (): Text => ({
    en: "It isn't tested first: many sticks hold less than they say. Esc goes back to where that can be ticked.",
    zh: "不会先检测介质：许多 U 盘的实际容量低于标称值。按 Esc 返回可勾选检测。",
  }),
  allowFixed: (): Text => ({ en: "Allow disks that aren't removable", zh: "允许非可移动磁盘" }),
  allowFixedNote: (): Text => ({
    en: "May be chosen as well; never the one that this system runs from",
    zh: "也可选为目标；系统所在的磁盘始终除外",
  }),
  allowLarge: (): Text => ({ en: "Allow disks of more than 2 TiB", zh: "允许大于 2 TiB 的磁盘" }),
  allowLargeNote: (): Text => ({
    en: "May be chosen as well: sticks are smaller, backup disks are not",
    zh: "也可选为目标：U 盘通常较小，而备份盘往往很大",
  }),
  windowsSize: (): Text => ({ en: "For Windows To Go:", zh: "为 Windows To Go 预留：" }),
  windowsSizeNote: (): Text => ({
    en: "Size of a partition for it, like 64G; empty: none",
    zh: "为其预留的分区大小，例如 64G；留空则不建",
  }),
  lookingAt: (): Text => ({ en: "looking …", zh: "正在识别……" }),
  unreadable: (): Text => ({ en: "can't be read", zh: "无法读取" }),
  startsNowhere: (): Text => ({ en: "doesn't start", zh: "无法启动" }),
  onlyByVentoy: (): Text => ({
    en: "starts by Ventoy only",
    zh: "只能由 Ventoy 启动",
  }),
  isoNote: (what: string, entries: number): Text => ({
    en: `${what}: ${counted(entries, "entry", "entries")} in the menu`,
    zh: `${what}：菜单中有 ${entries} 个条目`,
  }),
  confirmTitle: (): Text => ({ en: "Really?", zh: "确认" }),
  allOnThemIsLost: (count: number): Text => ({
    en: `Everything on these ${count} will be lost:`,
    zh: `以下 ${count} 个目标上的所有内容都将丢失：`,
  }),
  allIsLost: (path: string): Text => ({
    en: `Everything on ${path} will be lost.`,
    zh: `${path} 上的所有内容都将丢失。`,
  }),
  size: (): Text => ({ en: "Size", zh: "大小" }),
  device: (): Text => ({ en: "Device", zh: "设备" }),
  optionsHelp: (): Text => ({
    en: "Enter on a line goes on to its next value. The settings as they come are right for most sticks.",
    zh: "在某一行按 Enter 可切换到下一个值。默认设置适合大多数 U 盘。",
  }),
  fileSystem: (): Text => ({ en: "File system of the data", zh: "数据分区文件系统" }),
  scheme: (): Text => ({ en: "Partition table", zh: "分区表" }),
  schemeNote: (scheme: Scheme): Text =>
    scheme === "gpt"
      ? {
          en: "GPT: starts on BIOS and UEFI, any size",
          zh: "GPT：可在 BIOS 和 UEFI 上启动，容量不限",
        }
      : {
          en: "MBR: for old machines that refuse GPT; up to 2 TiB",
          zh: "MBR：用于不接受 GPT 的旧机器；最大 2 TiB",
        },
  secureBootNote: (on: boolean): Text =>
    on
      ? {
          en: "Starts with Secure Boot on, by Microsoft's and Debian's signatures; nothing has to be enrolled",
          zh: "可在开启 Secure Boot 时启动，使用 Microsoft 与 Debian 的签名，无需注册密钥",
        }
      : {
          en: "Debian's unsigned GRUB: starts only where Secure Boot is off",
          zh: "使用 Debian 未签名的 GRUB：仅在关闭 Secure Boot 时可启动",
        },
  label: (): Text => ({ en: "Label of the data partition:", zh: "数据分区卷标：" }),
  labelNote: (): Text => ({
    en: "1 to 11 of A–Z a–z 0–9 _ . - and space",
    zh: "1 至 11 个字符：A–Z a–z 0–9 _ . - 和空格",
  }),
  takeSettings: (): Text => ({ en: "Take these", zh: "采用这些设置" }),
  making: (count: number): Text =>
    count > 1
      ? { en: `Making ${count} sticks`, zh: `正在制作 ${count} 个` }
      : { en: "Making the stick", zh: "正在制作" },
  makingHelp: (): Text => ({
    en: "What is written is read back and compared. Ctrl-C asks whether to stop.",
    zh: "写入的内容会读回比较。按 Ctrl-C 会询问是否停止。",
  }),
  stopImage: (path: string): Text => ({
    en: `Stop? ${path} is then as it was before; what was written so far is thrown away.`,
    zh: `要停止吗？${path} 将保持原状，已写入的内容会被丢弃。`,
  }),
  stopDevice: (path: string): Text => ({
    en: `Stop? ${path} is then empty, without a partition table: what was on it is gone already.`,
    zh: `要停止吗？${path} 将为空盘且没有分区表：原有内容已经丢失。`,
  }),
  stopTested: (path: string): Text => ({
    en: `Stop? While ${path} is tested, what is on it is put back first. Once it is being made a stick, it is then empty, without a partition table.`,
    zh: `要停止吗？若 ${path} 仍在检测，将先恢复原有内容；若已开始制作，它将为空盘且没有分区表。`,
  }),
  stopSeveral: (hasNew: boolean, hasOld: boolean, isTested: boolean): Text => ({
    en: [
      "Stop all of them? Sticks that are done stay.",
      ...(hasOld
        ? ["Targets that are being written are then empty, without a partition table."]
        : []),
      ...(isTested ? ["While they are tested, what was there is put back instead."] : []),
      ...(hasNew ? ["Image files that aren't done are thrown away."] : []),
    ].join(" "),
    zh: [
      "要全部停止吗？已完成的会保留。",
      ...(hasOld ? ["正在写入的目标将为空盘且没有分区表。"] : []),
      ...(isTested ? ["若仍在检测，则恢复原有内容。"] : []),
      ...(hasNew ? ["未完成的镜像文件会被丢弃。"] : []),
    ].join(""),
  }),
  allMade: (count: number): Text => ({
    en: `All ${count} are rescue sticks, read back and compared`,
    zh: `${count} 个均已制作成救援 U 盘并读回比较`,
  }),
  someMade: (made: number, count: number): Text => ({
    en: `${made} of ${count} are rescue sticks; the others are not`,
    zh: `${count} 个中有 ${made} 个已制作成救援 U 盘，其余未成功`,
  }),
  results: (): Text => ({ en: "Each of them", zh: "各目标结果" }),
  isMade: (): Text => ({ en: "a rescue stick", zh: "已完成" }),
  isFailed: (): Text => ({ en: "failed", zh: "失败" }),
  isStopped: (): Text => ({ en: "stopped", zh: "已停止" }),
  resultNote: (name: string, entries: number): Text => ({
    en: `${name}: ${counted(entries, "entry starts", "entries start")} an image. Enter shows it`,
    zh: `${name}：${entries} 个条目可启动镜像。按 Enter 查看`,
  }),
  failureHelp: (): Text => ({
    en: "What went wrong with this target, and what state it is in. The others don't hang on it.",
    zh: "此目标出了什么问题以及当前状态。其他目标不受影响。",
  }),
  again: (count: number): Text => ({
    en: count === 1 ? "Plan it anew" : `Plan the ${count} anew`,
    zh: `重新计划（${count}）`,
  }),
  made: (path: string, entries: number): Text => ({
    en: `${path} is a rescue stick. ${counted(entries, "entry starts", "entries start")} an image`,
    zh: `${path} 已是救援 U 盘。${entries} 个条目可启动镜像`,
  }),
  readBack: (files: number): Text => ({
    en: `Everything was read back and compared: boot stage, menu, ${counted(files, "image", "images")}`,
    zh: `所有内容均已读回比较：引导部分、菜单、${files} 个镜像`,
  }),
  openIt: (): Text => ({ en: "Show the stick", zh: "查看 U 盘" }),
  tryIt: (): Text => ({ en: "Try it in QEMU", zh: "在 QEMU 中试用" }),
  home: (): Text => ({ en: "Home", zh: "首页" }),
};
