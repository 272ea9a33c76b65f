/** The images, each with the rules that are its own, and rules for several at once. */
import { fitsPattern } from "../../stick/settings/patterns.ts";
import type { ImageRule } from "../../stick/settings/schema.ts";
import type { Choice } from "../frame/view.ts";
import { imagePage } from "./image-page.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Page, PageContext } from "./page.ts";

export function imagesPage(): Page {
  return {
    title: fieldSay.images(),
    help: settingsSay.imagesHelp(),
    body: (context) => [{ kind: "choices", id: "images", items: linesOf(context) }],
  };
}

function linesOf({ about, settings, open, ask }: PageContext): Choice[] {
  const rules = settings.images ?? {};
  const paths = about.isos.map(({ path }) => path);
  const patterns = Object.keys(rules).filter((key) => !paths.includes(key));
  return [
    ...paths.map((path): Choice => {
      return {
        id: path,
        label: path,
        detail: wordsOf(rules[path]),
        choose: () => open(imagePage(path)),
      };
    }),
    ...patterns.map((pattern): Choice => {
      const fits = paths.filter((path) => fitsPattern(pattern, path)).length;
      return {
        id: pattern,
        label: pattern,
        detail: fieldSay.fits(fits),
        ...(fits === 0 && { tone: "warning" as const }),
        choose: () => open(imagePage(pattern)),
      };
    }),
    {
      id: "add",
      label: settingsSay.addPattern(),
      note: settingsSay.addPatternNote(),
      tone: "accent",
      choose: () =>
        ask({
          title: settingsSay.addPattern(),
          help: settingsSay.formHelp(),
          about: [],
          fields: [
            { id: "pattern", label: fieldSay.pattern(), value: "", note: fieldSay.patternNote() },
            { id: "title", label: fieldSay.titleField(), value: "", note: fieldSay.titleNote() },
            {
              id: "append",
              label: fieldSay.appendField(),
              value: "",
              note: fieldSay.appendNote(),
            },
          ],
          edits: ([typed = "", title = "", append = ""]) => {
            const pattern = typed.trim();
            const own = {
              ...(title.trim() !== "" && { title: title.trim() }),
              ...(append.trim() !== "" && { append: append.trim() }),
            };
            return [{ path: ["images", pattern], value: { ...rules[pattern], ...own } }];
          },
        }),
    },
  ];
}

/** Which settings it has, by their keys. */
function wordsOf(rule: ImageRule | undefined): string {
  return Object.keys(rule ?? {}).join(", ");
}
