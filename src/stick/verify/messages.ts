import { commandLine } from "../../system/command-line.ts";
import type { Text } from "../../system/text.ts";
import type { Repair } from "./finding.ts";

const PARTS = {
  esp: { en: "the ESP", zh: "ESP" },
  data: { en: "the data partition", zh: "数据分区" },
} as const;

/** What lifeboat's files for the menu lie on: Ventoy sticks have no ESP of lifeboat's. */
export type MenuPart = "esp" | "data";

const FILE_PLACES: Readonly<Record<MenuPart, Text>> = {
  esp: { en: "the ESP", zh: "ESP 上" },
  data: { en: "the data partition", zh: "数据分区上" },
};

const REPAIR_WORDS: Readonly<Record<Repair, Text>> = {
  table: {
    en: "The partition table is written anew from its good copy, with the stick's own name or signature; where partitions lie isn't changed",
    zh: "用完好的副本重写分区表，并恢复 U 盘自身的名称或签名；分区位置不变",
  },
  esp: {
    en: "The file system of the ESP is repaired",
    zh: "修复 ESP 的文件系统",
  },
  data: {
    en: "The file system of the data partition is repaired; no file that a folder names is removed, but one that the damage runs through is cut there",
    zh: "修复数据分区的文件系统；不会删除文件夹中的任何文件，但损坏所及的文件会在该处截断",
  },
  "boot-stage": {
    en: "What differs of the boot stage is written anew from the kit; what is there now is saved to a file before",
    zh: "用 kit 重写引导部分中不一致的内容；现有内容会先保存到文件",
  },
  menu: {
    en: "The menu is made anew from what is on the stick; the old one counts until the new one is whole",
    zh: "根据 U 盘上的内容重新生成菜单；新菜单完成之前旧菜单一直有效",
  },
};

const STAGES: Readonly<Record<MenuPart, Text>> = {
  esp: { en: "The boot stage is", zh: "启动程序" },
  data: { en: "Files of lifeboat's menu are", zh: "lifeboat 菜单的文件" },
};
const OF_OTHER_KIT: Readonly<Record<MenuPart, string>> = {
  esp: "lifeboat upgrade",
  data: "lifeboat adopt --menu",
};

/** What "boot-stage" is on a Ventoy stick. */
const MENU_FILES: Text = {
  en: "What differs of lifeboat's own files on the data partition is written anew from the kit; nothing of Ventoy's is written",
  zh: "用 kit 重写数据分区上 lifeboat 自身文件中不一致的内容；不写入 Ventoy 的任何部分",
};

/** What `verify` says to people. */
export const say = {
  rebuild: (): Text => ({
    en: "Save the ISOs and build the stick again: lifeboat build",
    zh: "请保存 ISO 后重新制作 U 盘：lifeboat build",
  }),
  upgrade: (): Text => ({
    en: "Run lifeboat upgrade on the stick: it writes what differs from the kit",
    zh: "请对 U 盘运行 lifeboat upgrade：它会写入与 kit 不同的部分",
  }),
  /** Of a Ventoy stick. */
  putMenuAgain: (path: string): Text => {
    const command = commandLine(["lifeboat", "adopt", path, "--menu", "f6"]);
    return {
      en: `To put lifeboat's menu there anew: ${command}`,
      zh: `重新放置 lifeboat 菜单：${command}`,
    };
  },
  refresh: (): Text => ({
    en: "Run lifeboat refresh on the stick",
    zh: "请对 U 盘运行 lifeboat refresh",
  }),
  seeScan: (): Text => ({
    en: "lifeboat scan says more about this ISO",
    zh: "lifeboat scan 可显示该 ISO 的更多信息",
  }),
  recipesChanged: (): Text => ({
    en: "The menu was made with other recipes than those that are in force now",
    zh: "菜单是用与当前有效配方不同的配方生成的",
  }),
  correctRecipe: (): Text => ({
    en: "Correct the recipe; docs/recipes.md describes the fields",
    zh: "请更正该配方；docs/recipes.md 说明了各字段",
  }),
  settingsChanged: (): Text => ({
    en: "The stick's settings were changed since the last refresh",
    zh: "自上次 refresh 后，U 盘的设置已更改",
  }),
  correctPath: (): Text => ({
    en: "Put it there, or correct the path and run lifeboat refresh",
    zh: "请将其放到该处，或更正路径后运行 lifeboat refresh",
  }),
  correctSettings: (): Text => ({
    en: "Correct the file and run lifeboat refresh; until then the last good settings are in force",
    zh: "请更正该文件并运行 lifeboat refresh；在此之前沿用上次正确的设置",
  }),
  compare: (): Text => ({
    en: "Compare it with the one that its maker publishes",
    zh: "请与发布者公布的校验值比较",
  }),
  dataUnreadable: (reason: Text): Text => ({
    en: `The data partition can't be read: ${reason.en}`,
    zh: `无法读取数据分区：${reason.zh}`,
  }),
  repairData: (): Text => ({
    en: "Check its file system with the operating system's own tools, or build the stick again",
    zh: "请用操作系统自带的工具检查其文件系统，或重新制作 U 盘",
  }),
  copyAgain: (): Text => ({
    en: "Remove it and add it again; if that happens twice, the stick is failing",
    zh: "请移除后重新添加；若再次发生，说明 U 盘正在损坏",
  }),
  bootCodeChanged: (): Text => ({
    en: "The boot code in the first sector is not lifeboat's any more",
    zh: "第一扇区中的启动代码已不是 lifeboat 的",
  }),
  coreChanged: (): Text => ({
    en: "GRUB's core image on the stick is damaged",
    zh: "U 盘上的 GRUB 核心映像已损坏",
  }),
  fileMissing: (path: string, part: MenuPart): Text => ({
    en: `${path} is missing from ${FILE_PLACES[part].en}`,
    zh: `${FILE_PLACES[part].zh}缺少 ${path}`,
  }),
  fileChanged: (path: string, part: MenuPart): Text => ({
    en: `${path} on ${FILE_PLACES[part].en} is not what lifeboat put there`,
    zh: `${FILE_PLACES[part].zh}的 ${path} 与 lifeboat 写入的不同`,
  }),
  menuDamaged: (): Text => ({
    en: "The boot menu is damaged or missing",
    zh: "启动菜单已损坏或丢失",
  }),
  menuDiffers: (): Text => ({
    en: "The boot menu was changed by hand or made by another lifeboat",
    zh: "启动菜单被手动修改过，或由其他版本的 lifeboat 生成",
  }),
  renamed: (name: string): Text => ({
    en: `The data partition is not called ${name} any more (or the disk's signature changed): live systems would not find their ISO`,
    zh: `数据分区已不叫 ${name}（或磁盘签名已改变）：live 系统将找不到它们的 ISO`,
  }),
  rename: (): Text => ({
    en: "Give it its name back (sgdisk -c 1:NAME, sfdisk --disk-id), or build the stick again",
    zh: "请恢复其名称（sgdisk -c 1:名称，sfdisk --disk-id），或重新制作 U 盘",
  }),
  isoNew: (path: string): Text => ({
    en: `${path} is on the stick and not in the menu yet`,
    zh: `${path} 在 U 盘上，但尚未加入菜单`,
  }),
  goneWhileFixed: (reason: Text): Text => ({
    en: `${reason.en}. What had been mended by then stays mended, and the rest is no worse than before`,
    zh: `${reason.zh}。此前已修复的部分保持已修复，其余部分不会比之前更糟`,
  }),
  goneWhileFixedHint: (): Text => ({
    en: "Plug it in again and run lifeboat verify --fix again: it goes on where it was cut",
    zh: "请重新插入并再次运行 lifeboat verify --fix：它会从中断处继续",
  }),
  isoGone: (path: string): Text => ({
    en: `${path} is in the menu and not on the stick`,
    zh: `菜单中有 ${path}，但 U 盘上没有`,
  }),
  isoMoved: (path: string): Text => ({
    en: `${path} was moved or replaced since the last refresh`,
    zh: `${path} 自上次 refresh 后被移动或替换`,
  }),
  persistenceMoved: (path: string): Text => ({
    en: `The file that ${path} keeps its changes in is not where the menu says: they would not be kept`,
    zh: `${path} 用来保存更改的文件不在菜单所记录的位置：更改将不会被保存`,
  }),
  isoChanged: (path: string): Text => ({
    en: `${path} does not have the SHA-256 any more that it had when it was added`,
    zh: `${path} 的 SHA-256 与添加时不同`,
  }),
  hashUnknown: (path: string, sha256: string): Text => ({
    en: `${path} was not added by lifeboat; its SHA-256 is ${sha256}`,
    zh: `${path} 不是由 lifeboat 添加的；其 SHA-256 为 ${sha256}`,
  }),
  checksumRight: (path: string, algorithm: string, source: string): Text => ({
    en: `${path} has the ${algorithm.toUpperCase()} that ${source} says`,
    zh: `${path} 的 ${algorithm.toUpperCase()} 与 ${source} 中的一致`,
  }),
  checksumWrong: (
    path: string,
    algorithm: string,
    source: string,
    wanted: string,
    sum: string,
  ): Text => ({
    en: `${path} is not what ${source} describes: its ${algorithm.toUpperCase()} is ${sum}, and should be ${wanted}`,
    zh: `${path} 与 ${source} 中的描述不符：其 ${algorithm.toUpperCase()} 为 ${sum}，应为 ${wanted}`,
  }),
  checksumOrphan: (path: string, image: string): Text => ({
    en: `${path} is there, but ${image} is not`,
    zh: `有 ${path}，但没有 ${image}`,
  }),
  checksumUnreadable: (path: string, reason: Text): Text => ({
    en: `The checksums in ${path} can't be read: ${reason.en}`,
    zh: `无法读取 ${path} 中的校验值：${reason.zh}`,
  }),
  removeOrCopy: (): Text => ({
    en: "Copy the image there, or remove its checksum file",
    zh: "请将该镜像复制到此处，或删除其校验文件",
  }),
  downloadAgain: (): Text => ({
    en: "Download it again, or the checksums where they are of another version",
    zh: "请重新下载该文件；如校验值属于其他版本，请重新下载校验值",
  }),
  unlisted: (count: number): Text => ({
    en: `There are ${count} more findings like these`,
    zh: `另有 ${count} 个类似的问题`,
  }),
  notChecked: (part: "esp" | "data", reason: Text): Text => ({
    en: `The file system of ${PARTS[part].en} can't be checked: ${reason.en}`,
    zh: `无法检查${PARTS[part].zh}的文件系统：${reason.zh}`,
  }),
  onVolume: (part: "esp" | "data", what: Text): Text => ({
    en: `On ${PARTS[part].en}: ${what.en}`,
    zh: `${PARTS[part].zh}：${what.zh}`,
  }),
  orphan: (path: string, part: MenuPart): Text => ({
    en: `${path} on ${FILE_PLACES[part].en} belongs to no entry of the menu any more`,
    zh: `${FILE_PLACES[part].zh}的 ${path} 已不属于任何菜单项`,
  }),
  espUnknown: (path: string): Text => ({
    en: `${path} on the ESP is not lifeboat's`,
    zh: `ESP 上的 ${path} 不是 lifeboat 的文件`,
  }),
  espUnknownMore: (count: number): Text => ({
    en: `${count} more files on the ESP are not lifeboat's`,
    zh: `ESP 上另有 ${count} 个文件不是 lifeboat 的`,
  }),
  yourDecision: (): Text => ({
    en: "Remove it if you don't know it; lifeboat leaves it alone",
    zh: "若您不认识它，请自行删除；lifeboat 不会改动它",
  }),
  rewriteTable: (): Text => ({
    en: "lifeboat verify --fix writes the table anew from its good copy",
    zh: "lifeboat verify --fix 会用完好的副本重写分区表",
  }),
  /** What each repair writes, for those who are asked first. */
  repairs: (repair: Repair, part: MenuPart): Text =>
    repair === "boot-stage" && part === "data" ? MENU_FILES : REPAIR_WORDS[repair],
  planChanged: (): Text => ({
    en: "This is another stick than the one that the plan was shown for, or something else is wrong with it now; nothing was written",
    zh: "这不是显示方案时的那个 U 盘，或其问题已发生变化；未写入任何内容",
  }),
  planChangedHint: (): Text => ({ en: "Check it again", zh: "请重新检查" }),
  notShown: (): Text => ({
    en: "It showed only while the rest was mended, and wasn't in the plan: check the stick again",
    zh: "此问题在修复其他部分时才出现，不在方案中：请重新检查 U 盘",
  }),
  unmended: (): Text => ({
    en: "It was repaired and is found all the same: the medium may be failing. Save what is on it",
    zh: "已执行修复但问题仍然存在：介质可能正在损坏。请保存其中的内容",
  }),
  repairingTable: (): Text => ({ en: "Writing the partition table anew", zh: "正在重写分区表" }),
  noChecker: (): Text => ({
    en: "Nothing says any more which file system the data partition has",
    zh: "已无法确定数据分区的文件系统",
  }),
  repairingVolume: (part: "esp" | "data"): Text => ({
    en: `Repairing the file system of ${PARTS[part].en}`,
    zh: `正在修复${PARTS[part].zh}的文件系统`,
  }),
  noKitForStage: (part: MenuPart): Text => ({
    en: `${STAGES[part].en} damaged, and there is no kit to mend from: run lifeboat kit build, then this again`,
    zh: `${STAGES[part].zh}已损坏，但没有可用于修复的 kit：请先运行 lifeboat kit build，然后重试`,
  }),
  otherKitForStage: (part: MenuPart): Text => ({
    en: `${STAGES[part].en} damaged, and the kit here is of another version: ${OF_OTHER_KIT[part]} replaces the whole of it`,
    zh: `${STAGES[part].zh}已损坏，而此处的 kit 版本不同：${OF_OTHER_KIT[part]} 会将其整体替换`,
  }),
  nothingToDo: (): Text => ({ en: "Nothing to do", zh: "无需处理" }),
  hashing: (path: string): Text => ({ en: `Hashing ${path}`, zh: `正在校验 ${path}` }),
};
