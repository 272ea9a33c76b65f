import type { Text } from "../../system/text.ts";

/** What upgrading says to people. */
export const say = {
  comparing: (): Text => ({
    en: "Holding the boot stage against the kit",
    zh: "正在将启动程序与 kit 比较",
  }),
  coreInPlace: (): Text => ({
    en: "There is no room for two of GRUB's core images before the first partition: the old one is overwritten. Until that is through, a BIOS can't start the stick; UEFI can",
    zh: "第一个分区之前放不下两个 GRUB 核心映像：旧映像将被覆盖。完成之前 BIOS 无法启动此 U 盘，UEFI 可以",
  }),
  saved: (file: string, command: string): Text => ({
    en: `The old boot stage was saved to ${file}; to bring it back: ${command}`,
    zh: `旧的启动程序已保存到 ${file}；恢复命令：${command}`,
  }),
  writing: (): Text => ({ en: "Writing the new boot stage", zh: "正在写入新的启动程序" }),
  checking: (): Text => ({
    en: "Reading back and checking, before it counts",
    zh: "生效之前正在读回并校验",
  }),
  switching: (): Text => ({
    en: "Switching to the new boot stage",
    zh: "正在切换到新的启动程序",
  }),
  undoing: (): Text => ({
    en: "Bringing back the old boot stage",
    zh: "正在恢复旧的启动程序",
  }),
  mismatch: (what: string): Text => ({
    en: `${what}: what was read back is not what was written. The medium is bad, or not as large as it says`,
    zh: `${what}：读回的数据与写入的不同。介质已损坏，或容量虚标`,
  }),
  mismatchHint: (): Text => ({
    en: "Don't trust this stick: use another one",
    zh: "请勿信任此 U 盘：请更换",
  }),
  undone: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} has its old boot stage, as it was`,
    zh: `${reason.zh}。${path} 保持原有的启动程序`,
  }),
  notUndone: (reason: Text, second: Text, path: string): Text => ({
    en: `${reason.en}. And the old boot stage could not be brought back: ${second.en}. ${path} may start or not`,
    zh: `${reason.zh}。且无法恢复旧的启动程序：${second.zh}。${path} 可能无法启动`,
  }),
  goneWhileUpgraded: (reason: Text): Text => ({
    en: `${reason.en}. It has its old boot stage or the new one, and either is whole`,
    zh: `${reason.zh}。U 盘上是旧的或新的启动程序，两者都是完整的`,
  }),
  goneWhileUpgradedHint: (command: string): Text => ({
    en: `Plug it in again and run lifeboat upgrade again. Back to the old one: ${command}`,
    zh: `请重新插入并再次运行 lifeboat upgrade。若要恢复旧的启动程序：${command}`,
  }),
  notUndoneHint: (command: string): Text => ({
    en: `Plug it in again and run: ${command}`,
    zh: `请重新插入后运行：${command}`,
  }),
  notRefreshed: (reason: Text): Text => ({
    en: `The boot stage is new, and the menu as it was: looking at the data partition failed: ${reason.en}. Correct that and run lifeboat refresh`,
    zh: `启动程序已更新，菜单保持不变：检查数据分区失败：${reason.zh}。请解决后运行 lifeboat refresh`,
  }),
};
