import type { Text } from "../system/text.ts";

export const say = {
  badBootImage: (): Text => ({
    en: "The kit's boot.img or core.img is not a GRUB image",
    zh: "kit 中的 boot.img 或 core.img 不是有效的 GRUB 映像",
  }),
  coreTooLarge: (sectors: number, room: number): Text => ({
    en: `GRUB's core image needs ${sectors} sectors, and the layout has ${room} for it`,
    zh: `GRUB 核心映像需要 ${sectors} 个扇区，而分区布局只有 ${room} 个`,
  }),
};
