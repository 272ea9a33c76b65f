import type { Text } from "../system/text.ts";

export const say = {
  noPassword: (): Text => ({ en: "There is no password", zh: "没有输入密码" }),
  noPasswordHint: (): Text => ({
    en: "Type one, or give it as the first line of standard input",
    zh: "请输入密码，或将其作为标准输入的第一行提供",
  }),
  notTypable: (longest: number): Text => ({
    en: `GRUB's prompt takes ASCII letters, digits and signs only, and at most ${longest} of them`,
    zh: `GRUB 的提示符只接受 ASCII 字母、数字和符号，且最多 ${longest} 个`,
  }),
  notTypableHint: (): Text => ({
    en: "Take another password; letters and digits that are in the same place on every keyboard are best",
    zh: "请换一个密码；最好使用在各种键盘上位置相同的字母和数字",
  }),
  moved: (): Text => ({
    en: "This file has moved or was replaced: run lifeboat refresh on this stick.",
    zh: "此文件已移动或被替换：请对本 U 盘运行 lifeboat refresh。",
  }),
  unsigned: (): Text => ({
    en: "This program is not signed, and Secure Boot is on. Turn Secure Boot off in the firmware settings to start it.",
    zh: "该程序没有签名，而安全启动已开启。请在固件设置中关闭安全启动后再启动它。",
  }),
  otherVendor: (): Text => ({
    en: "This kernel is signed with a key that this stick's shim does not trust. Turn Secure Boot off to start it.",
    zh: "该内核的签名密钥不被本 U 盘的 shim 信任。请关闭安全启动后再启动它。",
  }),
  noWay: (): Text => ({
    en: "No way to start this file from this stick is known. lifeboat scan says more.",
    zh: "尚无从此 U 盘启动该文件的方法。lifeboat scan 可显示更多信息。",
  }),
  noEntry: (): Text => ({ en: "what is wrong with it", zh: "查看问题" }),
  tools: (): Text => ({ en: "Tools", zh: "工具" }),
  computer: (): Text => ({ en: "This computer", zh: "本机" }),
  memoryTest: (): Text => ({ en: "Test the memory (memtest86+)", zh: "内存测试 (memtest86+)" }),
  networkBoot: (): Text => ({ en: "Boot from the network (iPXE)", zh: "从网络启动 (iPXE)" }),
  checkImages: (): Text => ({
    en: "Check the files on this stick (SHA-256)",
    zh: "校验此 U 盘上的文件 (SHA-256)",
  }),
  checkOne: (title: string): Text => ({ en: `Check ${title}`, zh: `校验 ${title}` }),
  hashing: (): Text => ({
    en: "Reading the whole file: this takes a minute or more for each GiB …",
    zh: "正在读取整个文件：每 GiB 需要一分钟或更久……",
  }),
  same: (): Text => ({
    en: "The file is as it was when it was put on this stick.",
    zh: "该文件与放入此 U 盘时完全一致。",
  }),
  differs: (): Text => ({
    en: "The file is NOT as it was when it was put on this stick, or could not be read. Remove it and add it again.",
    zh: "该文件与放入此 U 盘时不一致，或无法读取。请将其移除后重新添加。",
  }),
  ventoyBack: (): Text => ({
    en: "Ventoy starts this image. Press Esc until Ventoy's own list is there, and choose in it:",
    zh: "此镜像由 Ventoy 启动。请按 Esc 直到回到 Ventoy 自己的列表，然后在其中选择：",
  }),
  ventoyChoose: (): Text => ({
    en: "Ventoy starts this image. Its menu opens next; choose in it:",
    zh: "此镜像由 Ventoy 启动。接下来会打开 Ventoy 的菜单，请在其中选择：",
  }),
  ventoyMissing: (): Text => ({
    en: "This entry hands over to Ventoy, and the file that starts Ventoy isn't on this stick:",
    zh: "此条目要转交给 Ventoy，但本 U 盘上没有启动 Ventoy 的文件：",
  }),
  ventoyFailed: (): Text => ({
    en: "Ventoy could not be started from this file:",
    zh: "无法用此文件启动 Ventoy：",
  }),
  localDisk: (): Text => ({
    en: "Start from this computer's own disk",
    zh: "从本机硬盘启动",
  }),
  firmwareSettings: (): Text => ({ en: "Firmware settings", zh: "固件设置" }),
  restart: (): Text => ({ en: "Restart", zh: "重新启动" }),
  powerOff: (): Text => ({ en: "Power off", zh: "关机" }),
  noIsos: (): Text => ({
    en: "No ISOs yet: copy some onto the stick and run lifeboat refresh",
    zh: "尚无 ISO：请将 ISO 复制到 U 盘并运行 lifeboat refresh",
  }),
  newIsos: (): Text => ({
    en: "Look for ISOs copied since the last refresh",
    zh: "查找上次刷新之后复制的 ISO",
  }),
  newNone: (): Text => ({
    en: "No new ISO in the first three levels of folders",
    zh: "前三层文件夹中没有新的 ISO",
  }),
  newUnknown: (): Text => ({
    en: "The menu itself doesn't know how to start this ISO: run lifeboat refresh, which can look into it",
    zh: "菜单本身不知道如何启动此 ISO：请运行 lifeboat refresh，它能查看其内容",
  }),
  newDamaged: (): Text => ({
    en: "This file can't be opened as an ISO. Was it copied whole?",
    zh: "无法将此文件作为 ISO 打开。它是否已完整复制？",
  }),
  newNeedsRefresh: (): Text => ({
    en: "This system needs a file that only lifeboat can prepare: run lifeboat refresh on this stick, then it is in the main menu.",
    zh: "该系统需要一个只有 lifeboat 才能准备的文件：请对本 U 盘运行 lifeboat refresh，之后它会出现在主菜单中。",
  }),
  newOwnMenu: (): Text => ({
    en: "Its own boot menu (if it doesn't find its medium: lifeboat refresh)",
    zh: "它自带的启动菜单（若找不到介质：请运行 lifeboat refresh）",
  }),
  newLocked: (fileSystem: string): Text => ({
    en: `Secure Boot is on, and the signed GRUB can't read ${fileSystem}: run lifeboat refresh, or turn Secure Boot off`,
    zh: `安全启动已开启，而已签名的 GRUB 无法读取 ${fileSystem}：请运行 lifeboat refresh，或关闭安全启动`,
  }),
  newUnreadable: (fileSystem: string): Text => ({
    en: `GRUB can't read this stick's data partition (${fileSystem}): run lifeboat refresh`,
    zh: `GRUB 无法读取本 U 盘的数据分区（${fileSystem}）：请运行 lifeboat refresh`,
  }),
  /** GRUB puts the seconds in. */
  startsIn: (): Text => ({
    en: "The selected entry starts in %d s; any key stops this",
    zh: "%d 秒后启动所选条目；按任意键停止倒计时",
  }),
  help: (): Text => ({
    en: "Arrows: choose   Enter: start   Esc: back   E: edit   C: GRUB console",
    zh: "方向键：选择   回车：启动   Esc：返回   E：编辑   C：GRUB 命令行",
  }),
};
