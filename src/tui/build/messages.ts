import type { DataFileSystem, PartitionRole, Scheme } from "../../stick/layout.ts";
import type { Text } from "../../system/text.ts";

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
};

export const buildSay = {
  title: (): Text => ({ en: "Make a stick", zh: "制作 U 盘" }),
  help: (): Text => ({
    en: "Choose a target and the images. The bar shows what will lie where. Nothing is written before you say so; if something on the target is lost, you will be asked to type its name.",
    zh: "请选择目标和镜像。条形图显示各部分的位置。在您确认之前不会写入任何内容；若目标上的内容会丢失，将要求您输入其名称。",
  }),
  target: (): Text => ({ en: "Target", zh: "目标" }),
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
  chooseTarget: (): Text => ({ en: "Target", zh: "目标" }),
  chooseImages: (): Text => ({ en: "Images", zh: "镜像" }),
  chooseSettings: (): Text => ({ en: "Settings", zh: "设置" }),
  make: (): Text => ({ en: "Make the stick", zh: "开始制作" }),
  lookingAt: (): Text => ({ en: "looking …", zh: "正在识别……" }),
  unreadable: (): Text => ({ en: "can't be read", zh: "无法读取" }),
  startsNowhere: (): Text => ({ en: "doesn't start", zh: "无法启动" }),
  isoNote: (what: string, entries: number): Text => ({
    en: `${what}: ${entries} ${entries === 1 ? "entry" : "entries"} in the menu`,
    zh: `${what}：菜单中有 ${entries} 个条目`,
  }),
  confirmTitle: (): Text => ({ en: "Really?", zh: "确认" }),
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
  making: (): Text => ({ en: "Making the stick", zh: "正在制作" }),
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
  made: (path: string, entries: number): Text => ({
    en: `${path} is a rescue stick. ${entries} ${entries === 1 ? "entry starts" : "entries start"} an image`,
    zh: `${path} 已是救援 U 盘。${entries} 个条目可启动镜像`,
  }),
  readBack: (files: number): Text => ({
    en: `Everything was read back and compared: boot stage, menu, ${files} ${files === 1 ? "image" : "images"}`,
    zh: `所有内容均已读回比较：引导部分、菜单、${files} 个镜像`,
  }),
  openIt: (): Text => ({ en: "Show the stick", zh: "查看 U 盘" }),
  tryIt: (): Text => ({ en: "Try it in QEMU", zh: "在 QEMU 中试用" }),
  home: (): Text => ({ en: "Home", zh: "首页" }),
};
