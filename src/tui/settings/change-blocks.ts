/** What a draft would change, as a list. */
import type { SettingsChange } from "../../stick/settings/changes.ts";
import type { Block, Control } from "../frame/view.ts";
import type { Draft } from "./draft.ts";
import { changesIn } from "./draft.ts";
import { settingsSay } from "./messages.ts";

const MARKS: Readonly<Record<SettingsChange["kind"], string>> = {
  added: "+",
  removed: "-",
  changed: "~",
};

export function changeBlocks(draft: Draft): readonly (Block | Control)[] {
  const changes = changesIn(draft);
  if (changes === undefined) return [{ kind: "text", text: settingsSay.wholeFile() }];
  if (changes.length === 0) return [{ kind: "text", text: settingsSay.onlyComments() }];
  return [
    {
      kind: "choices",
      id: "changes",
      label: settingsSay.changes(changes.length),
      items: changes.map(({ kind, text: { en, zh } }, index) => {
        const line = { en: `${MARKS[kind]} ${en}`, zh: `${MARKS[kind]} ${zh}` };
        // Under the cursor all of it, where the line has no room.
        return { id: String(index), label: line, note: line, tone: "plain" };
      }),
    },
  ];
}
