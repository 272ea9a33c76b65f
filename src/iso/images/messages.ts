import type { Text } from "../../system/text.ts";

/** What is to be said of images that are no ISOs. */
export const say = {
  noFileSystem: (): Text => ({
    en: "There is no file system in it that lifeboat reads",
    zh: "其中没有 lifeboat 可读的文件系统",
  }),
  compressed: (): Text => ({
    en: "It is compressed: unpack it (xz -d, gunzip, unzstd) and copy the image itself onto the stick",
    zh: "这是压缩文件：请先解压（xz -d、gunzip、unzstd），再将镜像本身复制到 U 盘",
  }),
  notAProgram: (): Text => ({
    en: "It is no EFI program: the headers that UEFI looks for are not in it, or it is damaged",
    zh: "它不是 EFI 程序：其中没有 UEFI 所需的文件头，或文件已损坏",
  }),
  isDriver: (): Text => ({
    en: "It is an EFI driver, which UEFI loads beside a system, and no program to start",
    zh: "它是 EFI 驱动程序，由 UEFI 随系统加载，不是可启动的程序",
  }),
  emptyFloppy: (): Text => ({
    en: "It has the size of a floppy disk, and no boot sector",
    zh: "其大小与软盘相同，但没有引导扇区",
  }),
  floppyInMemory: (): Text => ({
    en: "The floppy is started from memory: what is written to it is lost, and systems that don't ask the BIOS can't see it",
    zh: "软盘从内存启动：写入的内容不会保留，不通过 BIOS 访问的系统看不到它",
  }),
  nothingInDisk: (): Text => ({
    en: "Nothing to start was found in this disk image: no boot menu of a Linux system in a file system that lifeboat reads, no EFI program, no boot code of a BIOS",
    zh: "在此磁盘镜像中未找到可启动的内容：没有位于 lifeboat 可读文件系统中的 Linux 启动菜单，没有 EFI 程序，也没有 BIOS 引导代码",
  }),
  tooLargeForMemory: (limit: string): Text => ({
    en: `Its boot code wants the image in memory, which lifeboat does up to ${limit} only; write it to a disk of its own`,
    zh: `其引导代码需要将镜像载入内存，而 lifeboat 仅支持不超过 ${limit} 的镜像；请将其写入单独的磁盘`,
  }),
  otherSectors: (bytes: number): Text => ({
    en: `It is the image of a disk with sectors of ${bytes} bytes: GRUB reads its table only on such a disk`,
    zh: `这是扇区为 ${bytes} 字节的磁盘的镜像：GRUB 只能在此类磁盘上读取其分区表`,
  }),
  readOnly: (): Text => ({
    en: "Its system runs read-only from the image: nothing that it changes is kept, services that must write fail, and an image with a journal to replay can't be mounted. Write it to a disk of its own to use it fully",
    zh: "其系统从镜像以只读方式运行：更改不会保留，需要写入的服务会失败，日志未回放的镜像无法挂载。要完整使用，请将其写入单独的磁盘",
  }),
  logicalPartition: (partition: string): Text => ({
    en: `The system in ${partition} is not offered: the initrd hook maps primary and GPT partitions only`,
    zh: `不提供 ${partition} 中的系统：initrd 钩子仅映射主分区和 GPT 分区`,
  }),
  programAlone: (): Text => ({
    en: "Its EFI program is started alone and can't see the image as a disk: tools run, and what would load more from it (shim, GRUB, Windows) finds nothing",
    zh: "其 EFI 程序单独启动，无法将镜像视为磁盘：工具可以运行，而需要从中加载更多内容的程序（shim、GRUB、Windows）将找不到文件",
  }),
  diskInMemory: (): Text => ({
    en: "On BIOS the image is started from memory: DOS and whatever else reads through the BIOS sees it, and what is written to it is lost",
    zh: "在 BIOS 上，镜像从内存启动：DOS 及其他通过 BIOS 读取的系统可以看到它，写入的内容不会保留",
  }),
};
