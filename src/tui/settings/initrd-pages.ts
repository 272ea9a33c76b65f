/** Lists of an image: kernel arguments that go, answer files, and what goes into its initrd. */
import type { ImageRule } from "../../stick/settings/schema.ts";
import { itemsPage } from "./items-page.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Page } from "./page.ts";

const list = <T>(values: readonly T[]): readonly T[] | undefined =>
  values.length === 0 ? undefined : values;

export function dropPage(key: string): Page {
  return itemsPage({
    title: fieldSay.drop(),
    help: settingsSay.imageHelp(),
    empty: fieldSay.noneDropped(),
    fields: [{ id: "argument", label: fieldSay.argument(), note: fieldSay.dropNote() }],
    isOrdered: false,
    rows: ({ images }) => images?.[key]?.drop?.map((one) => [one]) ?? [],
    edits: (rows) => [
      { path: ["images", key, "drop"], value: list(rows.map(([argument = ""]) => argument)) },
    ],
    offeredField: 0,
  });
}

export function unattendedPage(key: string): Page {
  return itemsPage({
    title: fieldSay.unattended(),
    help: settingsSay.initrdHelp(),
    empty: fieldSay.noneUnattended(),
    fields: [
      { id: "file", label: fieldSay.onStick(), note: fieldSay.onStickNote() },
      { id: "title", label: fieldSay.titleField(), note: fieldSay.unattendedTitleNote() },
    ],
    isOrdered: true,
    rows: ({ images }) => {
      const answers: NonNullable<ImageRule["unattended"]> = images?.[key]?.unattended ?? [];
      return answers.map((answer) => [answer.file, ("title" in answer && answer.title) || ""]);
    },
    edits: (rows) => {
      const value = rows.map(([file = "", title = ""]) => (title === "" ? file : { file, title }));
      return [{ path: ["images", key, "unattended"], value: list(value) }];
    },
    offered: ({ about }) => about.files,
    offeredField: 0,
  });
}

export function injectPage(key: string): Page {
  return itemsPage({
    title: fieldSay.inject(),
    help: settingsSay.initrdHelp(),
    empty: fieldSay.noneInjected(),
    fields: [{ id: "path", label: fieldSay.onStick(), note: fieldSay.injectNote() }],
    isOrdered: true,
    rows: ({ images }) => images?.[key]?.inject?.map((path) => [path]) ?? [],
    edits: (rows) => [
      { path: ["images", key, "inject"], value: list(rows.map(([path = ""]) => path)) },
    ],
    offered: ({ about }) => about.places,
    offeredField: 0,
  });
}

export function filesPage(key: string): Page {
  return itemsPage({
    title: fieldSay.files(),
    help: settingsSay.initrdHelp(),
    empty: fieldSay.noneReplaced(),
    fields: [
      { id: "inside", label: fieldSay.inInitrd(), note: fieldSay.inInitrdNote() },
      { id: "file", label: fieldSay.onStick(), note: fieldSay.onStickNote() },
    ],
    isOrdered: false,
    rows: ({ images }) => Object.entries(images?.[key]?.files ?? {}),
    edits: (rows) => {
      const value = Object.fromEntries(rows.map(([inside = "", file = ""]) => [inside, file]));
      return [{ path: ["images", key, "files"], value: rows.length === 0 ? undefined : value }];
    },
    offered: ({ about }) => about.files,
    offeredField: 1,
  });
}
