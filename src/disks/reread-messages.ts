import type { Text } from "../system/text.ts";

export const rereadSay = {
  notReread: (path: string): Text => ({
    en: `Linux still goes by the old partition table of ${path}: pull it out and plug it in again before you use it on this computer`,
    zh: `Linux 仍在使用 ${path} 的旧分区表：在本机使用前，请拔出并重新插入`,
  }),
};
