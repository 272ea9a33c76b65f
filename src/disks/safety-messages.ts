import type { Text } from "../system/text.ts";

const list = (names: readonly string[]) => names.join(", ");
const listZh = (names: readonly string[]) => names.join("、");

/** Why a target is refused, and what the user can do about it. */
export const safetySay = {
  system: (path: string): Text => ({
    en: `${path} is the disk that this system runs from`,
    zh: `${path} 是本系统正在运行的磁盘`,
  }),
  mounted: (path: string, mounts: readonly string[]): Text => ({
    en: `${path} is mounted: ${list(mounts)}`,
    zh: `${path} 已挂载：${listZh(mounts)}`,
  }),
  mountedHint: (): Text => ({
    en: "Unmount all of it first (Linux: umount, or add --unmount; Windows: mountvol X: /P; macOS: diskutil unmountDisk)",
    zh: "请先全部卸载（Linux：umount，或加 --unmount；Windows：mountvol X: /P；macOS：diskutil unmountDisk）",
  }),
  inUse: (path: string, holders: readonly string[]): Text => ({
    en: `${path} is in use by ${list(holders)}`,
    zh: `${path} 正被 ${listZh(holders)} 使用`,
  }),
  inUseHint: (): Text => ({
    en: "Close the volumes on it first (vgchange -an, cryptsetup close, mdadm --stop)",
    zh: "请先关闭其上的卷（vgchange -an、cryptsetup close、mdadm --stop）",
  }),
  readOnly: (path: string): Text => ({
    en: `${path} is write-protected`,
    zh: `${path} 处于写保护状态`,
  }),
  readOnlyHint: (): Text => ({
    en: "Sticks and SD cards may have a small switch; others protect themselves when they are worn out",
    zh: "U 盘和 SD 卡可能有写保护开关；有些在磨损后会自行变为只读",
  }),
  fixed: (path: string): Text => ({
    en: `${path} isn't removable: it may be a disk of this computer`,
    zh: `${path} 不是可移动磁盘：它可能是本机的硬盘`,
  }),
  fixedHint: (): Text => ({
    en: "If it is the right one, say --allow-fixed",
    zh: "若确实是要使用的磁盘，请加 --allow-fixed",
  }),
  large: (path: string, tib: string): Text => ({
    en: `${path} has ${tib} TiB: more than a stick usually has`,
    zh: `${path} 有 ${tib} TiB：比一般 U 盘大得多`,
  }),
  largeHint: (): Text => ({
    en: "If it is the right one, say --allow-large",
    zh: "若确实是要使用的磁盘，请加 --allow-large",
  }),
  tooSmall: (path: string, size: number, needed: number): Text => ({
    en: `${path} has ${size} bytes; ${needed} are needed`,
    zh: `${path} 有 ${size} 字节；需要 ${needed} 字节`,
  }),
  serialDiffers: (path: string, serial: string, expected: string): Text => ({
    en: `${path} has the serial number "${serial}", not "${expected}"`,
    zh: `${path} 的序列号是“${serial}”，不是“${expected}”`,
  }),
  noSerial: (path: string, expected: string): Text => ({
    en: `${path} has no serial number; "${expected}" was expected`,
    zh: `${path} 没有序列号；预期为“${expected}”`,
  }),
  notWhole: (path: string): Text => ({
    en: `${path} isn't a whole disk`,
    zh: `${path} 不是整个磁盘`,
  }),
  notWholeHint: (disk: string): Text => ({
    en: `The disk that it is on is ${disk}`,
    zh: `它所在的磁盘是 ${disk}`,
  }),
  notRegular: (path: string): Text => ({
    en: `${path} is neither a disk nor a file`,
    zh: `${path} 既不是磁盘也不是文件`,
  }),
  noFolder: (path: string): Text => ({
    en: `The folder for ${path} doesn't exist`,
    zh: `${path} 所在的文件夹不存在`,
  }),
  loopAttached: (path: string, loop: string): Text => ({
    en: `${path} is open as ${loop}; changes may not show there`,
    zh: `${path} 已作为 ${loop} 打开；更改可能不会在那里显示`,
  }),
};
