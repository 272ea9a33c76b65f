import { commandLine } from "../../system/command-line.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

/** What adopting a stick says to people. */
export const say = {
  looking: (): Text => ({
    en: "Looking at the partitions and the file system",
    zh: "正在检查分区和文件系统",
  }),
  already: (path: string): Text => ({
    en: `${path} is a lifeboat stick already`,
    zh: `${path} 已经是 lifeboat U 盘`,
  }),
  alreadyHint: (path: string): Text => {
    const refresh = commandLine(["lifeboat", "refresh", path]);
    const upgrade = commandLine(["lifeboat", "upgrade", path]);
    return {
      en: `New ISOs on it: ${refresh}. A newer boot stage: ${upgrade}`,
      zh: `更新 ISO 菜单：${refresh}。更新启动程序：${upgrade}`,
    };
  },
  noTable: (path: string): Text => ({
    en: `${path} has no partition table`,
    zh: `${path} 没有分区表`,
  }),
  superfloppy: (path: string, fileSystem: string): Text => ({
    en: `${path} has no partition table: its file system (${fileSystem}) begins in the first sector, where boot code and table would have to be`,
    zh: `${path} 没有分区表：文件系统（${fileSystem}）从第一个扇区开始，而启动代码和分区表必须位于该处`,
  }),
  buildHint: (path: string): Text => {
    const build = commandLine(["lifeboat", "build", path]);
    return {
      en: `Copy the files to another place, make the stick anew (${build}) and copy them back`,
      zh: `请将文件复制到别处，重新制作 U 盘（${build}），再复制回来`,
    };
  },
  tableDamaged: (what: Text): Text => ({
    en: `The partition table isn't in order: ${what.en}`,
    zh: `分区表存在问题：${what.zh}`,
  }),
  tableHint: (): Text => ({
    en: "Mend it first (sgdisk, gdisk, Windows' disk management), or make the stick anew with lifeboat build",
    zh: "请先修复分区表（sgdisk、gdisk、Windows 磁盘管理），或用 lifeboat build 重新制作 U 盘",
  }),
  tablePlace: (): Text => ({
    en: "Its GPT lies where lifeboat's core image has to be (more than 128 entries, or not in the usual place)",
    zh: "其 GPT 位于 lifeboat 核心映像所需的位置（超过 128 项，或不在常规位置）",
  }),
  noData: (path: string): Text => ({
    en: `${path} has no partition with a file system that could hold ISOs`,
    zh: `${path} 上没有可存放 ISO 的分区`,
  }),
  otherPartition: (number: number, about: string): Text => ({
    en: `Partition ${number} (${about}) is neither the one with the ISOs nor Ventoy's: lifeboat has no place for it`,
    zh: `分区 ${number}（${about}）既不是存放 ISO 的分区，也不是 Ventoy 的分区：lifeboat 无法为其保留位置`,
  }),
  otherPartitionHint: (): Text => ({
    en: "Copy what is on it to another place, delete that partition with a partitioning tool, and adopt the stick then",
    zh: "请将其中内容复制到别处，用分区工具删除该分区，然后再运行 adopt",
  }),
  fileSystem: (number: number, found: string): Text => ({
    en: `Partition ${number} has ${found}, and lifeboat keeps ISOs on exFAT, NTFS, ext4 and FAT32 only`,
    zh: `分区 ${number} 的文件系统为 ${found}，lifeboat 只支持在 exFAT、NTFS、ext4 和 FAT32 上存放 ISO`,
  }),
  noFileSystem: (number: number): Text => ({
    en: `Partition ${number} has no file system that lifeboat knows; it keeps ISOs on exFAT, NTFS, ext4 and FAT32 only`,
    zh: `分区 ${number} 上没有 lifeboat 认识的文件系统；它只支持在 exFAT、NTFS、ext4 和 FAT32 上存放 ISO`,
  }),
  bitLocker: (number: number): Text => ({
    en: `Partition ${number} is encrypted with BitLocker: nothing could read the ISOs when the stick starts`,
    zh: `分区 ${number} 已用 BitLocker 加密：启动时无法读取其中的 ISO`,
  }),
  bitLockerHint: (): Text => ({
    en: "Turn BitLocker off for this drive in Windows, wait until it is decrypted, and adopt the stick then",
    zh: "请在 Windows 中为此驱动器关闭 BitLocker，等待解密完成，然后再运行 adopt",
  }),
  dirty: (number: number, what: Text): Text => ({
    en: `The file system of partition ${number} has mistakes: ${what.en}`,
    zh: `分区 ${number} 的文件系统存在错误：${what.zh}`,
  }),
  unreadable: (number: number, what: Text): Text => ({
    en: `The file system of partition ${number} can't be used: ${what.en}`,
    zh: `分区 ${number} 的文件系统无法使用：${what.zh}`,
  }),
  ext4NotClean: (): Text => ({
    en: "it was not unmounted cleanly, or has recorded errors",
    zh: "未正常卸载，或记录了错误",
  }),
  dirtyHint: (fileSystem: string): Text => ({
    en: `Check and mend it first: chkdsk /f on Windows, ${FSCK[fileSystem] ?? "fsck"} on Linux`,
    zh: `请先检查并修复：Windows 上用 chkdsk /f，Linux 上用 ${FSCK[fileSystem] ?? "fsck"}`,
  }),
  noGap: (startLba: number): Text => ({
    en: `The first partition begins at sector ${startLba}: there is no room before it for GRUB's core image, and no BIOS could start the stick`,
    zh: `第一个分区从扇区 ${startLba} 开始：前面没有空间存放 GRUB 核心映像，BIOS 将无法启动此 U 盘`,
  }),
  noRoom: (fileSystem: string, needed: number): Text => ({
    en: `There is no room for the boot partition: ${formatSize(needed)} must be free at the end of the ${fileSystem} partition, and aren't`,
    zh: `没有空间存放启动分区：${fileSystem} 分区末尾需要 ${formatSize(needed)} 的空闲空间，而现在没有`,
  }),
  inTheWay: (paths: readonly string[], more: number): Text => ({
    en: `Files in the way, which lie at the end of the partition: ${paths.join(", ")}${more > 0 ? ` and ${more} more` : ""}. Copy them to another place, delete them, adopt the stick, and copy them back`,
    zh: `以下文件位于分区末尾：${paths.join("、")}${more > 0 ? `，以及另外 ${more} 个` : ""}。请将其复制到别处并删除，运行 adopt 后再复制回来`,
  }),
  inTheWayUnknown: (): Text => ({
    en: "What lies at the end of the partition is a folder or belongs to the file system itself. Copy the files to another place, make the stick anew with lifeboat build, and copy them back",
    zh: "分区末尾的内容是文件夹或文件系统自身的数据。请将文件复制到别处，用 lifeboat build 重新制作 U 盘，再复制回来",
  }),
  ext4Hint: (partition: string): Text => ({
    en: `lifeboat doesn't shrink ext4, which can't be done so that a power cut loses nothing. Shrink it yourself and adopt the stick then: e2fsck -f ${partition} && resize2fs ${partition} SIZE`,
    zh: `lifeboat 不缩小 ext4，因为无法保证断电时不丢失数据。请自行缩小后再运行 adopt：e2fsck -f ${partition} && resize2fs ${partition} 大小`,
  }),
  ventoyGivenUp: (partition: number): Text => ({
    en: `Ventoy doesn't start from this stick any more: its boot code and its core image are replaced. Its partition ${partition} leaves the table; its bytes stay, and the saved file brings Ventoy back`,
    zh: `此 U 盘将不再启动 Ventoy：其启动代码和核心映像会被替换。其分区 ${partition} 将从分区表中移除；内容保留，可用保存的文件恢复 Ventoy`,
  }),
  reservedGivenUp: (partition: number): Text => ({
    en: `Partition ${partition} (Microsoft reserved, always empty) leaves the table`,
    zh: `分区 ${partition}（Microsoft 保留分区，始终为空）将从分区表中移除`,
  }),
  shrinks: (fileSystem: string, before: number, after: number): Text => ({
    en: `The ${fileSystem} file system becomes smaller, ${formatSize(before)} → ${formatSize(after)}; what its files hold is not changed`,
    zh: `${fileSystem} 文件系统将缩小，${formatSize(before)} → ${formatSize(after)}；文件内容不变`,
  }),
  moves: (files: number, bytes: number): Text => ({
    en: `Files and folders that lie where the boot partition has to be are moved within the file system first: ${files}, ${formatSize(bytes)}`,
    zh: `位于启动分区所需位置的文件和文件夹将先在文件系统内移动：${files} 个，${formatSize(bytes)}`,
  }),
  moving: (): Text => ({
    en: "Moving files away from the end of the partition",
    zh: "正在将文件移离分区末尾",
  }),
  movedSome: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} has all its files, starts as before, and can be adopted again`,
    zh: `${reason.zh}。${path} 的文件完好，仍按原方式启动，可以再次运行 adopt`,
  }),
  smallEsp: (bytes: number): Text => ({
    en: `The boot partition has ${formatSize(bytes)} only: kernels of ISOs that lie in several pieces may have no room on it`,
    zh: `启动分区只有 ${formatSize(bytes)}：分散存放的 ISO 的内核可能放不下`,
  }),
  signatureZero: (): Text => ({
    en: "The disk has no MBR signature and gets one",
    zh: "磁盘没有 MBR 签名，将写入一个",
  }),
  changed: (path: string): Text => ({
    en: `${path} has changed since the plan was made`,
    zh: `${path} 在制定计划后发生了变化`,
  }),
  changedHint: (): Text => ({
    en: "See that nothing writes to it, and run lifeboat adopt again",
    zh: "请确认没有程序正在写入，然后重新运行 lifeboat adopt",
  }),
  saved: (file: string, command: string): Text => ({
    en: `What started the stick was saved to ${file}; to bring it back: ${command}`,
    zh: `原有的启动内容已保存到 ${file}；恢复命令：${command}`,
  }),
  writingEsp: (): Text => ({
    en: "Writing the boot partition to where nothing lies",
    zh: "正在空闲位置写入启动分区",
  }),
  shrinking: (): Text => ({
    en: "Making the file system smaller",
    zh: "正在缩小文件系统",
  }),
  switching: (): Text => ({
    en: "Writing the core image, the partition table and the boot code",
    zh: "正在写入核心映像、分区表和启动代码",
  }),
  undoing: (): Text => ({
    en: "Bringing everything back as it was",
    zh: "正在恢复原状",
  }),
  undone: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} is as it was: its files, its partitions, and what started it`,
    zh: `${reason.zh}。${path} 保持原样：文件、分区和启动内容均未改变`,
  }),
  notUndone: (reason: Text, second: Text, path: string): Text => ({
    en: `${reason.en}. And it could not be brought back wholly: ${second.en}. The files on ${path} were not touched`,
    zh: `${reason.zh}。且无法完全恢复：${second.zh}。${path} 上的文件未被改动`,
  }),
  gone: (reason: Text): Text => ({
    en: `${reason.en}. Its files were not touched; it is the old stick or the new one`,
    zh: `${reason.zh}。其中的文件未被改动；它是原来的 U 盘或新的 U 盘`,
  }),
  goneHint: (path: string, command: string): Text => ({
    en: `Plug it in again and run ${commandLine(["lifeboat", "adopt", path])} again; where that says that it is a stick already, ${commandLine(["lifeboat", "verify", path])}. Back to the old one: ${command}`,
    zh: `请重新插入并再次运行 ${commandLine(["lifeboat", "adopt", path])}；若提示已是 lifeboat U 盘，请运行 ${commandLine(["lifeboat", "verify", path])}。若要恢复原状：${command}`,
  }),
  notUndoneHint: (command: string): Text => ({
    en: `Plug it in again and run: ${command}`,
    zh: `请重新插入后运行：${command}`,
  }),
  mismatch: (what: string): Text => ({
    en: `${what}: what was read back is not what was written. The medium is bad, or not as large as it says`,
    zh: `${what}：读回的数据与写入的不同。介质已损坏，或容量虚标`,
  }),
  mismatchHint: (): Text => ({
    en: "Don't trust this stick: copy its files to another one",
    zh: "请勿信任此 U 盘：请将其中的文件复制到其他 U 盘",
  }),
};

const FSCK: Readonly<Record<string, string>> = {
  exfat: "fsck.exfat",
  fat32: "fsck.fat",
  ntfs: "ntfsfix",
  ext4: "e2fsck -f",
};
