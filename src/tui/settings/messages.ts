import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

/** What the pages say, and what their buttons and lines do. */
export const settingsSay = {
  title: (): Text => ({ en: "Settings", zh: "设置" }),
  help: (): Text => ({
    en: "How the stick's menu looks and who may use it (lifeboat/stick.yaml). Enter on a line changes it, or opens it. Nothing is written before Save; comments in the file stay.",
    zh: "设置 U 盘菜单的外观和使用权限（lifeboat/stick.yaml）。在某一行按 Enter 可更改或打开该项。选择“保存”之前不会写入任何内容；文件中的注释会保留。",
  }),
  open: (): Text => ({ en: "Settings", zh: "设置" }),
  openNote: (): Text => ({
    en: "How the menu looks, what starts by itself, folders, passwords",
    zh: "菜单外观、自动启动项、文件夹和密码",
  }),
  openImageNote: (): Text => ({
    en: "Kernel arguments, passwords, answer files, what goes into its initrd",
    zh: "内核参数、密码、应答文件以及注入 initrd 的内容",
  }),
  reading: (): Text => ({ en: "Reading the settings …", zh: "正在读取设置……" }),
  save: (): Text => ({ en: "Save …", zh: "保存……" }),
  saveTitle: (): Text => ({ en: "Save", zh: "保存" }),
  saveNote: (): Text => ({
    en: "Shows what changes, writes it and makes the menu anew",
    zh: "显示更改内容，写入并重新生成菜单",
  }),
  theText: (): Text => ({ en: "The file", zh: "文件内容" }),
  theTextNote: (): Text => ({
    en: "The text as it would be written; your own editor can be used on it",
    zh: "显示将写入的文本；可用您自己的编辑器修改",
  }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
  hasMistakes: (): Text => ({
    en: "The file has mistakes in it. Until they are mended the stick keeps its last good settings, and nothing can be saved.",
    zh: "文件中有错误。更正之前，U 盘沿用上次正确的设置，且无法保存。",
  }),
  mistakeAt: (line: number, { en, zh }: Text): Text =>
    line === 0 ? { en, zh } : { en: `Line ${line}: ${en}`, zh: `第 ${line} 行：${zh}` },
  unsaved: (path: string): Text => ({
    en: `Settings of ${path} are changed and not saved. Leave all the same?`,
    zh: `${path} 的设置已更改但未保存。仍要退出吗？`,
  }),
  leave: (): Text => ({
    en: "These changes are not saved; nothing of them is on the stick.",
    zh: "以下更改尚未保存，未写入 U 盘。",
  }),
  lose: (): Text => ({ en: "Throw them away", zh: "放弃更改" }),
  stay: (): Text => ({ en: "Go on", zh: "继续编辑" }),
  changes: (count: number): Text => ({
    en: counted(count, "change", "changes"),
    zh: `${count} 处更改`,
  }),
  wholeFile: (): Text => ({
    en: "The file as it was had mistakes in it: all that is in force now comes from the new one.",
    zh: "原文件中有错误，因此新文件将整体生效。",
  }),
  onlyComments: (): Text => ({
    en: "Only comments and layout differ.",
    zh: "仅注释和排版不同。",
  }),
  willBeWritten: (path: string): Text => ({
    en: `This is written to lifeboat/stick.yaml on ${path}, and the menu is made from it:`,
    zh: `以下更改将写入 ${path} 上的 lifeboat/stick.yaml，并据此重新生成菜单：`,
  }),
  saveHelp: (): Text => ({
    en: "Writes the file, then does what Refresh does. Files of images aren't touched.",
    zh: "写入文件，然后执行与“刷新”相同的操作。不会改动镜像文件。",
  }),
  write: (): Text => ({ en: "Write it", zh: "写入" }),
  stopSaving: (): Text => ({
    en: "Stop? The file may have the changes already while the menu is the old one; Refresh then brings them into it. The stick is whole either way.",
    zh: "要停止吗？文件可能已更改而菜单仍是旧的，之后“刷新”即可生效。无论如何 U 盘都是完整的。",
  }),
  written: (): Text => ({ en: "The settings are on the stick", zh: "设置已写入 U 盘" }),
  menuHas: (entries: number): Text => ({
    en: `The menu has ${counted(entries, "entry that starts", "entries that start")} an image`,
    zh: `菜单中有 ${entries} 个可启动镜像的条目`,
  }),
  menuStays: (): Text => ({
    en: "The menu is as it was: nothing of it changes",
    zh: "菜单无需改变，保持原样",
  }),
  textHelp: (): Text => ({
    en: "docs/settings.md describes every key. Your editor (VISUAL or EDITOR) works on a copy; what it saves is checked here, and written by Save only.",
    zh: "各项说明见 docs/settings.md。您的编辑器（VISUAL 或 EDITOR）修改的是副本；保存后在此检查，只有选择“保存”才会写入 U 盘。",
  }),
  editWith: (editor: string): Text => ({
    en: `Edit with ${editor}`,
    zh: `用 ${editor} 编辑`,
  }),
  editNote: (): Text => ({
    en: "On a copy: the stick isn't touched before Save",
    zh: "编辑的是副本：“保存”之前不会改动 U 盘",
  }),
  editorFailed: (editor: string, exitCode: number): Text => ({
    en: `${editor} ended with ${exitCode}; its text was thrown away`,
    zh: `${editor} 以退出码 ${exitCode} 结束；其文本已丢弃`,
  }),
  editorFailedHint: (): Text => ({
    en: "EDITOR says which editor to use; or change a copy by hand: lifeboat settings STICK > stick.yaml, then --from stick.yaml",
    zh: "可用 EDITOR 指定编辑器；也可手工修改副本：lifeboat settings U盘 > stick.yaml，然后使用 --from stick.yaml",
  }),
  take: (): Text => ({ en: "Take it", zh: "采用" }),
  formHelp: (): Text => ({
    en: "Enter in the last field takes it over; Esc goes back without it. Nothing is written to the stick yet.",
    zh: "在最后一个字段按 Enter 采用；按 Esc 放弃并返回。此时尚未写入 U 盘。",
  }),
  add: (): Text => ({ en: "Add …", zh: "添加……" }),
  typeIt: (): Text => ({ en: "Type it …", zh: "手动输入……" }),
  earlier: (): Text => ({ en: "Up", zh: "上移" }),
  later: (): Text => ({ en: "Down", zh: "下移" }),
  remove: (): Text => ({ en: "Take it out", zh: "移除" }),
  removeRule: (): Text => ({ en: "Take these settings out", zh: "移除这些设置" }),
  removeRuleNote: (): Text => ({
    en: "All that the file says under this name; the images stay",
    zh: "删除文件中此名称下的全部设置；不影响镜像",
  }),
  patternsHelp: (): Text => ({
    en: "Paths of images and folders, or patterns: with a / from the root on, without one a name; * ? and [ ] stand for parts of it.",
    zh: "镜像和文件夹的路径，或模式：含 / 时从根目录算起，不含 / 时按名称；* ? 和 [ ] 表示可变部分。",
  }),
  defaultHelp: (): Text => ({
    en: "What the cursor of the boot menu is on, and what starts by itself after the timeout.",
    zh: "启动菜单光标所在的条目；若设置了等待时间，到时会自动启动它。",
  }),
  foldersHelp: (): Text => ({
    en: "Folders with images in them are submenus of the boot menu: what they are called, and whose password opens them.",
    zh: "含有镜像的文件夹在启动菜单中是子菜单：可设置其名称以及打开所需的密码。",
  }),
  imagesHelp: (): Text => ({
    en: "Enter on an image opens its settings. A pattern is a rule for all images that it fits; where two say something of the same, the later one in the file wins.",
    zh: "对镜像按 Enter 可打开其设置。模式是适用于所有匹配镜像的规则；规则冲突时，以文件中靠后的为准。",
  }),
  imageHelp: (): Text => ({
    en: "What the settings say of this image. Persistence has a button of its own on the image's page.",
    zh: "此镜像的设置。持久化请使用镜像页面上的按钮。",
  }),
  entriesHelp: (): Text => ({
    en: "Each line of the image's menu can have another name, be hidden, or ask for a password.",
    zh: "镜像菜单中的每个条目都可改名、隐藏或要求密码。",
  }),
  initrdHelp: (): Text => ({
    en: "Files lie on the stick's data partition, with paths from its root on. Copy them there first; docs/unattended.md says which systems take them.",
    zh: "文件位于 U 盘数据分区，路径从根目录算起。请先将其复制到 U 盘；适用的系统见 docs/unattended.md。",
  }),
  otherRules: (patterns: string): Text => ({
    en: `Rules for several images are about it, too: ${patterns}`,
    zh: `以下通用规则也适用于它：${patterns}`,
  }),
  addPattern: (): Text => ({ en: "A rule for several …", zh: "添加通用规则……" }),
  addPatternNote: (): Text => ({
    en: "Settings for all images that a pattern fits: /linux, *.iso, memtest*",
    zh: "适用于所有匹配镜像的设置：/linux、*.iso、memtest*",
  }),
  addEntry: (): Text => ({ en: "By pattern …", zh: "按模式添加……" }),
  accountsHelp: (): Text => ({
    en: "Superusers may start and change everything. Others are asked for where it is said: the menu, a folder, an image, an entry. The file has hashes only; who has the stick in hand can read and change it.",
    zh: "超级用户可启动和修改一切。其他用户的密码用于指定的菜单、文件夹、镜像或条目。文件中只有哈希值；但拿到 U 盘的人可以读取和修改它。",
  }),
  askedHelp: (): Text => ({
    en: "Whose password is asked for. Superusers always may. With nobody ticked, it is open to everybody.",
    zh: "选择需要谁的密码。超级用户始终可以使用。若未勾选任何人，则对所有人开放。",
  }),
  newUser: (): Text => ({ en: "A new user …", zh: "新建用户……" }),
  newUserNote: (): Text => ({
    en: "A name and a password; what it opens is said at images, folders, entries",
    zh: "设置用户名和密码；可打开的内容在镜像、文件夹和条目中设置",
  }),
  firstUserNote: (): Text => ({
    en: "The first one is a superuser: from then on entries can be changed at the boot menu with this password only",
    zh: "第一个用户是超级用户：此后只有凭此密码才能在启动菜单中修改条目",
  }),
  otherPassword: (): Text => ({ en: "Another password …", zh: "更改密码……" }),
  superuserNote: (): Text => ({
    en: "May start everything, change entries (E) and use GRUB's console (C)",
    zh: "可启动一切、修改条目（E）并使用 GRUB 命令行（C）",
  }),
  lastSuperuser: (): Text => ({
    en: "The only superuser: there must be one as long as there are users",
    zh: "这是唯一的超级用户：只要有用户，就必须有超级用户",
  }),
  removeUser: (): Text => ({ en: "Take this user out", zh: "移除此用户" }),
  removeUserNote: (): Text => ({
    en: "This password opens nothing any more",
    zh: "此密码将不再有效",
  }),
  lastUserNote: (): Text => ({
    en: "The last one: then no password is asked for anywhere",
    zh: "这是最后一个用户：移除后将不再要求任何密码",
  }),
  askedFor: (places: string): Text => ({
    en: `Asked for at ${places}: take it off there first`,
    zh: `以下位置仍在使用：${places}。请先取消`,
  }),
  password: (): Text => ({ en: "Password:", zh: "密码：" }),
  passwordAgain: (): Text => ({ en: "Once more:", zh: "再输入一次：" }),
  passwordNote: (): Text => ({
    en: "GRUB reads an American keyboard: take what is in the same place on yours",
    zh: "GRUB 按美式键盘读取：请使用在您的键盘上位置相同的字符",
  }),
  notTheSame: (): Text => ({ en: "The two are not the same", zh: "两次输入不一致" }),
  userName: (): Text => ({ en: "Name:", zh: "用户名：" }),
  userNameNote: (): Text => ({
    en: "1 to 32 letters, digits, and . _ -",
    zh: "1 到 32 个字母、数字或 . _ -",
  }),
  isThere: (name: string): Text => ({
    en: `There is a user ${name} already`,
    zh: `已有用户 ${name}`,
  }),
};
