import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** A sentence behind what is known of a disk, which may be nothing. */
const after = (about: string, { en, zh }: Text): Text =>
  about === "" ? { en, zh } : { en: `${about}. ${en}`, zh: `${about}。${zh}` };

export const targetsSay = {
  helpOne: (): Text => ({
    en: "Disks that can't be chosen say why when the cursor is on them.",
    zh: "将光标移到无法选择的磁盘上可查看原因。",
  }),
  helpSeveral: (): Text => ({
    en: "Enter or the space bar ticks a disk. When all that you want are ticked, go down to the button. Disks that can't be chosen say why when the cursor is on them. Nothing is written here.",
    zh: "按 Enter 或空格键勾选磁盘。勾选完毕后，移到下方的按钮。将光标移到无法选择的磁盘上可查看原因。此处不会写入任何内容。",
  }),
  anImageFile: (): Text => ({ en: "An image file", zh: "镜像文件" }),
  imageNote: (): Text => ({
    en: "A stick in a file: can be tried in QEMU and cloned to sticks later",
    zh: "保存在文件中的 U 盘：可在 QEMU 中试用，以后可复制到 U 盘",
  }),
  chosenImageNote: (): Text => ({
    en: "Enter takes it from the list; the file isn't touched",
    zh: "按 Enter 将其移出列表；不会改动该文件",
  }),
  asLargeAsItIs: (): Text => ({ en: "as it is", zh: "沿用现有大小" }),
  diskNote: (about: string): Text =>
    after(about, { en: "Everything on it will be lost", zh: "其上的所有内容都将丢失" }),
  isStickAlready: (about: string, name: string): Text =>
    after(about, {
      en: `This is the rescue stick ${name} already; all on it will be lost`,
      zh: `这已是救援 U 盘 ${name}；其上所有内容都会丢失`,
    }),
  mounted: (refused: Text): Text => ({
    en: `${refused.en}. Enter unmounts it`,
    zh: `${refused.zh}。按 Enter 卸载`,
  }),
  lookingForDisks: (): Text => ({ en: "Looking at the disks …", zh: "正在查找磁盘……" }),
  noDisks: (): Text => ({
    en: "No disks found. Plug in a stick and look again",
    zh: "未找到磁盘。请插入 U 盘后重新查找",
  }),
  lookAgain: (): Text => ({ en: "Look again", zh: "重新查找" }),
  takeThem: (count: number): Text => ({
    en: `Take ${counted(count, "target", "targets")}`,
    zh: `选定 ${count} 个目标`,
  }),
  imageHelp: (): Text => ({
    en: "The image is as large as a stick would be; on most file systems it takes only what is in it.",
    zh: "镜像与 U 盘同样大小；在大多数文件系统上只占用实际内容的空间。",
  }),
  path: (): Text => ({ en: "File:", zh: "文件：" }),
  sizeField: (): Text => ({ en: "Size:", zh: "大小：" }),
  sizeNote: (): Text => ({
    en: "Like 8G or 500M. Empty: an image that is there is taken as large as it is",
    zh: "例如 8G 或 500M。留空则沿用现有镜像的大小",
  }),
  takeTarget: (): Text => ({ en: "Take it", zh: "采用" }),
};
