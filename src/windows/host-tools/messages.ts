import type { Text } from "../../system/text.ts";

/** What is said while Windows' own tools work, and about what they say. Names from outside are quoted as JSON. */
export const say = {
  cleaning: (): Text => ({ en: "Erasing the disk's partition table", zh: "正在清除磁盘分区表" }),
  checkingReserved: (): Text => ({
    en: "Looking for a reserved partition made by itself",
    zh: "正在检查自动创建的保留分区",
  }),
  partitioning: (): Text => ({ en: "Making partitions", zh: "正在创建分区" }),
  letters: (): Text => ({ en: "Giving the partitions letters", zh: "正在分配驱动器号" }),
  applying: (): Text => ({ en: "Applying the Windows image", zh: "正在应用 Windows 映像" }),
  addingDrivers: (): Text => ({ en: "Adding drivers", zh: "正在添加驱动程序" }),
  offlineUnattend: (): Text => ({
    en: "Setting what the answer file says for the image",
    zh: "正在按应答文件设置映像",
  }),
  bootFiles: (): Text => ({ en: "Writing Windows' boot files", zh: "正在写入 Windows 启动文件" }),
  noRecovery: (): Text => ({ en: "Switching automatic repair off", zh: "正在关闭自动修复" }),
  unattend: (): Text => ({
    en: "Writing the answer file for the first start",
    zh: "正在写入首次启动的应答文件",
  }),
  letterAway: (): Text => ({
    en: "Taking the system partition's letter away",
    zh: "正在移除系统分区的驱动器号",
  }),

  notADisk: (path: string): Text => ({
    en: `${quoted(path)} isn't a disk of this computer, such as \\\\.\\PhysicalDrive3`,
    zh: `${quoted(path)} 不是本机磁盘，例如 \\\\.\\PhysicalDrive3`,
  }),
  letter: (letter: string): Text => ({
    en: `${quoted(letter)} can't be a drive's letter: D to Z`,
    zh: `${quoted(letter)} 不能用作驱动器号：应为 D 到 Z`,
  }),
  sameLetters: (letter: string): Text => ({
    en: `Both partitions would have the letter ${letter}`,
    zh: `两个分区的驱动器号都是 ${letter}`,
  }),
  label: (label: string): Text => ({
    en: `${quoted(label)} can't be the label: 1 to 32 letters A to Z, digits, spaces, - and _`,
    zh: `${quoted(label)} 不能用作卷标：1 到 32 个字母、数字、空格、- 和 _`,
  }),
  locale: (locale: string): Text => ({
    en: `${quoted(locale)} is no language tag such as de-DE or zh-CN`,
    zh: `${quoted(locale)} 不是 de-DE、zh-CN 这样的语言标记`,
  }),
  path: (path: string): Text => ({
    en: `${quoted(path)} can't be given to Windows' tools: a whole path is needed, with a drive letter or \\\\server\\share, of at most 259 characters`,
    zh: `${quoted(path)} 不能交给 Windows 的工具：需要带驱动器号或 \\\\服务器\\共享 的完整路径，最长 259 个字符`,
  }),
  number: (value: number): Text => ({
    en: `${value} is no number that counts from 1`,
    zh: `${value} 不是从 1 开始的编号`,
  }),
  samePartition: (number: number): Text => ({
    en: `Partition ${number} can't be both: the system partition and Windows'`,
    zh: `分区 ${number} 不能既是系统分区又是 Windows 分区`,
  }),
  systemTooSmall: (size: number, least: number): Text => ({
    en: `A system partition of ${size} MiB can't be made: at least ${least}`,
    zh: `不能创建 ${size} MiB 的系统分区：至少 ${least} MiB`,
  }),
  systemTooLarge: (size: number, most: number): Text => ({
    en: `A system partition of ${size} MiB can't be made: Windows makes FAT32 of at most ${most}`,
    zh: `不能创建 ${size} MiB 的系统分区：Windows 创建的 FAT32 最大为 ${most} MiB`,
  }),
  biosFromGpt: (): Text => ({
    en: "A BIOS doesn't start Windows from a disk with GPT: choose MBR, or UEFI",
    zh: "BIOS 不能从 GPT 磁盘启动 Windows：请选择 MBR 或 UEFI",
  }),

  hostUnreadable: (): Text => ({
    en: "PowerShell gave an answer about this Windows that makes no sense",
    zh: "PowerShell 关于本机 Windows 的回答无法理解",
  }),
  notElevated: (): Text => ({
    en: "Windows' tools for disks and images need administrator rights",
    zh: "Windows 的磁盘和映像工具需要管理员权限",
  }),
  notElevatedHint: (): Text => ({
    en: "Start the terminal with 'Run as administrator' and run lifeboat there",
    zh: "请用“以管理员身份运行”打开终端，再在其中运行 lifeboat",
  }),
  removableOldHost: (): Text => ({
    en: "This Windows makes only one partition on a stick that calls itself removable",
    zh: "此 Windows 在标记为可移动的 U 盘上只能创建一个分区",
  }),
  removableOldHostHint: (): Text => ({
    en: "Use Windows 10 version 1703 or later, another stick, or lifeboat under Linux",
    zh: "请使用 Windows 10 1703 或更高版本、另一个 U 盘，或在 Linux 下使用 lifeboat",
  }),
  bootexOldHost: (version: string): Text => ({
    en: `This Windows' bcdboot (${version}) can't write the boot files of Windows UEFI CA 2023: that takes 10.0.26100`,
    zh: `此 Windows 的 bcdboot（${version}）不能写入 Windows UEFI CA 2023 的启动文件：需要 10.0.26100`,
  }),
  bootexOldHostHint: (): Text => ({
    en: "Use Windows 11 version 24H2 or later, or lifeboat under Linux",
    zh: "请使用 Windows 11 24H2 或更高版本，或在 Linux 下使用 lifeboat",
  }),
  noBootexFiles: (): Text => ({
    en: "The image has no boot files signed by Windows UEFI CA 2023 (\\Windows\\Boot\\EFI_EX): the usual ones are written",
    zh: "映像中没有由 Windows UEFI CA 2023 签名的启动文件（\\Windows\\Boot\\EFI_EX）：写入通常的启动文件",
  }),
  letterTaken: (letter: string): Text => ({
    en: `The drive letter ${letter} is in use: choose another one`,
    zh: `驱动器号 ${letter} 已被占用：请换一个`,
  }),
  diskGone: (path: string): Text => ({
    en: `${path} isn't the disk any more that the plan was made for`,
    zh: `${path} 已不是制定计划时的磁盘`,
  }),
  partitionChanged: (path: string, number: number): Text => ({
    en: `Partition ${number} of ${path} isn't the one any more that the plan was made for`,
    zh: `${path} 的分区 ${number} 已不是制定计划时的分区`,
  }),
  sourceOnDisk: (source: string, path: string): Text => ({
    en: `${source} lies on ${path}, where it would be erased before it is read`,
    zh: `${source} 位于 ${path} 上，会在读取之前被清除`,
  }),
  sourceOnDiskHint: (): Text => ({
    en: "Copy the image and the drivers to another disk first; a mounted ISO lies where its file lies",
    zh: "请先将映像和驱动程序复制到其他磁盘；已装载的 ISO 位于其文件所在之处",
  }),
  letterStays: (letter: string): Text => ({
    en: `The system partition keeps the drive letter ${letter}: mountvol ${letter}: /D takes it away`,
    zh: `系统分区仍保留驱动器号 ${letter}：可用 mountvol ${letter}: /D 移除`,
  }),
  formatting: (): Text => ({
    en: "Formatting the Windows partition",
    zh: "正在格式化 Windows 分区",
  }),
  systemDisk: (path: string): Text => ({
    en: `Windows runs from ${path}: it is never written to`,
    zh: `Windows 正从 ${path} 运行：绝不会写入`,
  }),
  notEmpty: (path: string): Text => ({
    en: `After it was erased, ${path} has partitions that nobody made: another program works on it`,
    zh: `清除之后 ${path} 上出现了来历不明的分区：有其他程序正在使用它`,
  }),

  imageMissing: (path: string): Text => ({
    en: `There is no Windows image ${path}, or a part of it is missing`,
    zh: `找不到 Windows 映像 ${path}，或缺少其一部分`,
  }),
  imageMissingHint: (): Text => ({
    en: "It is sources\\install.wim, .esd or .swm on the ISO; a mounted ISO may have lost its drive letter",
    zh: "它是 ISO 中的 sources\\install.wim、.esd 或 .swm；已装载的 ISO 可能失去了驱动器号",
  }),
  imageUnknown: (path: string, index: number): Text => ({
    en: `The image ${path} has no edition with the index ${index}`,
    zh: `映像 ${path} 中没有索引为 ${index} 的版本`,
  }),
  imageUnknownHint: (): Text => ({
    en: "lifeboat inspect lists its editions",
    zh: "用 lifeboat inspect 列出其中的版本",
  }),
  notAnImage: (path: string): Text => ({
    en: `${path} is no Windows image`,
    zh: `${path} 不是 Windows 映像`,
  }),
  imageDamaged: (path: string): Text => ({
    en: `The image ${path} is damaged, or encrypted as some .esd files are`,
    zh: `映像 ${path} 已损坏，或像某些 .esd 文件那样被加密`,
  }),
  imageDamagedHint: (): Text => ({
    en: "Compare the ISO's checksum with Microsoft's and download it again",
    zh: "请将 ISO 的校验和与微软公布的比较，并重新下载",
  }),
  driversMissing: (path: string): Text => ({
    en: `There are no drivers (.inf) in ${path}`,
    zh: `${path} 中没有驱动程序（.inf）`,
  }),
  accessDenied: (tool: string): Text => ({
    en: `Windows denied ${tool} access`,
    zh: `Windows 拒绝了 ${tool} 的访问`,
  }),
  accessDeniedHint: (): Text => ({
    en: "Run lifeboat as administrator; close what uses the stick; see whether a virus scanner or a group policy forbids writing to removable disks",
    zh: "请以管理员身份运行 lifeboat；关闭正在使用该 U 盘的程序；并查看杀毒软件或组策略是否禁止写入可移动磁盘",
  }),
  writeProtected: (path: string): Text => ({
    en: `${path} is write-protected`,
    zh: `${path} 处于写保护状态`,
  }),
  writeProtectedHint: (): Text => ({
    en: "Look for a switch on the stick; a stick without one that does this is worn out. In diskpart: attributes disk clear readonly",
    zh: "请检查 U 盘上的写保护开关；没有开关却如此的 U 盘已损耗。也可在 diskpart 中执行：attributes disk clear readonly",
  }),
  mediumFailed: (tool: string, words: string): Text => ({
    en: `${tool} could not read or write a medium: ${words}`,
    zh: `${tool} 无法读写介质：${words}`,
  }),
  mediumFailedHint: (): Text => ({
    en: "Another port or cable may help; lifeboat test-media tells whether the stick is sound",
    zh: "可换一个接口或数据线；lifeboat test-media 可检测 U 盘是否完好",
  }),
  inUse: (tool: string, words: string): Text => ({
    en: `${tool} found a file in use: ${words}`,
    zh: `${tool} 发现文件正被使用：${words}`,
  }),
  inUseHint: (): Text => ({
    en: "Close the programs that have the stick or the image open, the Explorer's windows too",
    zh: "请关闭打开着 U 盘或映像的程序，包括资源管理器窗口",
  }),
  noSpace: (tool: string): Text => ({
    en: `There isn't room enough for what ${tool} was to do`,
    zh: `空间不足，${tool} 无法完成操作`,
  }),
  noSpaceHint: (): Text => ({
    en: "A Windows takes 20 GB and more, compressed somewhat less. Use a larger stick or partition",
    zh: "Windows 需要 20 GB 以上，压缩后略少。请使用更大的 U 盘或分区",
  }),
  optionUnknown: (tool: string, words: string): Text => ({
    en: `${tool} does not take what it was given: ${words}`,
    zh: `${tool} 不接受给它的参数：${words}`,
  }),
  notSupported: (tool: string, words: string): Text => ({
    en: `This Windows' ${tool} can't do that with this image: ${words}`,
    zh: `此 Windows 的 ${tool} 不能对该映像执行此操作：${words}`,
  }),
  hostTooOldHint: (): Text => ({
    en: "Use a computer whose Windows is as new as the image, or lifeboat under Linux",
    zh: "请使用 Windows 版本不低于该映像的电脑，或在 Linux 下使用 lifeboat",
  }),
  unsignedDriver: (words: string): Text => ({
    en: `A driver isn't signed, or not for this image: ${words}`,
    zh: `某个驱动程序没有签名，或不适用于此映像：${words}`,
  }),
  unsignedDriverHint: (): Text => ({
    en: "Take it out of the folder, or get the signed one from its maker",
    zh: "请将其移出文件夹，或向厂商获取已签名的版本",
  }),
  toolMissing: (tool: string): Text => ({
    en: `This Windows has no ${tool}`,
    zh: `此 Windows 没有 ${tool}`,
  }),
  failed: (tool: string, exitCode: number, words: string): Text => ({
    en: `${tool} failed (${exitCodeText(exitCode)}): ${words}`,
    zh: `${tool} 失败（${exitCodeText(exitCode)}）：${words}`,
  }),
  failedHint: (tool: string): Text =>
    tool === "dism"
      ? {
          en: "Its log says more: %SystemRoot%\\Logs\\DISM\\dism.log",
          zh: "详情见其日志：%SystemRoot%\\Logs\\DISM\\dism.log",
        }
      : {
          en: "What was written so far is of no use: begin again once the cause is gone",
          zh: "目前写入的内容无法使用：请排除原因后重新开始",
        },
};

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function exitCodeText(code: number): string {
  return code > 0xffff || code < 0 ? `0x${(code >>> 0).toString(16)}` : String(code);
}
