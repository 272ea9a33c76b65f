import type { Text } from "../../system/text.ts";

/** What keeping sticks with Ventoy's boot stage says to people. */
export const say = {
  notInPlace: (path: string): Text => ({
    en: `${path} isn't a file of the expected size`,
    zh: `${path} 不是预期大小的文件`,
  }),
};
