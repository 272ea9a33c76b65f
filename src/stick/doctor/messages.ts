import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

export const say = {
  groupComputer: (): Text => ({ en: "Computer", zh: "计算机" }),
  groupPrograms: (): Text => ({ en: "Programs", zh: "程序" }),
  groupKit: (): Text => ({ en: "Boot files (kit)", zh: "启动文件（kit）" }),
  groupTryOut: (): Text => ({ en: "Trying sticks out in QEMU", zh: "在 QEMU 中试启动" }),
  groupTerminal: (): Text => ({ en: "Terminal", zh: "终端" }),

  nodeFix: (oldest: string): Text => ({
    en: `Install Node.js ${oldest} or later`,
    zh: `请安装 Node.js ${oldest} 或更高版本`,
  }),
  everything: (): Text => ({ en: "everything", zh: "所有功能" }),

  platform: (name: string): Text => ({ en: `System: ${name}`, zh: `系统：${name}` }),
  devicesAndImages: (): Text => ({ en: "devices and image files", zh: "设备和映像文件" }),
  platformUntested: (): Text => ({
    en: "lifeboat was never tested on this system; image files are the safe way",
    zh: "lifeboat 从未在此系统上测试；使用映像文件较为稳妥",
  }),
  platformUnknown: (): Text => ({
    en: "Disks can't be listed on this system; image files work",
    zh: "此系统上无法列出磁盘；映像文件可用",
  }),

  root: (): Text => ({ en: "Permissions: root", zh: "权限：root" }),
  noDisks: (): Text => ({
    en: "Permissions: no disk is here that could be opened",
    zh: "权限：没有可打开的磁盘",
  }),
  mayOpen: (count: number): Text => ({
    en: `Permissions: each of the disks (${count}) may be opened`,
    zh: `权限：所有磁盘（${count} 个）均可打开`,
  }),
  mayNotOpen: (paths: string): Text => ({
    en: `Permissions: may not be opened: ${paths}`,
    zh: `权限：无法打开：${paths}`,
  }),
  noNode: (paths: string): Text => ({
    en: `Permissions: listed, but not in /dev: ${paths}`,
    zh: `权限：已列出但不在 /dev 中：${paths}`,
  }),
  writingDevices: (): Text => ({ en: "writing to real sticks", zh: "写入真实的 U 盘" }),
  mayNotOpenFix: (): Text => ({
    en: "Run lifeboat with sudo for devices; image files need no root",
    zh: "操作设备时请用 sudo 运行 lifeboat；映像文件不需要 root",
  }),
  noNodeFix: (): Text => ({
    en: "In a container, hand the device over when it is started; image files work",
    zh: "在容器中请于启动时传入设备；映像文件可用",
  }),

  folder: (path: string, free: string): Text => ({
    en: `Folder ${path}: ${free} free`,
    zh: `文件夹 ${path}：可用空间 ${free}`,
  }),
  folderReadOnly: (path: string): Text => ({
    en: `Folder ${path}: can't be written to`,
    zh: `文件夹 ${path}：无法写入`,
  }),
  cacheFor: (): Text => ({ en: "collecting the kit", zh: "收集 kit" }),
  stateFor: (): Text => ({
    en: "saving partition tables and boot stages before they are changed",
    zh: "在更改前保存分区表和启动程序",
  }),
  folderFullFix: (needed: string, variable: string): Text => ({
    en: `Make room (${needed} are enough), or name another folder in ${variable}`,
    zh: `请腾出空间（${needed} 即可），或用 ${variable} 指定其他文件夹`,
  }),
  folderReadOnlyFix: (variable: string): Text => ({
    en: `Name a folder of yours in ${variable}`,
    zh: `请用 ${variable} 指定您自己的文件夹`,
  }),

  programMissing: (name: string): Text => ({
    en: `${name} is not installed`,
    zh: `未安装 ${name}`,
  }),
  programFails: (name: string, reason: string): Text => ({
    en: `${name} can't be run: ${reason}`,
    zh: `无法运行 ${name}：${reason}`,
  }),
  installFix: (name: string): Text => ({
    en: `sudo apt-get install ${name}`,
    zh: `请运行 sudo apt-get install ${name}`,
  }),
  ofTheSystem: (): Text => ({
    en: "It belongs to the system: look whether the PATH is complete",
    zh: "它属于操作系统：请检查 PATH 是否完整",
  }),

  forListing: (): Text => ({
    en: "finding disks, and what is mounted of them",
    zh: "查找磁盘及其挂载情况",
  }),
  forFlushing: (): Text => ({
    en: "reading back from a device what was written",
    zh: "从设备读回写入的内容",
  }),
  forUdevEvents: (): Text => ({
    en: "waiting until udev has seen new partitions",
    zh: "等待 udev 识别新分区",
  }),
  forReread: (): Text => ({
    en: "showing new partitions to the system at once",
    zh: "让系统立即识别新分区",
  }),
  forUdev: (): Text => ({
    en: "keeping desktops away from a stick that is being written",
    zh: "写入时避免桌面环境干扰 U 盘",
  }),
  forUnmounting: (): Text => ({ en: "--unmount", zh: "选项 --unmount" }),
  forBusy: (): Text => ({
    en: "naming the programs that keep a stick busy",
    zh: "指出正在占用 U 盘的程序",
  }),
  forExt4: (): Text => ({
    en: "ext4: build --fs ext4, persistence files",
    zh: "ext4：build --fs ext4、持久化文件",
  }),
  forWindowsImages: (): Text => ({
    en: "what is in WIM, ESD and SWM images (Windows To Go, Windows PE)",
    zh: "WIM、ESD、SWM 映像的内容（Windows To Go、Windows PE）",
  }),
  homebrewFix: (): Text => ({
    en: "brew install wimlib; on macOS it can't write to NTFS volumes",
    zh: "请运行 brew install wimlib；在 macOS 上它无法写入 NTFS 卷",
  }),
  forKitBuild: (): Text => ({ en: "kit build", zh: "命令 kit build" }),

  kit: (count: number, shim: string, folder: string): Text => ({
    en: `${counted(count, "file", "files")}, shim-signed ${shim}, in ${folder}`,
    zh: `${count} 个文件，shim-signed ${shim}，位于 ${folder}`,
  }),
  forSticks: (): Text => ({
    en: "build, clone, upgrade",
    zh: "命令 build、clone、upgrade",
  }),

  kvm: (): Text => ({ en: "KVM", zh: "KVM 硬件虚拟化" }),
  noKvm: (): Text => ({ en: "KVM can't be used here", zh: "无法使用 KVM" }),
  kvmFix: (): Text => ({
    en: "Try-outs work, but slowly. On a real machine: enable virtualization in its firmware, and join the group kvm",
    zh: "仍可试启动，但较慢。若是物理机，请在固件中启用虚拟化，并加入 kvm 组",
  }),
  forSpeed: (): Text => ({ en: "boot at full speed", zh: "全速运行 boot" }),
  window: (): Text => ({ en: "A window can be shown", zh: "可以显示窗口" }),
  noWindow: (): Text => ({ en: "No window can be shown", zh: "无法显示窗口" }),
  noWindowFix: (): Text => ({
    en: "Use boot --headless with --expect or --screenshot, or start it in a graphical session",
    zh: "请使用 boot --headless 并配合 --expect 或 --screenshot，或在图形会话中运行",
  }),
  forBoot: (): Text => ({ en: "boot", zh: "命令 boot" }),
  forFirmware: (firmware: string): Text => ({
    en: `boot --firmware ${firmware}`,
    zh: `命令 boot --firmware ${firmware}`,
  }),
  firmware: (firmware: string, path: string): Text => ({
    en: `Firmware ${firmware}: ${path}`,
    zh: `固件 ${firmware}：${path}`,
  }),

  noTerminal: (): Text => ({
    en: "Output goes to a file or another program",
    zh: "输出到文件或其他程序",
  }),
  size: (columns: number, rows: number): Text => ({
    en: `${columns} columns, ${rows} rows`,
    zh: `${columns} 列，${rows} 行`,
  }),
  sizeFix: (columns: number, rows: number): Text => ({
    en: `Make it ${columns} by ${rows} or larger`,
    zh: `请调整到 ${columns}×${rows} 或更大`,
  }),
  forReading: (): Text => ({ en: "tables and progress in whole lines", zh: "完整显示表格和进度" }),
  noColours: (): Text => ({ en: "No colours", zh: "不显示颜色" }),
  colours: (count: string): Text => ({ en: `${count} colours`, zh: `${count} 种颜色` }),
  forColours: (): Text => ({ en: "colours", zh: "颜色显示" }),
  utf8: (locale: string): Text => ({ en: `UTF-8 (${locale})`, zh: `UTF-8 编码（${locale}）` }),
  noUtf8: (locale: string): Text => ({
    en: `The locale is not UTF-8: ${locale}`,
    zh: `语言区域不是 UTF-8：${locale}`,
  }),
  utf8Fix: (): Text => ({
    en: "Set LANG to one in UTF-8, such as C.UTF-8 or zh_CN.UTF-8",
    zh: "请将 LANG 设为 UTF-8 区域，例如 C.UTF-8 或 zh_CN.UTF-8",
  }),
  forNames: (): Text => ({
    en: "names of files that aren't ASCII, and Chinese",
    zh: "显示非 ASCII 文件名和中文",
  }),
};
