import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

export const stickSay = {
  help: (): Text => ({
    en: "The bar shows where each image lies. Enter on an image says all about it and can take it away. New images that were copied to the stick by other programs come into the menu by Refresh.",
    zh: "条形图显示各镜像的位置。对镜像按 Enter 可查看详情或将其删除。用其他程序复制到 U 盘的新镜像，需“刷新”后才会出现在菜单中。",
  }),
  reading: (): Text => ({ en: "Reading the stick …", zh: "正在读取 U 盘……" }),
  stick: (): Text => ({ en: "Stick", zh: "U 盘" }),
  about: (what: string, free: string): Text => ({
    en: `${what}, ${free} free`,
    zh: `${what}，剩余 ${free}`,
  }),
  data: (free: number | undefined): Text =>
    free === undefined
      ? { en: "data (can't be read)", zh: "数据（无法读取）" }
      : { en: "data", zh: "数据" },
  boot: (): Text => ({ en: "boot stage", zh: "引导部分" }),
  images: (count: number): Text => ({ en: `Images (${count})`, zh: `镜像（${count}）` }),
  noImages: (): Text => ({ en: "No images yet", zh: "尚无镜像" }),
  inPieces: (what: string, count: number): Text => ({
    en: `${what}: in ${count} pieces; it starts all the same, a little slower`,
    zh: `${what}：分为 ${count} 段；仍可启动，只是稍慢`,
  }),
  add: (): Text => ({ en: "Add images", zh: "添加镜像" }),
  addNote: (): Text => ({
    en: "Copies them in, reads them back, and puts them in the menu",
    zh: "复制镜像、读回比较并加入菜单",
  }),
  refresh: (): Text => ({ en: "Refresh", zh: "刷新" }),
  refreshNote: (): Text => ({
    en: "Finds what other programs changed on the stick, and makes the menu anew",
    zh: "查找其他程序对 U 盘所做的更改并重新生成菜单",
  }),
  verify: (): Text => ({ en: "Check", zh: "检查" }),
  verifyNote: (): Text => ({
    en: "Tables, file systems, boot stage, menu, where each image lies. Writes nothing",
    zh: "检查分区表、文件系统、引导部分、菜单及各镜像位置。不写入任何内容",
  }),
  verifyDeep: (): Text => ({ en: "Check all", zh: "全面检查" }),
  verifyDeepNote: (): Text => ({
    en: "The same, and reads and hashes every image: as long as reading the stick takes",
    zh: "除上述检查外，还读取并校验每个镜像，耗时等于读取整个 U 盘",
  }),
  tryIt: (): Text => ({ en: "Try in QEMU", zh: "在 QEMU 中试用" }),
  tryNote: (): Text => ({
    en: "Starts it in a virtual machine; nothing is written to it",
    zh: "在虚拟机中启动；不会向其写入任何内容",
  }),
  more: (): Text => ({ en: "More", zh: "更多" }),
  moreNote: (): Text => ({
    en: "What is done now and then: copies, following a folder, the boot stage, the medium",
    zh: "不常用的操作：复制、跟随文件夹、引导部分、介质",
  }),
  moreHelp: (): Text => ({
    en: "What is done to a stick now and then. With the cursor on a line, it says what it does and what it leaves alone.",
    zh: "不常用的 U 盘操作。将光标移到某行，可查看该操作做什么、不动什么。",
  }),
  upgrade: (): Text => ({ en: "Upgrade", zh: "升级" }),
  upgradeNote: (): Text => ({
    en: "The boot stage of the present kit; images aren't touched, and the old one is saved",
    zh: "更新为当前 kit 的引导部分；不改动镜像，并保存旧的引导部分",
  }),
  stopUpgrade: (): Text => ({
    en: "Stop? The stick keeps its old boot stage or has the new one; it starts either way.",
    zh: "要停止吗？U 盘将保留旧的引导部分或使用新的，无论如何都能启动。",
  }),
  upgraded: (): Text => ({
    en: "The stick has the boot stage of the present kit",
    zh: "U 盘已更新为当前 kit 的引导部分",
  }),
  savedTo: (path: string): Text => ({
    en: `The old one is in ${path}; lifeboat restore-boot brings it back`,
    zh: `旧的保存在 ${path}；可用 lifeboat restore-boot 恢复`,
  }),
  upToDate: (): Text => ({
    en: "It has the boot stage of the present kit already; nothing was written",
    zh: "已是当前 kit 的引导部分；未写入任何内容",
  }),
  rename: (): Text => ({ en: "Name in the menu", zh: "菜单名称" }),
  renameNote: (): Text => ({
    en: "What the menu calls it; the file keeps its name",
    zh: "菜单中显示的名称；文件名不变",
  }),
  renameAbout: (): Text => ({
    en: "What should the boot menu call this image? The stick's settings (lifeboat/stick.yaml) keep the answer.",
    zh: "启动菜单中应如何称呼此镜像？答案保存在 U 盘的设置（lifeboat/stick.yaml）中。",
  }),
  title: (): Text => ({ en: "Name:", zh: "名称：" }),
  titleNote: (): Text => ({
    en: "Enter takes it; empty is the image's own name",
    zh: "按 Enter 采用；留空则使用镜像自身的名称",
  }),
  persistence: (): Text => ({ en: "Persistence", zh: "持久化" }),
  persistenceNote: (): Text => ({
    en: "A file on the stick in which the live system keeps its changes",
    zh: "在 U 盘上建立文件，保存 Live 系统的更改",
  }),
  hasPersistence: (): Text => ({ en: "It keeps its changes already", zh: "已启用持久化" }),
  persistenceAbout: (): Text => ({
    en: "How much room may the system's changes take? The menu gets an entry with them, and keeps the one without.",
    zh: "系统的更改可占用多大空间？菜单会新增带持久化的条目，并保留原有条目。",
  }),
  persistenceSize: (): Text => ({ en: "Size:", zh: "大小：" }),
  enterMakesIt: (): Text => ({ en: "Enter makes the file", zh: "按 Enter 创建文件" }),
  persistenceMade: (size: string): Text => ({
    en: `Its changes are kept in a file of ${size}`,
    zh: `更改将保存在 ${size} 的文件中`,
  }),
  testMedia: (): Text => ({ en: "Test the medium", zh: "检测介质" }),
  testMediaNote: (): Text => ({
    en: "Whether it holds what it says, and how fast it is",
    zh: "检测容量是否属实以及速度如何",
  }),
  isoHelp: (): Text => ({
    en: "What the image is, on which machines it starts, and what the menu has of it.",
    zh: "显示镜像的内容、可启动的机器以及菜单中的条目。",
  }),
  entries: (count: number): Text => ({
    en: `In the menu (${count})`,
    zh: `菜单条目（${count}）`,
  }),
  reallyRemove: (path: string): Text => ({
    en: `Take ${path} off the stick? It is deleted there.`,
    zh: `要从 U 盘删除 ${path} 吗？`,
  }),
  keep: (): Text => ({ en: "Keep it", zh: "保留" }),
  removeIt: (): Text => ({ en: "Delete it", zh: "删除" }),
  remove: (): Text => ({ en: "Remove …", zh: "删除……" }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  what: (): Text => ({ en: "What it is", zh: "内容" }),
  startsOn: (): Text => ({ en: "Starts on", zh: "可启动于" }),
  size: (): Text => ({ en: "Size", zh: "大小" }),
  pieces: (): Text => ({ en: "Pieces", zh: "段数" }),
  volume: (): Text => ({ en: "Volume", zh: "卷标" }),
  adding: (count: number): Text => ({
    en: `Adding ${counted(count, "image", "images")}`,
    zh: `正在添加 ${count} 个镜像`,
  }),
  added: (count: number): Text => ({
    en: `${counted(count, "file is", "files are")} on the stick, read back and compared`,
    zh: `${count} 个文件已写入 U 盘并读回比较`,
  }),
  stopAdding: (): Text => ({
    en: "Stop? Images that are done stay and are in the menu; the one in hand is left out. The stick is whole.",
    zh: "要停止吗？已完成的镜像会保留并加入菜单，正在复制的将被舍弃。U 盘保持完整。",
  }),
  stopChange: (): Text => ({
    en: "Stop? The stick keeps its old menu or has the new one; it is whole either way.",
    zh: "要停止吗？U 盘将保留旧菜单或使用新菜单，无论如何都是完整的。",
  }),
  changeHelp: (): Text => ({
    en: "Ctrl-C asks whether to stop. The menu changes by one sector: the stick starts its old menu or its new one.",
    zh: "按 Ctrl-C 会询问是否停止。菜单以单个扇区切换：U 盘启动的要么是旧菜单，要么是新菜单。",
  }),
  removing: (): Text => ({ en: "Removing", zh: "正在删除" }),
  removed: (path: string): Text => ({
    en: `${path} is off the stick`,
    zh: `已从 U 盘删除 ${path}`,
  }),
  nothingChanged: (): Text => ({
    en: "Nothing changed; nothing was written",
    zh: "没有变化；未写入任何内容",
  }),
  menuHas: (entries: number): Text => ({
    en: `The menu has ${counted(entries, "entry that starts", "entries that start")} an image`,
    zh: `菜单中有 ${entries} 个可启动镜像的条目`,
  }),
  tryHelp: (): Text => ({
    en: "Starts the stick in QEMU. Whatever the machine writes goes to a temporary file, never to the stick.",
    zh: "在 QEMU 中启动 U 盘。虚拟机写入的内容只进入临时文件，绝不会写入 U 盘。",
  }),
  tryAbout: (): Text => ({
    en: "Which kind of machine should start it?",
    zh: "要用哪种机器启动？",
  }),
  firmware: (): Text => ({ en: "Firmware", zh: "固件" }),
  starting: (): Text => ({
    en: "The machine runs. In a window, close it when you have seen enough",
    zh: "虚拟机正在运行。若有窗口，看完后请关闭",
  }),
  stopMachine: (): Text => ({
    en: "Switch the machine off? Nothing of the stick is changed.",
    zh: "要关闭虚拟机吗？U 盘不会有任何改变。",
  }),
  tried: (seconds: number): Text => ({
    en: `It started; ${seconds.toFixed(0)} s`,
    zh: `已启动；用时 ${seconds.toFixed(0)} 秒`,
  }),
  noMenu: (seconds: number): Text => ({
    en: `No menu within ${seconds.toFixed(0)} s; this is what is on its screen:`,
    zh: `${seconds.toFixed(0)} 秒内未出现菜单；屏幕内容如下：`,
  }),
};
