/** The settings file itself: its lines, its mistakes by line, and the user's own editor for what no form can do. */
import type { SettingsMistake } from "../../stick/settings/read.ts";
import type { Choice, ChoicesControl } from "../frame/view.ts";
import { editText, editorName, nameOfEditor } from "./editor.ts";
import { settingsSay } from "./messages.ts";
import type { Page } from "./page.ts";

export function textPage(): Page {
  return {
    title: settingsSay.theText(),
    help: settingsSay.textHelp(),
    body: ({ app, draft, rewrite }) => {
      const { text, mistakes } = draft.now;
      const editor = editorName(process.env);
      return [
        ...(mistakes.length === 0
          ? []
          : [
              {
                kind: "text" as const,
                text: settingsSay.hasMistakes(),
                tone: "warning" as const,
              },
            ]),
        {
          kind: "choices",
          id: "text",
          items: linesOf(text, mistakes),
          label: "lifeboat/stick.yaml",
        },
        {
          kind: "buttons",
          id: "do",
          buttons: [
            {
              id: "edit",
              label: settingsSay.editWith(nameOfEditor(editor)),
              note: settingsSay.editNote(),
              press: () => rewrite(async (now) => app.outside(async () => editText(now, editor))),
            },
          ],
        },
      ];
    },
  };
}

/** Fits beside its number on 60 columns. */
const SHORT = 48;

export function mistakesControl(mistakes: readonly SettingsMistake[]): ChoicesControl {
  return {
    kind: "choices",
    id: "mistakes",
    items: mistakes.map(({ line, text }, index) => ({
      id: String(index),
      label: settingsSay.mistakeAt(line, text),
      note: text,
      tone: "bad",
    })),
  };
}

function linesOf(text: string, mistakes: readonly SettingsMistake[]): Choice[] {
  const lines = text.trimEnd().split("\n");
  const width = String(lines.length).length;
  return lines.map((line, index): Choice => {
    const wrong = mistakes.find((mistake) => mistake.line === index + 1);
    const label = `${String(index + 1).padStart(width)}  ${line.trimEnd().replaceAll("\t", "  ")}`;
    if (wrong !== undefined) return { id: String(index), label, note: wrong.text, tone: "bad" };
    const tone = line.trimStart().startsWith("#") ? "faint" : "plain";
    // Under the cursor all of a line that a narrow terminal cuts off.
    return { id: String(index), label, tone, ...(line.length > SHORT && { note: line.trim() }) };
  });
}
