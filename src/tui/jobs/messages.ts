import type { Text } from "../../system/text.ts";

export const jobSay = {
  stopping: (): Text => ({
    en: "Stopping at the next safe point …",
    zh: "将在下一个安全点停止……",
  }),
  back: (): Text => ({ en: "Back", zh: "返回" }),
};
