import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

const none = (en: string, zh: string) => (): Text => ({ en, zh });

/** How the images of a folder are put in order. */
export const SORT_NAMES: Readonly<Record<"file" | "name" | "size" | "newest", Text>> = {
  file: { en: "by path", zh: "按路径" },
  name: { en: "by name", zh: "按名称" },
  size: { en: "largest first", zh: "大的在前" },
  newest: { en: "newest first", zh: "新的在前" },
};

/** What each setting is called, what it is now, and what it does. */
export const fieldSay = {
  language: none("Language of the menu", "菜单语言"),
  languageUnset: (name: string): Text => ({ en: `as built: ${name}`, zh: `与制作时相同：${name}` }),
  languageNote: none("Of the boot menu and what it says", "启动菜单及其提示的语言"),
  default: none("Starts by default", "默认条目"),
  defaultNote: none(
    "What the cursor is on, and what starts when the time is over",
    "光标所在的条目；到时会自动启动它",
  ),
  defaultTypedNote: none(
    "A pattern: the first image of the menu that fits",
    "模式：菜单中第一个匹配的镜像",
  ),
  firstLine: none("the first line", "第一行"),
  computer: none("this computer's own disk", "本机硬盘"),
  timeout: none("Starts after", "自动启动"),
  timeoutNote: none(
    "Seconds without a key until the default starts; without it the menu waits",
    "无按键多少秒后启动默认条目；不设置则一直等待",
  ),
  waits: none("the menu waits", "一直等待"),
  seconds: (seconds: number): Text => ({
    en: counted(seconds, "second", "seconds"),
    zh: `${seconds} 秒`,
  }),
  timeoutField: none("Seconds:", "秒数："),
  timeoutFieldNote: none("1 to 3600; empty: the menu waits", "1 到 3600；留空则一直等待"),
  folderWay: none("Folders", "文件夹显示方式"),
  folderWays: (way: "flat" | undefined): Text =>
    way === undefined
      ? { en: "are submenus", zh: "子菜单" }
      : { en: "one list of all", zh: "合并为一个列表" },
  folderWayNote: none(
    "Each folder with images a submenu, or all images in one list",
    "每个含镜像的文件夹为一个子菜单，或将所有镜像列在一起",
  ),
  sort: none("Order", "排序"),
  sortNote: none("Folders always by their title", "文件夹始终按名称排序"),
  first: none("Come first", "置顶"),
  firstNote: none("Before all others, in this order", "按此顺序排在其他条目之前"),
  noneFirst: none("Nothing comes first", "没有置顶的条目"),
  hidden: none("Not in the menu", "不在菜单中显示"),
  hiddenNote: none(
    "What these fit isn't shown; lifeboat still knows and checks it",
    "匹配的镜像不显示，但 lifeboat 仍会管理和检查它们",
  ),
  noneHidden: none("Nothing is hidden", "没有隐藏的镜像"),
  images: none("Settings of images", "镜像设置"),
  imagesNote: none(
    "Names, passwords, kernel arguments, answer files, for one image or several",
    "名称、密码、内核参数、应答文件，可用于一个或多个镜像",
  ),
  folders: none("Settings of folders", "文件夹设置"),
  foldersNote: none(
    "What their submenus are called, and who may open them",
    "子菜单名称及打开权限",
  ),
  noFolders: none("No folder has images in it", "没有含镜像的文件夹"),
  accounts: none("Users and passwords", "用户和密码"),
  accountsNote: none("Who may start what at the boot menu", "在启动菜单中谁可以启动什么"),
  noUsers: none("No passwords yet", "尚未设置密码"),
  superuser: none("Superuser", "超级用户"),
  menuUsers: none("Password for the menu", "进入菜单的密码"),
  menuUsersNote: none(
    "Nobody sees the menu without one of these, or a superuser's",
    "没有其中之一或超级用户的密码，就看不到菜单",
  ),
  everybody: none("none", "无"),
  asksNobody: none("No password is asked for.", "不要求密码。"),
  asksThese: none(
    "One of these passwords is asked for, or a superuser's.",
    "需要其中任一密码，或超级用户的密码。",
  ),
  users: none("Password", "密码"),
  pattern: none("Path or pattern:", "路径或模式："),
  patternNote: none(
    "Like /linux, /linux/debian*.iso, *.iso, memtest*",
    "例如 /linux、/linux/debian*.iso、*.iso、memtest*",
  ),
  entryPattern: none("Entry:", "条目："),
  entryPatternNote: none(
    "Its title, or a pattern for titles: *safe*",
    "条目标题，或标题的模式：*safe*",
  ),
  title: none("Name in the menu", "菜单名称"),
  titleNote: none("What the boot menu calls it", "启动菜单中显示的名称"),
  titleField: none("Name:", "名称："),
  titleFieldNote: none("Empty: its own name again", "留空则恢复自身名称"),
  hide: none("Shown", "显示"),
  hiding: (hide: boolean | undefined): Text =>
    hide === undefined
      ? { en: "as usual", zh: "默认" }
      : hide
        ? { en: "no: hidden", zh: "否：隐藏" }
        : { en: "yes, in a hidden folder too", zh: "是，即使文件夹已隐藏" },
  hideNote: none("Whether the boot menu has it", "是否出现在启动菜单中"),
  comesFirst: none("Comes first", "置顶"),
  append: none("Kernel arguments added", "添加的内核参数"),
  appendNote: none(
    "For all its Linux entries: console=ttyS0",
    "用于其所有 Linux 条目：console=ttyS0",
  ),
  appendField: none("Arguments:", "参数："),
  appendFieldNote: none(
    "As on a kernel command line; empty: none",
    "写法与内核命令行相同；留空则不添加",
  ),
  drop: none("Kernel arguments left out", "去除的内核参数"),
  dropNote: none("A name like quiet; it may end in *", "参数名，例如 quiet；可以 * 结尾"),
  argument: none("Argument:", "参数："),
  noneDropped: none("All of them stay", "不去除任何参数"),
  ownLoader: none("Starts by its own loader", "使用自带引导程序"),
  ownLoaderNote: none(
    "On 64-bit UEFI by the shim and the GRUB that it brings (docs/secure-boot.md)",
    "在 64 位 UEFI 上使用其自带的 shim 和 GRUB（docs/secure-boot.md）",
  ),
  entries: none("Its entries", "条目"),
  entriesNote: none(
    "Single entries: another name, hidden, a password",
    "单个条目：改名、隐藏、密码",
  ),
  unattended: none("Answer files", "应答文件"),
  unattendedNote: none(
    "preseed, kickstart, autoinstall, AutoYaST: each an entry of its own",
    "preseed、kickstart、autoinstall、AutoYaST：各为一个条目",
  ),
  unattendedTitleNote: none(
    "Of its entry; empty: by the file's name",
    "条目名称；留空则使用文件名",
  ),
  noneUnattended: none("No answer files", "没有应答文件"),
  inject: none("Unpacked into the initrd", "解包到 initrd"),
  injectNote: none(
    "A folder or an archive (tar, cpio, zip) of the stick",
    "U 盘上的文件夹或归档（tar、cpio、zip）",
  ),
  noneInjected: none("Nothing is unpacked into it", "没有要解包的内容"),
  files: none("Files of the initrd replaced", "替换 initrd 中的文件"),
  filesNote: none(
    "Below /run/lifeboat the running system sees them",
    "放在 /run/lifeboat 下的文件可在运行的系统中看到",
  ),
  noneReplaced: none("No file is replaced", "没有要替换的文件"),
  onStick: none("On the stick:", "U 盘上："),
  onStickNote: none(
    "A path from the root on: /answers/a.cfg",
    "从根目录开始的路径：/answers/a.cfg",
  ),
  inInitrd: none("In the initrd:", "initrd 中："),
  inInitrdNote: none("A path like /etc/motd", "路径，例如 /etc/motd"),
  fits: (count: number): Text =>
    count === 0
      ? { en: "fits no image", zh: "没有匹配的镜像" }
      : { en: `fits ${count}`, zh: `匹配 ${count} 个` },
};
