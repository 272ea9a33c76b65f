import type { Text } from "../../system/text.ts";

export const mediaSay = {
  title: (): Text => ({ en: "Test the medium", zh: "检测介质" }),
  help: (): Text => ({
    en: "Many sticks report more than they hold, and lose what is written behind their end. The test writes blocks at places that such sticks can't get right, and reads them back past all caches.",
    zh: "许多 U 盘的实际容量低于标称值，超出部分写入的内容会丢失。本检测在这类 U 盘必然出错的位置写入数据块，并绕过缓存读回。",
  }),
  about: (path: string): Text => ({
    en: `Does ${path} hold what it says, and how fast is it?`,
    zh: `${path} 的容量是否属实，速度如何？`,
  }),
  quick: (): Text => ({ en: "Quick test", zh: "快速检测" }),
  quickNote: (): Text => ({
    en: "Under a minute; what is on it is kept",
    zh: "用时不到一分钟，保留其上的内容",
  }),
  full: (): Text => ({ en: "Full test", zh: "完整检测" }),
  fullNote: (): Text => ({
    en: "Writes and reads every sector, which may take hours; everything on it is lost",
    zh: "读写每个扇区，可能需要数小时；其上的所有内容都会丢失",
  }),
  allIsLost: (path: string): Text => ({
    en: `Everything on ${path} will be lost.`,
    zh: `${path} 上的所有内容都将丢失。`,
  }),
  examining: (): Text => ({ en: "Looking at the medium", zh: "检查介质" }),
  target: (): Text => ({ en: "Target", zh: "目标" }),
  size: (): Text => ({ en: "Size", zh: "大小" }),
  device: (): Text => ({ en: "Device", zh: "设备" }),
  stopExamining: (): Text => ({
    en: "Stop? Nothing was written yet.",
    zh: "要停止吗？尚未写入任何内容。",
  }),
  stopQuick: (): Text => ({
    en: "Stop? What was there before is put back first.",
    zh: "要停止吗？将先恢复原有内容。",
  }),
  stopFull: (): Text => ({
    en: "Stop? What was on it is gone already; it has no partition table then.",
    zh: "要停止吗？原有内容已经丢失，介质上将没有分区表。",
  }),
  verdict: (path: string, { en, zh }: Text): Text => ({
    en: `${path}: ${en}`,
    zh: `${path}：${zh}`,
  }),
};
