import type { Language, Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** Each in itself: whoever can't read the one on the screen must find the other. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

export const homeSay = {
  title: (): Text => ({ en: "Home", zh: "首页" }),
  help: (): Text => ({
    en: "Rescue sticks are at the top: Enter opens one. Enter on another disk that may be used asks what should become of it: a new stick, or one that keeps its files; nothing is written before you have seen the plan and typed the disk's name.",
    zh: "救援 U 盘排在最前，按 Enter 打开。对其他可用磁盘按 Enter 可选择重新制作，或保留文件进行接管；在您看过方案并输入磁盘名称之前不会写入任何内容。",
  }),
  targets: (): Text => ({ en: "Disks of this computer", zh: "本机磁盘" }),
  looking: (): Text => ({ en: "Looking at the disks …", zh: "正在查找磁盘……" }),
  none: (): Text => ({
    en: "No disks found. Plug in a stick and look again",
    zh: "未找到磁盘。请插入 U 盘后重新查找",
  }),
  stick: (name: string, isos: number, size: string): Text => ({
    en: `${name}, ${counted(isos, "image", "images")}, ${size}`,
    zh: `${name}，${isos} 个镜像，${size}`,
  }),
  stickNote: (): Text => ({
    en: "A rescue stick. Enter shows what is on it, and adds, removes, checks or upgrades",
    zh: "救援 U 盘。按 Enter 查看内容，并可添加、删除、检查或升级",
  }),
  usable: (): Text => ({
    en: "No rescue stick yet. Enter: make it one, adopt it with its files, or bring back what started it",
    zh: "尚不是救援 U 盘。按 Enter 可重新制作、保留文件接管，或恢复其引导部分",
  }),
  make: (): Text => ({ en: "Make a stick", zh: "制作 U 盘" }),
  makeNote: (): Text => ({
    en: "On a disk, or as an image file that can be tried in QEMU and copied to sticks",
    zh: "可制作到磁盘，或制作成镜像文件，以便在 QEMU 中试用或复制到 U 盘",
  }),
  open: (): Text => ({ en: "Open an image file", zh: "打开镜像文件" }),
  openNote: (): Text => ({
    en: "A stick that was made as an image file, or an image of another disk",
    zh: "以镜像文件形式制作的 U 盘，或其他磁盘的镜像",
  }),
  kit: (): Text => ({ en: "Boot files", zh: "启动文件" }),
  kitNote: (): Text => ({
    en: "The boot files that sticks are made from",
    zh: "制作 U 盘所用的启动文件",
  }),
  lookAgain: (): Text => ({ en: "Look again", zh: "重新查找" }),
  quit: (): Text => ({ en: "Quit", zh: "退出" }),
};
