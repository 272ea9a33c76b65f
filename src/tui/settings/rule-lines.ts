/** The lines that rules of images, entries and folders have in common. */
import type { SettingPath } from "../../stick/settings/edit.ts";
import type { Choice } from "../frame/view.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { PageContext } from "./page.ts";
import { after } from "./page.ts";

/** @param own what it is called without a title. */
export function ruleLines(
  path: SettingPath,
  title: string | undefined,
  own: string,
  { ask, editAndBack }: PageContext,
): { readonly titleLine: Choice; readonly removeLine: Choice } {
  return {
    titleLine: {
      id: "title",
      label: fieldSay.title(),
      detail: title ?? own,
      note: fieldSay.titleNote(),
      choose: () =>
        ask({
          title: fieldSay.title(),
          help: settingsSay.formHelp(),
          about: [],
          fields: [
            {
              id: "title",
              label: fieldSay.titleField(),
              value: title ?? own,
              note: fieldSay.titleFieldNote(),
            },
          ],
          edits: ([typed = ""]) => {
            const value = typed.trim();
            return [
              {
                path: [...path, "title"],
                value: value === "" || value === own ? undefined : value,
              },
            ];
          },
        }),
    },
    removeLine: {
      id: "remove",
      label: settingsSay.removeRule(),
      note: settingsSay.removeRuleNote(),
      choose: () => editAndBack({ path, value: undefined }),
    },
  };
}

const HIDING = [undefined, true, false] as const;

/** Without a word, hidden, or shown although its folder is hidden. */
export function hideLine(
  path: SettingPath,
  hide: boolean | undefined,
  choices: readonly (boolean | undefined)[],
  { edit }: PageContext,
): Choice {
  const values = HIDING.filter((one) => choices.includes(one));
  return {
    id: "hide",
    label: fieldSay.hide(),
    detail: fieldSay.hiding(hide),
    note: fieldSay.hideNote(),
    choose: () => edit({ path: [...path, "hide"], value: after(values, hide) }),
  };
}
