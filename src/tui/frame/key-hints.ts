/** Which keys do what: at the bottom of each screen those that mean something there, in the help all of them. */
import type { Text } from "../../system/text.ts";
import type { Control } from "./view.ts";

export interface KeyHint {
  readonly key: string;
  readonly does: Text;
}

const hint = (key: string, en: string, zh: string): KeyHint => ({ key, does: { en, zh } });

export const keyHints = {
  backKey: () => hint("Esc", "back", "返回"),
  stopKey: () => hint("Ctrl-C", "stop", "停止"),
  helpKey: () => hint("?", "help", "帮助"),
  tabKey: () => hint("Tab", "next", "下一处"),
  keysIn: (kind: Control["kind"], searching: boolean): KeyHint[] => {
    if (kind === "field") {
      return [hint("Enter", "done", "完成"), hint("Ctrl-U", "empty it", "清空")];
    }
    if (kind === "buttons") return [hint("←→", "choose", "选择"), hint("Enter", "do it", "执行")];
    if (searching) return [hint("Enter", "choose", "选择"), hint("Esc", "end search", "结束搜索")];
    return [
      hint("↑↓", "move", "移动"),
      hint("Enter", "choose", "选择"),
      hint("a–z", "search", "搜索"),
    ];
  },
  keysOver: (overlay: "help" | "stop" | "leave"): KeyHint[] =>
    ({
      help: [hint("Esc", "close help", "关闭帮助")],
      stop: [hint("Enter", "stop", "停止"), hint("Esc", "go on", "继续")],
      leave: [hint("Enter", "leave", "退出"), hint("Esc", "stay", "留下")],
    })[overlay],
  allKeys: (): KeyHint[] => [
    hint(
      "↑ ↓",
      "to the line above or below, and on to the next part",
      "上一行或下一行，并移到相邻部分",
    ),
    hint(
      "Tab",
      "to the next part of the screen; Shift-Tab to the one before",
      "下一部分；Shift-Tab 上一部分",
    ),
    hint("Enter, Space", "choose what the cursor is on", "选择光标所在项"),
    hint(
      "letters",
      "narrow a list to what has them in it; Esc shows all again",
      "只显示包含所键入文字的项目；Esc 恢复全部",
    ),
    hint(
      "Page Up/Down",
      "ten lines up or down, or the next page; Home and End to the ends",
      "上下移动十行，或翻到下一页；Home、End 移到两端",
    ),
    hint(
      "Esc",
      "back; while something is written, asks whether to stop it",
      "返回；写入期间会询问是否停止",
    ),
    hint(
      "Ctrl-C",
      "leave lifeboat; while something is written or not saved yet, asks first",
      "退出 lifeboat；写入期间或有未保存的更改时会先询问",
    ),
  ],
};
