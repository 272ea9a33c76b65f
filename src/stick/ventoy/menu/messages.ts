import { commandLine } from "../../../system/command-line.ts";
import { formatSize } from "../../../system/sizes.ts";
import type { Text } from "../../../system/text.ts";

/** What keeping lifeboat's menu on Ventoy sticks says to people. */
export const say = {
  notInPlace: (path: string): Text => ({
    en: `${path} isn't a file of the expected size`,
    zh: `${path} 不是预期大小的文件`,
  }),
  writingMenuFiles: (): Text => ({
    en: "Putting lifeboat's menu beside Ventoy's",
    zh: "正在将 lifeboat 菜单放到 Ventoy 菜单旁",
  }),
  dataNotExfat: (): Text => ({
    en: "lifeboat's menu lies on a Ventoy stick's data partition, and there only on exFAT",
    zh: "在 Ventoy U 盘上，lifeboat 菜单存放在数据分区，且仅支持 exFAT",
  }),
  dataNotExfatHint: (): Text => ({
    en: "Ventoy's own menu works as before; `lifeboat adopt` makes the stick lifeboat's and keeps its files",
    zh: "Ventoy 自己的菜单照常可用；`lifeboat adopt` 可将 U 盘转为 lifeboat U 盘并保留文件",
  }),
  menuTaken: (path: string): Text => ({
    en: `${path} is a menu that somebody else wrote: it stays`,
    zh: `${path} 是他人编写的菜单，将予以保留`,
  }),
  menuTakenHint: (): Text => ({
    en: "rename it where lifeboat's menu is to take its place",
    zh: "如需改用 lifeboat 菜单，请先将其重命名",
  }),
  noRoomForMenu: (needed: number, free: number): Text => ({
    en: `lifeboat's menu needs ${formatSize(needed)} on the data partition, and ${formatSize(free)} are free`,
    zh: `lifeboat 菜单需要数据分区上 ${formatSize(needed)} 空间，剩余 ${formatSize(free)}`,
  }),
  noRoomForMenuHint: (): Text => ({ en: "remove an ISO first", zh: "请先移除一个 ISO" }),
  jsonChanged: (path: string): Text => ({
    en: `${path} isn't what lifeboat wrote and stays as it is; \`lifeboat settings STICK --from-ventoy-json FILE\` takes it into the stick's settings`,
    zh: `${path} 不是 lifeboat 写入的内容，保持原样；\`lifeboat settings U盘 --from-ventoy-json 文件\` 可将其纳入 U 盘设置`,
  }),
  noVentoy: (path: string): Text => ({
    en: `${path} is no Ventoy stick: there is no menu of Ventoy's to put lifeboat's beside`,
    zh: `${path} 不是 Ventoy U 盘：没有可与 lifeboat 菜单并存的 Ventoy 菜单`,
  }),
  noVentoyHint: (path: string): Text => ({
    en: `${commandLine(["lifeboat", "inspect", path])} says what it is`,
    zh: `${commandLine(["lifeboat", "inspect", path])} 可查看其内容`,
  }),
  notWhole: (path: string): Text => ({
    en: `Ventoy would not start from ${path} as it is`,
    zh: `${path} 当前状态下 Ventoy 无法启动`,
  }),
  notWholeHint: (path: string): Text => ({
    en: `${commandLine(["lifeboat", "verify", path])} says what is wrong and what to do`,
    zh: `${commandLine(["lifeboat", "verify", path])} 会说明问题及处理方法`,
  }),
  startsByVentoy: (path: string): Text => ({
    en: `${path} starts by Ventoy: this is for sticks with lifeboat's own boot stage`,
    zh: `${path} 由 Ventoy 启动：此操作仅用于使用 lifeboat 启动程序的 U 盘`,
  }),
  startsByVentoyHint: (path: string): Text => ({
    en: `${commandLine(["lifeboat", "upgrade", path])} --ventoy ARCHIVE brings Ventoy up to date, ${commandLine(["lifeboat", "adopt", path])} --menu f6 lifeboat's menu on it`,
    zh: `${commandLine(["lifeboat", "upgrade", path])} --ventoy 发行包 可更新 Ventoy，${commandLine(["lifeboat", "adopt", path])} --menu f6 可更新其上的 lifeboat 菜单`,
  }),
  folderTaken: (folder: string): Text => ({
    en: `${folder} on the data partition is somebody's: lifeboat's menu would keep files of its own there, and remove others`,
    zh: `数据分区上已有 ${folder}：lifeboat 菜单会在其中存放并清理自己的文件`,
  }),
  folderTakenHint: (): Text => ({
    en: "give the folder another name first",
    zh: "请先将该文件夹改名",
  }),
  otherStick: (path: string): Text => ({
    en: `${path} is another stick than the one that was shown; nothing was written`,
    zh: `${path} 已不是先前显示的 U 盘；未写入任何内容`,
  }),
  ownFile: (path: string): Text => ({
    en: `${path} belongs to lifeboat's menu on this stick`,
    zh: `${path} 属于此 U 盘上的 lifeboat 菜单`,
  }),
};
