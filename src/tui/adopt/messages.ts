import type { RoomFrom } from "../../stick/adopt/room.ts";
import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";

export const adoptSay = {
  title: (): Text => ({ en: "Adopt", zh: "接管" }),
  help: (): Text => ({
    en: "The bars show the disk before and after. What starts it now is saved to a file first; the boot partition is written where nothing lies, and the partition table makes it count in the end. If anything fails, all of it is brought back.",
    zh: "条形图显示接管前后的磁盘。先将现有引导内容保存到文件；引导分区写入空闲位置，最后由分区表使其生效。若有任何失败，会全部恢复原状。",
  }),
  becomes: (): Text => ({ en: "Becomes", zh: "成为" }),
  room: (): Text => ({ en: "Room from", zh: "空间来自" }),
  savedTo: (): Text => ({ en: "Saved to", zh: "保存到" }),
  /** @param moves files are moved away from there first. */
  roomFrom: (room: RoomFrom, moves: boolean): Text => {
    if (room === "free")
      return { en: "behind the data, where no partition is", zh: "数据之后未分区的位置" };
    if (room === "partition") {
      return {
        en: "the end of the data partition, which its file system doesn't use",
        zh: "数据分区末尾，文件系统未使用的部分",
      };
    }
    return moves
      ? {
          en: "the end of the file system, after files were moved away from there",
          zh: "文件系统末尾，先将那里的文件移开",
        }
      : {
          en: "the end of the file system, where no file lies",
          zh: "文件系统末尾，没有文件的位置",
        };
  },
  filesStay: (): Text => ({ en: "All files stay.", zh: "所有文件保留。" }),
  adoptIt: (): Text => ({ en: "Adopt it …", zh: "接管……" }),
  confirm: (path: string, ventoy: boolean): Text => ({
    en: `${path} becomes a lifeboat stick; its files stay${ventoy ? ", and Ventoy doesn't start from it any more" : ""}.`,
    zh: `${path} 将成为 lifeboat U 盘；文件会保留${ventoy ? "，但不再启动 Ventoy" : ""}。`,
  }),
  adopting: (): Text => ({ en: "Adopting", zh: "正在接管" }),
  stopPlanning: (): Text => ({
    en: "Stop? Nothing has been written.",
    zh: "要停止吗？尚未写入任何内容。",
  }),
  stop: (path: string, moves: boolean): Text => ({
    en: `Stop? ${path} stays what it was, with all its files: what was written is taken back.${moves ? " Files that were moved by then stay in their new place, whole." : ""} Once the file system and the table are being changed, it is finished instead.`,
    zh: `要停止吗？${path} 将保持原样，文件完好：已写入的内容会撤回。${moves ? "已移动的文件保留在新位置，内容完好。" : ""}若已开始更改文件系统和分区表，则会完成接管。`,
  }),
  adopted: (path: string, isos: number, entries: number): Text => ({
    en: `${path} is a lifeboat stick: ${counted(isos, "image", "images")} in the menu, ${counted(entries, "entry starts", "entries start")} one`,
    zh: `${path} 已是 lifeboat U 盘：菜单中有 ${isos} 个镜像，${entries} 个条目可启动`,
  }),
  wasSaved: (file: string): Text => ({
    en: `What started it before is in ${file}; "Bring back a saved boot stage" under More brings it back`,
    zh: `原有的引导内容保存在 ${file}；可用“更多”中的“恢复已保存的引导部分”恢复`,
  }),
  openIt: (): Text => ({ en: "Open it", zh: "打开" }),
  tryIt: (): Text => ({ en: "Try in QEMU", zh: "在 QEMU 中试用" }),
};
