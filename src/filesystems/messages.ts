import type { Text } from "../system/text.ts";

/** What the room's front door says to people; each file system has its own messages. */
export const say = {
  tooManyEntries: (limit: number): Text => ({
    en: `This volume holds more than ${limit} files and directories`,
    zh: `此卷包含的文件和目录超过 ${limit} 个`,
  }),
  tooDeep: (path: string, limit: number): Text => ({
    en: `The directory ${path} lies more than ${limit} levels deep: its tree seems to contain itself`,
    zh: `目录 ${path} 的层级超过 ${limit}：目录树似乎包含自身`,
  }),
};
