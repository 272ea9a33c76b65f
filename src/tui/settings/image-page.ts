/** What the settings say of an image, or of all that a pattern fits. */
import { fitsPattern } from "../../stick/settings/patterns.ts";
import { ruleOf } from "../../stick/settings/rules.ts";
import type { ImageRule } from "../../stick/settings/schema.ts";
import type { Choice } from "../frame/view.ts";
import { askedPage } from "./accounts-page.ts";
import { entriesPage } from "./entries-page.ts";
import { filesPage, injectPage, dropPage, unattendedPage } from "./initrd-pages.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Page, PageContext } from "./page.ts";
import { faint } from "./page.ts";
import { hideLine, ruleLines } from "./rule-lines.ts";

/** @param key its path, or the pattern. */
export function imagePage(key: string): Page {
  return {
    title: key,
    help: settingsSay.imageHelp(),
    body: (context) => {
      const { settings } = context;
      const others = Object.keys(settings.images ?? {}).filter(
        (pattern) => pattern !== key && fitsPattern(pattern, key),
      );
      return [
        ...(others.length === 0 ? [] : [faint(settingsSay.otherRules(others.join(", ")))]),
        { kind: "choices", id: "rule", items: linesOf(key, context) },
      ];
    },
  };
}

function linesOf(key: string, context: PageContext): Choice[] {
  const { about, settings, edit, open } = context;
  const rule: ImageRule = settings.images?.[key] ?? {};
  const iso = about.isos.find(({ path }) => path === key);
  const path = ["images", key];
  const first = settings.menu?.first ?? [];
  const isFirst = first.includes(key);
  // What a rule for several gives it is what a title of its own replaces.
  const { [key]: _own, ...others } = settings.images ?? {};
  const given = iso === undefined ? undefined : ruleOf({ ...settings, images: others }, key).title;
  const { titleLine, removeLine } = ruleLines(path, rule.title, given ?? iso?.name ?? "", context);
  const count = (value: object | undefined) => String(Object.keys(value ?? {}).length);
  return [
    titleLine,
    hideLine(path, rule.hide, [undefined, true, false], context),
    {
      id: "first",
      label: fieldSay.comesFirst(),
      ticked: isFirst,
      note: fieldSay.firstNote(),
      choose: () => {
        const next = isFirst ? first.filter((one) => one !== key) : [...first, key];
        edit({ path: ["menu", "first"], value: next.length === 0 ? undefined : next });
      },
    },
    {
      id: "users",
      label: fieldSay.users(),
      detail: rule.users?.join(", ") ?? fieldSay.everybody(),
      choose: () =>
        open(askedPage(fieldSay.users(), [...path, "users"], (now) => now.images?.[key]?.users)),
    },
    {
      id: "append",
      label: fieldSay.append(),
      detail: rule.append ?? "",
      note: fieldSay.appendNote(),
      choose: () => context.ask(appendForm(key, rule.append)),
    },
    {
      id: "drop",
      label: fieldSay.drop(),
      detail: rule.drop?.join(" ") ?? "",
      note: fieldSay.dropNote(),
      choose: () => open(dropPage(key)),
    },
    {
      id: "loader",
      label: fieldSay.ownLoader(),
      ticked: rule.loader === "own",
      note: fieldSay.ownLoaderNote(),
      choose: () =>
        edit({ path: [...path, "loader"], value: rule.loader === "own" ? undefined : "own" }),
    },
    {
      id: "entries",
      label: fieldSay.entries(),
      detail: count(rule.entries),
      note: fieldSay.entriesNote(),
      choose: () => open(entriesPage(key)),
    },
    {
      id: "unattended",
      label: fieldSay.unattended(),
      detail: count(rule.unattended),
      note: fieldSay.unattendedNote(),
      choose: () => open(unattendedPage(key)),
    },
    {
      id: "inject",
      label: fieldSay.inject(),
      detail: count(rule.inject),
      note: fieldSay.injectNote(),
      choose: () => open(injectPage(key)),
    },
    {
      id: "files",
      label: fieldSay.files(),
      detail: count(rule.files),
      note: fieldSay.filesNote(),
      choose: () => open(filesPage(key)),
    },
    ...(settings.images?.[key] === undefined ? [] : [removeLine]),
  ];
}

function appendForm(key: string, append: string | undefined) {
  return {
    title: fieldSay.append(),
    help: settingsSay.formHelp(),
    about: [],
    fields: [
      {
        id: "append",
        label: fieldSay.appendField(),
        value: append ?? "",
        note: fieldSay.appendFieldNote(),
      },
    ],
    edits: ([typed = ""]: readonly string[]) => [
      { path: ["images", key, "append"], value: typed.trim() === "" ? undefined : typed.trim() },
    ],
  };
}
