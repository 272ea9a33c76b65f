import type { Text } from "../../../system/text.ts";

/** What a release says no to that is to lie behind lifeboat's menu. */
export const say = {
  lacks: (path: string): Text => ({
    en: `This release of Ventoy has no ${path}: lifeboat's menu could not start it`,
    zh: `此 Ventoy 版本没有 ${path}：lifeboat 菜单无法启动它`,
  }),
  lacksHint: (): Text => ({
    en: "Take another release, or --ventoy ARCHIVE --menu first, where Ventoy starts first and opens lifeboat's menu",
    zh: "请换用其他版本，或使用 --ventoy 发行包 --menu first：由 Ventoy 先启动并打开 lifeboat 菜单",
  }),
  taken: (what: Text): Text => ({
    en: `This release of Ventoy has files where lifeboat would put its own. ${what.en}`,
    zh: `此 Ventoy 版本在 lifeboat 要写入的位置已有文件。${what.zh}`,
  }),
};
