/** A list of settings whose items have one field or two: patterns, kernel arguments, files and what they become. */
import type { SettingEdit } from "../../stick/settings/edit.ts";
import type { StickSettings } from "../../stick/settings/schema.ts";
import type { Choice, Words } from "../frame/view.ts";
import { settingsSay } from "./messages.ts";
import type { Form, FormButton, Page, PageContext } from "./page.ts";
import { faint } from "./page.ts";

export interface ItemField {
  readonly id: string;
  readonly label: Words;
  readonly note: Words;
}

export type Row = readonly string[];

export interface Items {
  readonly title: Words;
  readonly help: Words;
  readonly empty: Words;
  /** A row has a value for each. */
  readonly fields: readonly ItemField[];
  /** Their order means something. */
  readonly isOrdered: boolean;
  readonly rows: (settings: StickSettings) => readonly Row[];
  /** The whole list anew. */
  readonly edits: (rows: readonly Row[]) => readonly SettingEdit[];
  /** What can be chosen instead of typed, for the field at `offeredField`. */
  readonly offered?: (context: PageContext) => readonly string[];
  readonly offeredField: number;
}

export function itemsPage(items: Items): Page {
  return {
    title: items.title,
    help: items.help,
    body: (context) => {
      const rows = items.rows(context.settings);
      const add: Choice = {
        id: "add",
        label: settingsSay.add(),
        tone: "accent",
        choose: () =>
          items.offered === undefined
            ? context.ask(newItem(items, rows, ""))
            : context.open(offerPage(items)),
      };
      const lines = rows.map((row, index): Choice => {
        const [name = "", rest] = row;
        return {
          id: `${index} ${name}`,
          label: name,
          ...(rest !== undefined && rest !== "" && { detail: rest }),
          choose: () => context.ask(itemForm(items, rows, index)),
        };
      });
      const none = rows.length === 0 ? [faint(items.empty)] : [];
      return [...none, { kind: "choices", id: "items", items: [...lines, add] }];
    },
  };
}

/** What is on the stick and not in the list yet; or something that is typed. */
function offerPage(items: Items): Page {
  return {
    title: settingsSay.add(),
    help: items.help,
    body: (context) => {
      const rows = items.rows(context.settings);
      const { fields, offeredField } = items;
      const taken = new Set(rows.map((row) => row[offeredField]));
      const lines = (items.offered?.(context) ?? [])
        .filter((value) => !taken.has(value))
        .map((value): Choice => ({
          id: value,
          label: value,
          choose: () =>
            fields.length === 1
              ? context.editAndBack(...items.edits([...rows, [value]]))
              : context.askInstead(newItem(items, rows, value)),
        }));
      const other: Choice = {
        id: "other",
        label: settingsSay.typeIt(),
        note: fields[offeredField]?.note ?? "",
        tone: "accent",
        choose: () => context.askInstead(newItem(items, rows, "")),
      };
      return [{ kind: "choices", id: "offered", items: [other, ...lines] }];
    },
  };
}

function newItem(items: Items, rows: readonly Row[], offered: string): Form {
  return {
    title: settingsSay.add(),
    help: settingsSay.formHelp(),
    about: [],
    fields: items.fields.map((field, index) => {
      return { ...field, value: index === items.offeredField ? offered : "" };
    }),
    edits: (values) => items.edits([...rows, trimmed(values)]),
  };
}

function itemForm(items: Items, rows: readonly Row[], index: number): Form {
  const row = rows[index] ?? [];
  const moved = (by: -1 | 1): readonly SettingEdit[] => {
    const next = rows.toSpliced(index, 1).toSpliced(index + by, 0, row);
    return items.edits(next);
  };
  const moves: FormButton[] = items.isOrdered
    ? [
        ...(index > 0 ? [{ id: "earlier", label: settingsSay.earlier(), edits: moved(-1) }] : []),
        ...(index < rows.length - 1
          ? [{ id: "later", label: settingsSay.later(), edits: moved(1) }]
          : []),
      ]
    : [];
  return {
    title: row[0] ?? "",
    help: settingsSay.formHelp(),
    about: [],
    fields: items.fields.map((field, at) => ({ ...field, value: row[at] ?? "" })),
    edits: (values) => items.edits(rows.with(index, trimmed(values))),
    buttons: [
      ...moves,
      { id: "remove", label: settingsSay.remove(), edits: items.edits(rows.toSpliced(index, 1)) },
    ],
  };
}

function trimmed(values: readonly string[]): string[] {
  return values.map((value) => value.trim());
}
