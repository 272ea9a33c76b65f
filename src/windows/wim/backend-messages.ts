import type { Text } from "../../system/text.ts";

/** What is said while a program works on the contents of a WIM, and of what it could not do. */
export const backendSay = {
  unpacking: (): Text => ({ en: "Unpacking the image", zh: "正在解压映像" }),
  creatingFiles: (): Text => ({ en: "Creating files", zh: "正在创建文件" }),
  applyingMetadata: (): Text => ({
    en: "Setting attributes, times and security descriptors",
    zh: "正在设置属性、时间和安全描述符",
  }),
  packing: (): Text => ({ en: "Packing the image", zh: "正在压缩映像" }),
  verifying: (): Text => ({
    en: "Unpacking and checking the contents",
    zh: "正在解压并校验内容",
  }),
  checkingIntegrity: (): Text => ({
    en: "Checking the WIM against its integrity table",
    zh: "正在按完整性表校验 WIM",
  }),
  makingIntegrity: (): Text => ({
    en: "Making the integrity table",
    zh: "正在生成完整性表",
  }),
  applying: (): Text => ({ en: "Applying the image", zh: "正在应用映像" }),
  mounting: (): Text => ({ en: "Mounting the image", zh: "正在装载映像" }),
  unmounting: (): Text => ({
    en: "Unmounting the image",
    zh: "正在卸载映像",
  }),
  noSpace: (target: string): Text => ({
    en: `There is no room left on ${target}`,
    zh: `${target} 空间不足`,
  }),
  noSpaceHint: (): Text => ({
    en: "Take a larger volume: Windows needs what the image unpacks to and some GB more",
    zh: "请使用更大的卷：Windows 需要映像解压后的大小再加数 GB",
  }),
  noNtfs: (): Text => ({
    en: "This wimlib-imagex was built without NTFS-3G, so it can't write to an NTFS volume",
    zh: "此 wimlib-imagex 编译时未包含 NTFS-3G，无法写入 NTFS 卷",
  }),
  noNtfsHint: (name: string): Text => ({
    en: `Install the one of your distribution: sudo apt-get install ${name} (Fedora: wimlib-utils, Arch: wimlib)`,
    zh: `请安装发行版自带的版本：sudo apt-get install ${name}（Fedora：wimlib-utils，Arch：wimlib）`,
  }),
  noNtfsOnMacos: (): Text => ({
    en: "Homebrew builds it without on macOS: do this step on Linux, or in a Linux virtual machine",
    zh: "macOS 上 Homebrew 的版本不含该功能：请在 Linux 或 Linux 虚拟机中执行此步骤",
  }),
  notNtfs: (target: string, reason: string): Text => ({
    en: `${target} can't be opened as an NTFS volume: ${reason}`,
    zh: `无法将 ${target} 作为 NTFS 卷打开：${reason}`,
  }),
  notNtfsHint: (): Text => ({
    en: "It must be an NTFS volume that is not mounted and was closed cleanly",
    zh: "它必须是未挂载且已正常关闭的 NTFS 卷",
  }),
  imageUnknown: (path: string): Text => ({
    en: `${path} has no image of that number`,
    zh: `${path} 中没有该编号的映像`,
  }),
  partMissing: (path: string): Text => ({
    en: `${path} is a part of a split WIM, and another part is missing`,
    zh: `${path} 是拆分 WIM 的一部分，缺少其他部分`,
  }),
  pathMissing: (path: string): Text => ({
    en: `The image has no file ${path}`,
    zh: `映像中没有文件 ${path}`,
  }),
  readOnly: (path: string): Text => ({
    en: `${path} is marked as read-only, or is a part of a split WIM`,
    zh: `${path} 标记为只读，或是拆分 WIM 的一部分`,
  }),
  needsPermission: (target: string): Text => ({
    en: `${target} may not be written to`,
    zh: `没有写入 ${target} 的权限`,
  }),
  needsPermissionHint: (): Text => ({
    en: "Run lifeboat as administrator (sudo) for devices; image files need no more than the right to write them",
    zh: "操作设备时请以管理员身份（sudo）运行 lifeboat；映像文件只需写权限",
  }),
  damaged: (path: string, reason: string): Text => ({
    en: `${path} is damaged: ${reason}`,
    zh: `${path} 已损坏：${reason}`,
  }),
  failed: (program: string, code: number, reason: string): Text => ({
    en: `${program} failed (exit ${code}): ${reason}`,
    zh: `${program} 失败（退出码 ${code}）：${reason}`,
  }),
  badName: (name: string): Text => ({
    en: `wimlib-imagex can't be told of a file with this name: ${JSON.stringify(name)}`,
    zh: `无法向 wimlib-imagex 传递此文件名：${JSON.stringify(name)}`,
  }),
  badPath: (path: string): Text => ({
    en: `An image can't have a file of this name: ${JSON.stringify(path)}`,
    zh: `映像中不能有此名称的文件：${JSON.stringify(path)}`,
  }),
  notAFolder: (path: string): Text => ({ en: `${path} is no folder`, zh: `${path} 不是文件夹` }),
  notAVolume: (path: string): Text => ({
    en: `${path} is neither a block device nor an image file`,
    zh: `${path} 既不是块设备也不是映像文件`,
  }),
  exists: (path: string): Text => ({ en: `${path} exists already`, zh: `${path} 已存在` }),
  wimNotFound: (path: string): Text => ({
    en: `There is no file ${path}`,
    zh: `没有文件 ${path}`,
  }),
  notFound: (path: string): Text => ({
    en: `DISM doesn't find ${path}, or the folder that it was to use`,
    zh: `DISM 找不到 ${path} 或要使用的文件夹`,
  }),
  writeProtected: (target: string): Text => ({
    en: `${target} is write-protected`,
    zh: `${target} 有写保护`,
  }),
  writeProtectedHint: (): Text => ({
    en: "Look for a switch on the stick, or clear the attribute: diskpart, attributes disk clear readonly",
    zh: "请检查 U 盘上的写保护开关，或清除属性：diskpart，attributes disk clear readonly",
  }),
  notOnDism: (): Text => ({
    en: "On Windows an image is applied to a drive with a letter, not to a volume that isn't mounted",
    zh: "在 Windows 上映像须应用到带盘符的驱动器，而不是未装载的卷",
  }),
  stillMounted: (folder: string): Text => ({
    en: `The image is still mounted at ${folder}`,
    zh: `映像仍装载在 ${folder}`,
  }),
  stillMountedHint: (folder: string): Text => ({
    en: `Close the programs that use it, and run: dism /Unmount-Image /MountDir:${folder} /Discard. Where that fails as well: dism /Cleanup-Mountpoints`,
    zh: `请关闭占用它的程序，然后运行：dism /Unmount-Image /MountDir:${folder} /Discard；若仍失败：dism /Cleanup-Mountpoints`,
  }),
  linkInside: (path: string): Text => ({
    en: `${path} leads through a link in the image, which may lead out of it`,
    zh: `${path} 经过映像中的链接，可能指向映像之外`,
  }),
  linkInsideHint: (): Text => ({
    en: "Name the file by its real place in the image",
    zh: "请使用该文件在映像中的实际位置",
  }),
  notMountable: (path: string): Text => ({
    en: `DISM can't open files in ${path}: it mounts no ESD and no part of a split WIM`,
    zh: `DISM 无法打开 ${path} 中的文件：它不能装载 ESD 或拆分 WIM 的一部分`,
  }),
  notMountableHint: (): Text => ({
    en: "Make a .wim of the image first: dism /Export-Image … /Compress:max",
    zh: "请先将映像导出为 .wim：dism /Export-Image … /Compress:max",
  }),
};
