/** Which entry starts by itself. */
import { COMPUTER } from "../../menu/menu.ts";
import type { StickSettings } from "../../stick/settings/schema.ts";
import type { Choice, Words } from "../frame/view.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Page, PageContext } from "./page.ts";

type Default = { readonly image: string; readonly entry?: string | undefined };

export function defaultWords({ menu }: StickSettings): Words {
  if (menu?.default === undefined) return fieldSay.firstLine();
  const { image, entry }: Default = menu.default;
  if (image === COMPUTER) return fieldSay.computer();
  return entry === undefined ? image : `${image} › ${entry}`;
}

export function defaultPage(): Page {
  return {
    title: fieldSay.default(),
    help: settingsSay.defaultHelp(),
    body: (context) => [{ kind: "choices", id: "default", items: linesOf(context) }],
  };
}

function linesOf({ about, settings, editAndBack, ask }: PageContext): Choice[] {
  const chosen: Default | undefined = settings.menu?.default;
  const line = (
    rest: Pick<Choice, "id" | "label" | "depth" | "note">,
    wanted: Default | undefined,
  ): Choice => {
    const value = wanted === undefined || wanted.entry !== undefined ? wanted : wanted.image;
    const isChosen = chosen?.image === wanted?.image && chosen?.entry === wanted?.entry;
    return {
      ...rest,
      ticked: isChosen,
      choose: () => editAndBack({ path: ["menu", "default"], value }),
    };
  };
  const images = about.isos.flatMap(({ path, entries }) => [
    line({ id: path, label: path }, { image: path }),
    // With one entry there is nothing to choose.
    ...(entries.length < 2
      ? []
      : entries.map(({ title }, index) =>
          line(
            { id: `${path} ${index}`, label: title, depth: 1, note: title },
            { image: path, entry: title },
          ),
        )),
  ]);
  return [
    line({ id: "first", label: fieldSay.firstLine() }, undefined),
    line({ id: COMPUTER, label: fieldSay.computer() }, { image: COMPUTER }),
    ...images,
    {
      id: "other",
      label: settingsSay.typeIt(),
      tone: "accent",
      note: fieldSay.defaultTypedNote(),
      choose: () =>
        ask({
          title: fieldSay.default(),
          help: settingsSay.formHelp(),
          about: [],
          fields: [
            {
              id: "image",
              label: fieldSay.pattern(),
              value: chosen?.image ?? "",
              note: fieldSay.patternNote(),
            },
            {
              id: "entry",
              label: fieldSay.entryPattern(),
              value: chosen?.entry ?? "",
              note: fieldSay.entryPatternNote(),
            },
          ],
          edits: ([image = "", entry = ""]) => {
            const value =
              entry.trim() === "" ? image.trim() : { image: image.trim(), entry: entry.trim() };
            return [{ path: ["menu", "default"], value: image.trim() === "" ? undefined : value }];
          },
        }),
    },
  ];
}
