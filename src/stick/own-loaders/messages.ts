import type { Text } from "../../system/text.ts";

export const say = {
  unusable: (path: string, reason: Text): Text => ({
    en: `${path} can't be started by its own boot loader: ${reason.en}`,
    zh: `无法用 ${path} 自带的引导程序启动它：${reason.zh}`,
  }),
  espFull: (): Text => ({
    en: "there is no room left for it on the stick's EFI partition",
    zh: "U 盘的 EFI 分区已没有空间存放它",
  }),
  prefixTaken: (path: string): Text => ({
    en: `its GRUB reads ${path} on the EFI partition, and that file is somebody else's`,
    zh: `它的 GRUB 读取 EFI 分区上的 ${path}，而该文件是其他程序的`,
  }),
  needsEsp: (): Text => ({
    en: "firmware must be able to read it, and it can't read the data partition of a Ventoy stick",
    zh: "固件必须能读取它，而 Ventoy U 盘的数据分区固件无法读取",
  }),
  unreadable: (): Text => ({ en: "the image can't be read", zh: "无法读取该镜像" }),
};
