/** What the manual says besides the commands. */
import type { FailureKind } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";

export const TITLES = {
  name: { en: "Name", zh: "名称" },
  synopsis: { en: "Synopsis", zh: "用法" },
  description: { en: "Description", zh: "说明" },
  options: { en: "Options of every command", zh: "所有命令的选项" },
  commands: { en: "Commands", zh: "命令" },
  exitStatus: { en: "Exit status", zh: "退出状态" },
  environment: { en: "Environment", zh: "环境变量" },
  files: { en: "Files", zh: "文件" },
  examples: { en: "Examples", zh: "示例" },
  option: { en: "option", zh: "选项" },
  meaning: { en: "meaning", zh: "含义" },
  number: { en: "number", zh: "数值" },
  variable: { en: "variable", zh: "变量" },
} as const satisfies Readonly<Record<string, Text>>;

export const DESCRIPTION: readonly Text[] = [
  {
    en: "lifeboat partitions a USB stick, writes a boot stage that starts on BIOS, UEFI and UEFI with Secure Boot, finds out what each ISO on it is, and boots it.",
    zh: "lifeboat 为 U 盘分区，写入可在 BIOS、UEFI 和开启安全启动的 UEFI 上运行的启动程序，识别其中的每个 ISO 并启动它。",
  },
  {
    en: "A target is a device (/dev/sdb) or the file of a disk image. A stick is a target that lifeboat has built. A size is written like 512M, 8G or 8GiB.",
    zh: "target（目标）是设备（/dev/sdb）或磁盘映像文件。stick 是由 lifeboat 制作的目标。容量写作 512M、8G 或 8GiB。",
  },
  {
    en: "Nothing is written to a disk before what is lost was named and confirmed; the system's disk is always refused.",
    zh: "在列出将丢失的内容并得到确认之前，不会写入任何磁盘；系统盘始终拒绝。",
  },
];

/** By the exit status's kind; `done` is 0. */
export const EXIT_TEXTS: Readonly<Record<FailureKind | "done", Text>> = {
  done: { en: "done", zh: "完成" },
  failed: { en: "it failed", zh: "失败" },
  usage: {
    en: "the command line, or a file that was given, is wrong",
    zh: "命令行或所给文件有误",
  },
  refused: { en: "refused, for safety", zh: "出于安全考虑而拒绝" },
  damaged: { en: "a check found damage", zh: "检查发现损坏" },
  missing: {
    en: "a program or a file of the kit is missing; the message says how to get it",
    zh: "缺少所需的程序或 kit 文件；消息会说明如何获取",
  },
  cancelled: { en: "cancelled", zh: "已取消" },
};

export const VARIABLES: Readonly<Record<string, Text>> = {
  LIFEBOAT_KIT: {
    en: "folder of the kit; default: kit in the folder of LIFEBOAT_CACHE",
    zh: "kit 所在的文件夹；默认为 LIFEBOAT_CACHE 文件夹中的 kit",
  },
  LIFEBOAT_CACHE: {
    en: "folder of what can be made again; default: lifeboat in XDG_CACHE_HOME or ~/.cache",
    zh: "可重新生成的内容所在的文件夹；默认为 XDG_CACHE_HOME 或 ~/.cache 中的 lifeboat",
  },
  LIFEBOAT_STATE: {
    en: "folder of saved partition tables and boot stages; default: lifeboat in XDG_STATE_HOME or ~/.local/state",
    zh: "保存分区表和启动程序备份的文件夹；默认为 XDG_STATE_HOME 或 ~/.local/state 中的 lifeboat",
  },
  LIFEBOAT_DEBUG: {
    en: "where it is set, every program that is started is shown, and errors with their stack",
    zh: "设置后显示所启动的每个程序，以及错误的调用栈",
  },
  "LC_ALL, LC_MESSAGES, LANG": {
    en: "the language, where --lang names none: Chinese where the first that is set begins with zh, else English",
    zh: "未用 --lang 指定时的语言：其中第一个已设置的变量以 zh 开头则为中文，否则为英文",
  },
};

export const FILES: Readonly<Record<string, Text>> = {
  "lifeboat/stick.yaml": {
    en: "on the stick: its settings (docs/settings.md)",
    zh: "位于 U 盘上：U 盘的设置（docs/settings.md）",
  },
  "lifeboat-sync.yaml": {
    en: "in a source of sync: its rules (docs/sync.md)",
    zh: "位于 sync 的源中：同步规则（docs/sync.md）",
  },
};
