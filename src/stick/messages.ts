import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import { counted } from "../system/text.ts";

/** What the main job says to people. */
export const say = {
  tooSmall: (size: number, needed: number): Text => ({
    en: `The target holds ${formatSize(size)}; this stick needs at least ${formatSize(needed)}`,
    zh: `目标容量为 ${formatSize(size)}；该 U 盘至少需要 ${formatSize(needed)}`,
  }),
  tooSmallHint: (): Text => ({
    en: "Take a larger stick, or fewer ISOs, or a smaller --windows-size",
    zh: "请使用更大的 U 盘，或减少 ISO，或减小 --windows-size",
  }),
  mbrTooLarge: (): Text => ({
    en: "An MBR table reaches 2 TiB only",
    zh: "MBR 分区表最多支持 2 TiB",
  }),
  mbrTooLargeHint: (): Text => ({ en: "Use --scheme gpt", zh: "请使用 --scheme gpt" }),
  isoTooLargeForFs: (name: string, fs: string): Text => ({
    en: `${name} is too large for ${fs}, which holds files below 4 GiB only`,
    zh: `${name} 对 ${fs} 来说过大，该文件系统只能存放小于 4 GiB 的文件`,
  }),
  isoTooLargeHint: (): Text => ({
    en: "Build the stick with --fs exfat, ntfs or ext4",
    zh: "请用 --fs exfat、ntfs 或 ext4 制作 U 盘",
  }),
  badLabel: (label: string): Text => ({
    en: `"${label}" can't be the stick's label`,
    zh: `“${label}”不能作为 U 盘卷标`,
  }),
  badLabelHint: (): Text => ({
    en: "Take 1 to 11 letters, digits, spaces, or . _ -",
    zh: "请使用 1 到 11 个字母、数字、空格或 . _ -",
  }),
  noTarget: (path: string): Text => ({
    en: `${path} does not exist`,
    zh: `${path} 不存在`,
  }),
  noTargetHint: (): Text => ({
    en: "To make an image file, say how large: --size 8G. To see the disks: lifeboat disks",
    zh: "要创建映像文件，请指定大小：--size 8G。查看磁盘：lifeboat disks",
  }),
  sizeOnDevice: (path: string): Text => ({
    en: `--size is for image files; ${path} is a device`,
    zh: `--size 仅用于映像文件；${path} 是设备`,
  }),
  noSuchSource: (path: string, reason: Text): Text => ({
    en: `Can't read ${path}: ${reason.en}`,
    zh: `无法读取 ${path}：${reason.zh}`,
  }),
  notAFile: (path: string): Text => ({
    en: `${path} is not a file`,
    zh: `${path} 不是文件`,
  }),
  sourceIsTarget: (path: string): Text => ({
    en: `${path} is the target itself: it can't be copied into it`,
    zh: `${path} 就是目标本身：无法复制到其中`,
  }),
  twiceTheSameName: (name: string): Text => ({
    en: `Two of the files would both be named ${name} on the stick`,
    zh: `有两个文件在 U 盘上会同名：${name}`,
  }),
  renameHint: (): Text => ({
    en: "Rename one of them, or add them one by one with --to FOLDER",
    zh: "请重命名其中之一，或用 --to 文件夹 分别添加",
  }),
  identityChanged: (path: string): Text => ({
    en: `${path} is not the disk that the plan was made for any more`,
    zh: `${path} 已不是制定计划时的那块磁盘`,
  }),
  identityChangedHint: (): Text => ({
    en: "Look at `lifeboat disks` and plan again; nothing was written",
    zh: "请查看 `lifeboat disks` 并重新计划；尚未写入任何内容",
  }),
  targetAppeared: (path: string): Text => ({
    en: `There is a file ${path} now, which wasn't there when the plan was made; it is kept`,
    zh: `现在已有文件 ${path}，而制定计划时它并不存在；该文件予以保留`,
  }),
  targetAppearedHint: (): Text => ({
    en: "Choose another name, or move that file away",
    zh: "请换一个名称，或移走该文件",
  }),
  formatting: (fs: string): Text => ({
    en: `Formatting the data partition (${fs})`,
    zh: `正在格式化数据分区（${fs}）`,
  }),
  writingStage: (): Text => ({ en: "Writing the boot stage", zh: "正在写入启动程序" }),
  writingMenu: (): Text => ({ en: "Writing the menu", zh: "正在写入菜单" }),
  writingTable: (): Text => ({ en: "Writing the partition table", zh: "正在写入分区表" }),
  verifying: (): Text => ({ en: "Reading back and checking", zh: "正在读回并校验" }),
  copying: (name: string): Text => ({ en: `Copying ${name}`, zh: `正在复制 ${name}` }),
  readingBack: (name: string): Text => ({ en: `Reading back ${name}`, zh: `正在读回 ${name}` }),
  copyingSmall: (count: number): Text => ({
    en: `Copying ${counted(count, "small file", "small files")}`,
    zh: `正在复制 ${count} 个小文件`,
  }),
  readingBackSmall: (count: number): Text => ({
    en: `Reading back ${counted(count, "small file", "small files")}`,
    zh: `正在读回 ${count} 个小文件`,
  }),
  flushing: (name: string): Text => ({
    en: `Flushing ${name} to the medium`,
    zh: `正在将 ${name} 写回介质`,
  }),
  scanning: (name: string): Text => ({ en: `Looking at ${name}`, zh: `正在分析 ${name}` }),
  renamed: (from: string, to: string): Text => ({
    en: `${from} can't be stored under this name and is called ${to} on the stick`,
    zh: `${from} 无法以此名称存放，在 U 盘上命名为 ${to}`,
  }),
  recipeMistake: ({ file, line, text }: { file: string; line: number; text: string }): Text => ({
    en: `Mistake in your recipe lifeboat/recipes/${file}, line ${line}: ${text}. It is left out; the others stay in force`,
    zh: `您的配方 lifeboat/recipes/${file} 第 ${line} 行有错误：${text}。该配方被忽略，其他配方仍然有效`,
  }),
  recipeTooLarge: (file: string): Text => ({
    en: `Your recipe lifeboat/recipes/${file} is too large to be one; it is left out`,
    zh: `您的配方 lifeboat/recipes/${file} 过大，不可能是配方；已被忽略`,
  }),
  recipeUnreadable: (file: string): Text => ({
    en: `Your recipe lifeboat/recipes/${file} can't be read, or isn't UTF-8 text; it is left out`,
    zh: `您的配方 lifeboat/recipes/${file} 无法读取，或不是 UTF-8 文本；已被忽略`,
  }),
  recipesUnreadable: (reason: Text): Text => ({
    en: `The folder lifeboat/recipes on the stick can't be read: ${reason.en}`,
    zh: `无法读取 U 盘上的 lifeboat/recipes 文件夹：${reason.zh}`,
  }),
  inPieces: (name: string, pieces: number): Text => ({
    en: `${name} lies in ${pieces} pieces; its kernel and initrd were copied to the ESP so that it boots all the same`,
    zh: `${name} 分成 ${pieces} 段；已将其内核和 initrd 复制到 ESP，仍可启动`,
  }),
  inPiecesUnbootable: (name: string, pieces: number): Text => ({
    en: `${name} lies in ${pieces} pieces and can't be started so. Remove it and add it again with lifeboat add`,
    zh: `${name} 分成 ${pieces} 段，无法启动。请将其移除后用 lifeboat add 重新添加`,
  }),
  unreadable: (name: string): Text => ({
    en: `${name} can't be read: the file system has lost track of it. Copy it there again`,
    zh: `无法读取 ${name}：文件系统中该文件的记录已损坏。请重新复制`,
  }),
  badMedium: (name: string, reason: Text): Text => ({
    en: `${name} can't be read from the stick (${reason.en}). Check the stick with lifeboat test-media, and copy the file there again`,
    zh: `无法从 U 盘读取 ${name}（${reason.zh}）。请用 lifeboat test-media 检查 U 盘，并重新复制该文件`,
  }),
  notAddressable: (name: string): Text => ({
    en: `${name} has holes or is compressed on the stick; it can't be started. Copy it there again`,
    zh: `${name} 在 U 盘上有空洞或被压缩，无法启动。请重新复制`,
  }),
  noHookFiles: (name: string): Text => ({
    en: `A driver that the system on ${name} lacks at its start could not be copied to the ESP, so it can't be started`,
    zh: `无法将 ${name} 启动时所缺的驱动复制到 ESP，因此无法启动`,
  }),
  notCopied: (name: string): Text => ({
    en: `${name} is started from a copy on the ESP, and could not be copied there: the ESP has no room left, or the file can't be read`,
    zh: `${name} 需从 ESP 上的副本启动，但无法复制：ESP 空间不足，或文件无法读取`,
  }),
  espFull: (name: string): Text => ({
    en: `There is no room on the ESP for what must be copied there of ${name}`,
    zh: `ESP 上没有空间存放 ${name} 所需的副本`,
  }),
  mismatch: (name: string, offset: number): Text => ({
    en: `${name}: what was read back at ${offset} is not what was written. The medium is bad, or not as large as it says`,
    zh: `${name}：偏移 ${offset} 处读回的数据与写入的不同。介质已损坏，或容量虚标`,
  }),
  mismatchHint: (): Text => ({
    en: "Don't trust this stick: use another one",
    zh: "请勿信任此 U 盘：请更换",
  }),
  notAStick: (path: string): Text => ({
    en: `${path} is not a stick made by lifeboat`,
    zh: `${path} 不是 lifeboat 制作的 U 盘`,
  }),
  notAStickHint: (): Text => ({
    en: "Make one: lifeboat build",
    zh: "请先制作：lifeboat build",
  }),
  badManifest: (where: string, reason: string): Text => ({
    en: `The stick's ${where} can't be read: ${reason}`,
    zh: `无法读取 U 盘上的 ${where}：${reason}`,
  }),
  otherBootStage: (where: string, kind: string): Text => ({
    en: `The stick's ${where} is damaged: it says that the boot stage is "${kind}", and the partitions say that it isn't`,
    zh: `U 盘上的 ${where} 已损坏：其中记录的启动程序为“${kind}”，与分区不符`,
  }),
  newerFormat: (format: number): Text => ({
    en: `This stick has format ${format}, made by a newer lifeboat`,
    zh: `此 U 盘的格式版本为 ${format}，由更新版本的 lifeboat 制作`,
  }),
  newerFormatHint: (): Text => ({ en: "Update lifeboat", zh: "请更新 lifeboat" }),
  existsOnStick: (name: string): Text => ({
    en: `${name} is on the stick already`,
    zh: `U 盘上已有 ${name}`,
  }),
  existsOnStickHint: (): Text => ({
    en: "Remove it first, or put the new one in its place with --replace",
    zh: "请先移除，或用 --replace 替换",
  }),
  noSuchIso: (name: string): Text => ({
    en: `There is no ${name} on the stick`,
    zh: `U 盘上没有 ${name}`,
  }),
  noSuchIsoHint: (): Text => ({
    en: "lifeboat inspect lists what is on it",
    zh: "lifeboat inspect 可列出其中的内容",
  }),
  severalIsos: (name: string): Text => ({
    en: `${name} is in more than one folder of the stick`,
    zh: `U 盘的多个文件夹中都有 ${name}`,
  }),
  severalIsosHint: (): Text => ({
    en: "Say which by its path, as lifeboat inspect shows it",
    zh: "请按 lifeboat inspect 显示的路径指定",
  }),
  biosSkipped: (): Text => ({
    en: "This disk has sectors of 4096 bytes: a BIOS can't start from it, UEFI can",
    zh: "该磁盘扇区为 4096 字节：BIOS 无法从它启动，UEFI 可以",
  }),
  cancelledImage: (path: string): Text => ({
    en: `Cancelled; the unfinished ${path} was removed`,
    zh: `已取消；未完成的 ${path} 已删除`,
  }),
  cancelledReplacing: (path: string): Text => ({
    en: `Cancelled; ${path} is as it was, and what was unfinished is removed`,
    zh: `已取消；${path} 保持原样，未完成的部分已删除`,
  }),
  cancelledDevice: (path: string): Text => ({
    en: `Cancelled; ${path} has no partition table now. Build it again before you use it`,
    zh: `已取消；${path} 现在没有分区表。使用前请重新制作`,
  }),
  cancelledUntouched: (path: string): Text => ({
    en: `Cancelled; nothing was written to ${path}`,
    zh: `已取消；未向 ${path} 写入任何内容`,
  }),
  failedDevice: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} has no partition table now: build it again before you use it`,
    zh: `${reason.zh}。${path} 现在没有分区表：使用前请重新制作`,
  }),
  goneWhileBuilt: (reason: Text): Text => ({
    en: `${reason.en}. It is no stick yet: there is at most a part of one on it`,
    zh: `${reason.zh}。它还不是可用的 U 盘：其上至多只有一部分内容`,
  }),
  goneWhileBuiltHint: (): Text => ({
    en: "Plug it in again and run lifeboat build again",
    zh: "请重新插入并再次运行 lifeboat build",
  }),
  goneWhileAdded: (reason: Text, added: readonly string[], missing: readonly string[]): Text => ({
    en: `${reason.en}. The menu is the one from before.${added.length > 0 ? ` Whole on the stick: ${added.join(", ")}.` : ""} Not finished: ${missing.join(", ")}`,
    zh: `${reason.zh}。菜单保持原样。${added.length > 0 ? `U 盘上已完整的文件：${added.join("、")}。` : ""}未完成的文件：${missing.join("、")}`,
  }),
  goneWhileRefreshed: (reason: Text): Text => ({
    en: `${reason.en}. It has the old menu or the new one, and either is whole`,
    zh: `${reason.zh}。U 盘上是旧菜单或新菜单，两者都是完整的`,
  }),
  goneHint: (): Text => ({
    en: "Plug it in again and run lifeboat verify --fix: it says what is missing and mends what can be mended",
    zh: "请重新插入并运行 lifeboat verify --fix：它会说明缺少什么并修复可修复的部分",
  }),
  cancelledAdd: (): Text => ({
    en: "Cancelled; the stick is as it was, with what had been added completely",
    zh: "已取消；U 盘保持原样，已完整添加的文件保留",
  }),
  savedTables: (path: string, command: string): Text => ({
    en: `The old partition tables were saved to ${path}; to bring them back: ${command}`,
    zh: `旧分区表已保存到 ${path}；恢复命令：${command}`,
  }),
  noRoom: (wanted: number, free: number): Text => ({
    en: `The files need ${formatSize(wanted)}, and the stick has ${formatSize(free)} free`,
    zh: `这些文件需要 ${formatSize(wanted)}，而 U 盘只剩 ${formatSize(free)}`,
  }),
  noRoomHint: (): Text => ({
    en: "Remove some ISOs first: lifeboat remove",
    zh: "请先移除一些 ISO：lifeboat remove",
  }),
  noSuchEntry: (name: string): Text => ({
    en: `The menu has no entry "${name}"`,
    zh: `菜单中没有“${name}”条目`,
  }),
  entryHint: (): Text => ({
    en: "lifeboat boot STICK --list shows them",
    zh: "lifeboat boot U盘 --list 可列出所有条目",
  }),
  folderMissing: (path: string): Text => ({
    en: `The stick has no folder ${path}`,
    zh: `U 盘上没有文件夹 ${path}`,
  }),
  folderMissingHint: (path: string): Text => ({
    en: `${path} is no folder, so that none can be made there. Name another folder`,
    zh: `${path} 不是文件夹，无法在该处新建文件夹。请指定其他文件夹`,
  }),
};
