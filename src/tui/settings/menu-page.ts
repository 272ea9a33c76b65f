/** The first page of a stick's settings: one line for each thing that can be set. */
import { LANGUAGES } from "../../system/text.ts";
import { LANGUAGE_NAMES } from "../home/messages.ts";
import type { Choice } from "../frame/view.ts";
import { accountsPage, askedPage } from "./accounts-page.ts";
import { defaultPage, defaultWords } from "./default-page.ts";
import { foldersPage } from "./folders-page.ts";
import { imagesPage } from "./images-page.ts";
import { itemsPage } from "./items-page.ts";
import { SORT_NAMES, fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Form, Page, PageContext } from "./page.ts";
import { after } from "./page.ts";

const FOLDERS = [undefined, "flat"] as const;
const SORTS = [undefined, "name", "size", "newest"] as const;

export function menuPage(): Page {
  return {
    title: settingsSay.title(),
    help: settingsSay.help(),
    body: (context) => [{ kind: "choices", id: "settings", items: linesOf(context) }],
  };
}

function linesOf(context: PageContext): Choice[] {
  const { about, settings, edit, open, ask } = context;
  const { menu = {}, hide = [], users = {}, folders = {}, images = {} } = settings;
  const { language, timeout, sort, first = [] } = menu;
  // What is the default may stand in the file as well.
  const folderWay = menu.folders === "tree" ? undefined : menu.folders;
  const sortBy = sort === "file" ? undefined : sort;
  const count = (value: object) => String(Object.keys(value).length);
  return [
    {
      id: "language",
      label: fieldSay.language(),
      detail:
        language === undefined
          ? fieldSay.languageUnset(LANGUAGE_NAMES[about.language])
          : LANGUAGE_NAMES[language],
      note: fieldSay.languageNote(),
      choose: () =>
        edit({ path: ["menu", "language"], value: after([undefined, ...LANGUAGES], language) }),
    },
    {
      id: "default",
      label: fieldSay.default(),
      detail: defaultWords(settings),
      note: fieldSay.defaultNote(),
      choose: () => open(defaultPage()),
    },
    {
      id: "timeout",
      label: fieldSay.timeout(),
      detail: timeout === undefined ? fieldSay.waits() : fieldSay.seconds(timeout),
      note: fieldSay.timeoutNote(),
      choose: () => ask(timeoutForm(timeout)),
    },
    {
      id: "folders-way",
      label: fieldSay.folderWay(),
      detail: fieldSay.folderWays(folderWay),
      note: fieldSay.folderWayNote(),
      choose: () => edit({ path: ["menu", "folders"], value: after(FOLDERS, folderWay) }),
    },
    {
      id: "sort",
      label: fieldSay.sort(),
      detail: SORT_NAMES[sortBy ?? "file"],
      note: fieldSay.sortNote(),
      choose: () => edit({ path: ["menu", "sort"], value: after(SORTS, sortBy) }),
    },
    {
      id: "first",
      label: fieldSay.first(),
      detail: String(first.length),
      note: fieldSay.firstNote(),
      choose: () => open(patternsPage("first")),
    },
    {
      id: "hide",
      label: fieldSay.hidden(),
      detail: String(hide.length),
      note: fieldSay.hiddenNote(),
      choose: () => open(patternsPage("hide")),
    },
    {
      id: "images",
      label: fieldSay.images(),
      detail: count(images),
      note: fieldSay.imagesNote(),
      choose: () => open(imagesPage()),
    },
    {
      id: "folders",
      label: fieldSay.folders(),
      detail: count(folders),
      note: fieldSay.foldersNote(),
      choose: () => open(foldersPage()),
    },
    {
      id: "accounts",
      label: fieldSay.accounts(),
      detail: count(users),
      note: fieldSay.accountsNote(),
      choose: () => open(accountsPage()),
    },
    {
      id: "menu-users",
      label: fieldSay.menuUsers(),
      detail: menu.users?.join(", ") ?? fieldSay.everybody(),
      note: fieldSay.menuUsersNote(),
      choose: () =>
        open(askedPage(fieldSay.menuUsers(), ["menu", "users"], (now) => now.menu?.users)),
    },
  ];
}

function timeoutForm(timeout: number | undefined): Form {
  return {
    title: fieldSay.timeout(),
    help: settingsSay.formHelp(),
    about: [],
    fields: [
      {
        id: "timeout",
        label: fieldSay.timeoutField(),
        value: timeout === undefined ? "" : String(timeout),
        note: fieldSay.timeoutFieldNote(),
      },
    ],
    edits: ([typed = ""]) => {
      const words = typed.trim();
      // What is no number is for the schema to say.
      const value = words === "" ? undefined : /^\d{1,9}$/.test(words) ? Number(words) : words;
      return [{ path: ["menu", "timeout"], value }];
    },
  };
}

function patternsPage(which: "first" | "hide"): Page {
  const isFirst = which === "first";
  return itemsPage({
    title: isFirst ? fieldSay.first() : fieldSay.hidden(),
    help: settingsSay.patternsHelp(),
    empty: isFirst ? fieldSay.noneFirst() : fieldSay.noneHidden(),
    fields: [{ id: "pattern", label: fieldSay.pattern(), note: fieldSay.patternNote() }],
    isOrdered: isFirst,
    rows: ({ hide, menu }) => (isFirst ? menu?.first : hide)?.map((pattern) => [pattern]) ?? [],
    edits: (rows) => {
      const value = rows.map(([pattern = ""]) => pattern);
      const path = isFirst ? ["menu", "first"] : ["hide"];
      return [{ path, value: value.length === 0 ? undefined : value }];
    },
    offered: ({ about }) => [...about.folders, ...about.isos.map(({ path }) => path)],
    offeredField: 0,
  });
}
