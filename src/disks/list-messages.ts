import type { Text } from "../system/text.ts";

/** What is said about the list of disks. */
export const listSay = {
  unreadable: (program: string): Text => ({
    en: `The list of disks that ${program} gave can't be understood`,
    zh: `无法理解 ${program} 给出的磁盘列表`,
  }),
  platform: (platform: string): Text => ({
    en: `lifeboat can't list disks on ${platform}; disk images work`,
    zh: `lifeboat 无法在 ${platform} 上列出磁盘；磁盘映像可用`,
  }),
  noSuchDisk: (path: string): Text => ({
    en: `${path} isn't one of this computer's disks`,
    zh: `${path} 不是这台计算机的磁盘`,
  }),
  noSuchDiskHint: (): Text => ({
    en: "lifeboat disks lists them",
    zh: "用 lifeboat disks 列出磁盘",
  }),
  plistBroken: (): Text => ({
    en: "This isn't a property list that lifeboat can read",
    zh: "这不是 lifeboat 能读取的属性列表",
  }),
};
