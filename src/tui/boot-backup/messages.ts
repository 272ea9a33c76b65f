import type { Text } from "../../system/text.ts";

export const bootBackupSay = {
  save: (): Text => ({ en: "Save the boot stage", zh: "保存引导部分" }),
  saveNote: (): Text => ({
    en: "Boot code, partition tables and EFI system partition, to a file on this computer; the stick is only read",
    zh: "将启动代码、分区表和 EFI 系统分区保存到本机文件；对 U 盘只读",
  }),
  saveAbout: (path: string): Text => ({
    en: `What starts ${path} is saved to a file of some MiB: its boot code, partition tables and EFI system partition. No images.`,
    zh: `将启动 ${path} 所需的内容（启动代码、分区表、EFI 系统分区）保存到一个几 MiB 的文件。不含镜像。`,
  }),
  file: (): Text => ({ en: "File:", zh: "文件：" }),
  enterSaves: (): Text => ({
    en: "Enter saves it; a file that is there isn't overwritten",
    zh: "按 Enter 保存；不会覆盖已有文件",
  }),
  noFile: (): Text => ({ en: "Type where it is to be saved", zh: "请输入保存位置" }),
  stopSave: (): Text => ({
    en: "Stop? The stick is only read, and no file is left.",
    zh: "要停止吗？对 U 盘只读，不会留下文件。",
  }),
  saved: (size: string): Text => ({ en: `Saved, ${size}:`, zh: `已保存，${size}：` }),
  bringBackLater: (): Text => ({
    en: "Keep it on another medium than the stick. It is brought back from here, or from the first page where the stick isn't known for one any more.",
    zh: "请将其保存在 U 盘以外的介质上。可在此处恢复；若 U 盘已无法识别，可从首页恢复。",
  }),
  restore: (): Text => ({ en: "Bring back a saved boot stage", zh: "恢复已保存的引导部分" }),
  restoreNote: (): Text => ({
    en: "From a file that was saved here, by an upgrade or by adopting; shows first what is in it",
    zh: "从此处、升级或接管时保存的文件恢复；先显示文件内容",
  }),
  looking: (): Text => ({ en: "What was saved", zh: "已保存的内容" }),
  restoreHelp: (): Text => ({
    en: "Only what starts the disk is written (boot code, partition table, EFI system partition), and of that only what differs. The first sector comes last, and all of it is read back.",
    zh: "只写入启动磁盘所需的内容（启动代码、分区表、EFI 系统分区），且只写入不同之处。最后写入第一扇区，并全部读回校验。",
  }),
  from: (): Text => ({ en: "File", zh: "文件" }),
  savedOn: (): Text => ({ en: "Saved", zh: "保存于" }),
  savedBy: (date: string, version: string): Text => ({
    en: `${date}, by lifeboat ${version}`,
    zh: `${date}，由 lifeboat ${version} 保存`,
  }),
  disk: (): Text => ({ en: "Of the disk", zh: "所属磁盘" }),
  writes: (): Text => ({ en: "Brought back", zh: "恢复内容" }),
  target: (): Text => ({ en: "To", zh: "目标" }),
  differs: (what: Text): Text => ({
    en: `This may be another disk: ${what.en}`,
    zh: `这可能是另一块磁盘：${what.zh}`,
  }),
  bringBack: (): Text => ({ en: "Bring it back …", zh: "恢复……" }),
  bringBackAllTheSame: (): Text => ({ en: "Bring it back all the same …", zh: "仍要恢复……" }),
  /** @param isOther it may be another disk than the one that the file was saved from. */
  overwritten: (path: string, isOther: boolean): Text =>
    isOther
      ? {
          en: `What starts ${path} now is overwritten. Its partition table becomes the saved one: partitions that aren't in that are lost, with all that is in them.`,
          zh: `${path} 当前的引导部分将被覆盖。其分区表将变为已保存的分区表：不在其中的分区及其全部内容将丢失。`,
        }
      : {
          en: `What starts ${path} now is overwritten; its images and files stay. The saved table has no partition that was added since.`,
          zh: `${path} 当前的引导部分将被覆盖；镜像和文件保留。保存之后新增的分区不在已保存的分区表中。`,
        },
  restoring: (): Text => ({ en: "Bringing it back", zh: "正在恢复" }),
  stopRestore: (isOther: boolean): Text =>
    isOther
      ? {
          en: "Stop? What is written by then is part of the saved boot stage: the disk may not start until all of it has been brought back. Partitions that aren't in the saved table may be lost already.",
          zh: "要停止吗？此前写入的只是引导部分的一部分：全部恢复之前磁盘可能无法启动。不在已保存分区表中的分区可能已经丢失。",
        }
      : {
          en: "Stop? What is written by then is part of the saved boot stage: the disk may not start until all of it has been brought back. Images and files are not touched.",
          zh: "要停止吗？此前写入的只是引导部分的一部分：全部恢复之前磁盘可能无法启动。镜像和文件不受影响。",
        },
  stopLooking: (): Text => ({
    en: "Stop? Nothing has been written.",
    zh: "要停止吗？尚未写入任何内容。",
  }),
  restored: (path: string, date: string): Text => ({
    en: `What starts ${path} is as it was saved on ${date}, and was read back`,
    zh: `${path} 的引导部分已恢复为 ${date} 保存时的状态，并已读回校验`,
  }),
  sameAlready: (path: string): Text => ({
    en: `${path} was as it was saved already; nothing was written`,
    zh: `${path} 与保存时相同；未写入任何内容`,
  }),
};
