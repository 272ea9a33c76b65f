/** Single entries of an image: called otherwise, hidden, or with a password. */
import type { ImageRule } from "../../stick/settings/schema.ts";
import type { Choice } from "../frame/view.ts";
import { askedPage } from "./accounts-page.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Page } from "./page.ts";
import { hideLine, ruleLines } from "./rule-lines.ts";

type EntryRule = NonNullable<ImageRule["entries"]>[string];

/** @param key the image's path, or the pattern. */
export function entriesPage(key: string): Page {
  return {
    title: fieldSay.entries(),
    help: settingsSay.entriesHelp(),
    body: ({ about, settings, open, ask }) => {
      const rules: Readonly<Record<string, EntryRule>> = settings.images?.[key]?.entries ?? {};
      const own = about.isos.find(({ path }) => path === key)?.entries ?? [];
      const titles = [...new Set([...own.map(({ title }) => title), ...Object.keys(rules)])];
      const lines = titles.map((title): Choice => ({
        id: `entry ${title}`,
        label: title,
        note: title,
        detail: Object.keys(rules[title] ?? {}).join(", "),
        choose: () => open(entryPage(key, title)),
      }));
      const add: Choice = {
        id: "add",
        label: settingsSay.addEntry(),
        note: fieldSay.entryPatternNote(),
        tone: "accent",
        choose: () =>
          ask({
            title: settingsSay.addEntry(),
            help: settingsSay.formHelp(),
            about: [],
            fields: [
              {
                id: "entry",
                label: fieldSay.entryPattern(),
                value: "",
                note: fieldSay.entryPatternNote(),
              },
            ],
            edits: ([typed = ""]) => [
              {
                path: ["images", key, "entries", typed.trim()],
                value: rules[typed.trim()] ?? { hide: true },
              },
            ],
          }),
      };
      return [{ kind: "choices", id: "entries", items: [...lines, add] }];
    },
  };
}

function entryPage(key: string, entry: string): Page {
  const path = ["images", key, "entries", entry];
  return {
    title: entry,
    help: settingsSay.entriesHelp(),
    body: (context) => {
      const rule: EntryRule | undefined = context.settings.images?.[key]?.entries?.[entry];
      const { titleLine, removeLine } = ruleLines(path, rule?.title, entry, context);
      return [
        {
          kind: "choices",
          id: "entry",
          items: [
            titleLine,
            hideLine(path, rule?.hide, [undefined, true], context),
            {
              id: "users",
              label: fieldSay.users(),
              detail: rule?.users?.join(", ") ?? fieldSay.everybody(),
              choose: () =>
                context.open(
                  askedPage(
                    fieldSay.users(),
                    [...path, "users"],
                    (now) => now.images?.[key]?.entries?.[entry]?.users,
                  ),
                ),
            },
            ...(rule === undefined ? [] : [removeLine]),
          ],
        },
      ];
    },
  };
}
