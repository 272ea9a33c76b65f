import { commandLine } from "../../../system/command-line.ts";
import type { Text } from "../../../system/text.ts";

/** What sticks that start by lifeboat, with Ventoy behind it, say to people. */
export const say = {
  noReserveInMbr: (): Text => ({
    en: "An MBR has four entries, and such a stick takes all of them: what --reserve leaves free could not become a partition",
    zh: "MBR 只有四个分区表项，此类 U 盘会全部占用：--reserve 预留的空间无法再建分区",
  }),
  noReserveInMbrHint: (): Text => ({
    en: "Use --scheme gpt, or leave --reserve out",
    zh: "请使用 --scheme gpt，或去掉 --reserve",
  }),
  otherFirmware: (): Text => ({
    en: "On ARM64 and MIPS firmware Ventoy starts at once: lifeboat has nothing for it",
    zh: "在 ARM64 和 MIPS 固件上直接启动 Ventoy：lifeboat 不支持这些平台",
  }),
  notCloned: (path: string): Text => ({
    en: `${path} has Ventoy behind lifeboat's menu, and a clone would not`,
    zh: `${path} 的 lifeboat 菜单之后有 Ventoy，而克隆结果没有`,
  }),
  notClonedHint: (): Text => ({
    en: "Build the other stick with --ventoy-chain ARCHIVE and the same ISOs",
    zh: "请用 --ventoy-chain 发行包 和相同的 ISO 制作另一个 U 盘",
  }),
  hasMenu: (path: string): Text => ({
    en: `${path} starts by lifeboat's menu already; Ventoy is behind it`,
    zh: `${path} 已先启动 lifeboat 菜单，Ventoy 在其后`,
  }),
  hasMenuHint: (path: string): Text => {
    const upgrade = commandLine(["lifeboat", "upgrade", path]);
    return { en: `${upgrade} brings it up to date`, zh: `${upgrade} 可将其更新` };
  },
  startsByVentoy: (path: string): Text => ({
    en: `${path} was written by Ventoy's own installer since it was made: Ventoy starts first, and lifeboat's boot stage alone would not be started by every computer`,
    zh: `${path} 制作之后被 Ventoy 自带的安装程序写入过：现由 Ventoy 先启动，仅更新 lifeboat 启动程序并不能让所有电脑启动它`,
  }),
  startsByVentoyHint: (path: string): Text => ({
    en: `${commandLine(["lifeboat", "upgrade", path])} --ventoy ARCHIVE puts lifeboat's menu first again`,
    zh: `${commandLine(["lifeboat", "upgrade", path])} --ventoy 发行包 可恢复为先启动 lifeboat 菜单`,
  }),
  unreadable: (): Text => ({
    en: "This stick starts by lifeboat, and what lifeboat's partition 3 says of it can't be read: it is damaged, or of a newer lifeboat",
    zh: "此 U 盘先启动 lifeboat，但无法读取分区 3 上 lifeboat 的记录：已损坏，或由更新版本的 lifeboat 制作",
  }),
  unreadableHint: (path: string): Text => ({
    en: `${commandLine(["lifeboat", "restore-boot", path])} FILE brings back what was saved of it. Without such a file copy your data to another place and make it anew: ${commandLine(["lifeboat", "build", path])} --ventoy-chain ARCHIVE`,
    zh: `${commandLine(["lifeboat", "restore-boot", path])} 文件 可恢复先前保存的内容。若没有该文件，请将数据复制到别处后重新制作：${commandLine(["lifeboat", "build", path])} --ventoy-chain 发行包`,
  }),
  bootCodeLost: (path: string): Text => ({
    en: `${path}: Ventoy's boot code in the first sector is damaged, and so is lifeboat's copy of it`,
    zh: `${path}：首扇区中 Ventoy 的引导代码已损坏，lifeboat 保存的副本也已损坏`,
  }),
  bootCodeLostHint: (path: string): Text => ({
    en: `${commandLine(["lifeboat", "upgrade", path])} --ventoy ARCHIVE writes it anew`,
    zh: `${commandLine(["lifeboat", "upgrade", path])} --ventoy 发行包 可重新写入`,
  }),
};
