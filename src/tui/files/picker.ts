/** Choosing files of this computer: folders to walk through, files to tick. */
import { dirname, resolve } from "node:path";
import { reasonOf } from "../../system/reason.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Button, ButtonsControl, Choice, View, Words } from "../frame/view.ts";
import type { ChooserFolder } from "./paths.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { readFolder } from "./folder.ts";
import { filesSay } from "./messages.ts";

export interface PickerOptions {
  readonly title: Words;
  /** Where to begin; where something is chosen is where the next one begins. */
  readonly from: ChooserFolder;
  /** Of file names, in lower case, with the dot. */
  readonly endings: readonly string[];
  /** One file is chosen by Enter; several are ticked. */
  readonly several: boolean;
  /** A folder is chosen; its files are only shown. */
  readonly folders?: true;
  readonly chosen?: readonly string[];
  /** Where to go with what was chosen. */
  readonly done: (paths: readonly string[]) => Go;
}

/** What can be an image: ISOs, disk images, and what else the menu starts (docs/images.md). */
export const IMAGE_ENDINGS: readonly string[] = [
  ".iso",
  ".img",
  ".ima",
  ".raw",
  ".bin",
  ".efi",
  ".vhd",
  ".vhdx",
  ".wim",
];

interface State {
  readonly folder: Folder | undefined;
  readonly wanted: string;
  readonly failed: Text | undefined;
  readonly chosen: readonly string[];
}

type Message =
  | { readonly kind: "open"; readonly path: string }
  | { readonly kind: "opened"; readonly folder: Folder }
  | { readonly kind: "failed"; readonly reason: Text }
  | { readonly kind: "toggle"; readonly path: string }
  | { readonly kind: "done"; readonly paths: readonly string[] };

export function pickerScreen(options: PickerOptions): Screen {
  return defineScreen<State, Message>({
    start: () =>
      opening(
        { folder: undefined, wanted: "", failed: undefined, chosen: options.chosen ?? [] },
        resolve(options.from.path),
        options,
      ),
    update: (state, message) => update(state, message, options),
    view: (state, send) => view(state, send, options),
  });
}

function update(state: State, message: Message, options: PickerOptions): Step<State, Message> {
  switch (message.kind) {
    case "open":
      return opening(state, message.path, options);
    case "opened":
      // What came late, of a folder that was left, isn't shown.
      if (message.folder.path !== state.wanted) return { state };
      return { state: { ...state, folder: message.folder, failed: undefined } };
    case "failed": {
      // Where it was to begin is gone, with a stick that was pulled out: from the next folder above there is a way on.
      const above = dirname(state.wanted);
      return state.folder === undefined && above !== state.wanted
        ? opening(state, above, options)
        : { state: { ...state, failed: message.reason } };
    }
    case "toggle":
      return { state: { ...state, chosen: toggled(state.chosen, message.path) } };
    case "done":
      options.from.path = state.folder?.path ?? state.wanted;
      return { state, go: options.done(message.paths) };
  }
}

function opening(state: State, path: string, { endings }: PickerOptions): Step<State, Message> {
  return {
    state: { ...state, wanted: path },
    effects: [
      async (send) => {
        try {
          send({ kind: "opened", folder: await readFolder(path, endings) });
        } catch (error) {
          send({ kind: "failed", reason: reasonOf(error) });
        }
      },
    ],
  };
}

function toggled(chosen: readonly string[], path: string): readonly string[] {
  return chosen.includes(path) ? chosen.filter((one) => one !== path) : [...chosen, path];
}

function view(
  { folder, failed, chosen, wanted }: State,
  send: (message: Message) => void,
  options: PickerOptions,
): View {
  const items = folder === undefined ? [] : choicesOf(folder, chosen, send, options);
  const wait = folder === undefined && failed === undefined;
  return {
    title: options.title,
    help: [HELP[whatOf(options)]()],
    waiting: wait,
    body: [
      { kind: "text", text: folder?.path ?? wanted, tone: "faint" },
      ...(failed === undefined
        ? []
        : [{ kind: "text" as const, text: filesSay.unreadable(failed), tone: "bad" as const }]),
      {
        kind: "choices",
        id: `folder ${folder?.path ?? ""}`,
        items,
        empty: wait ? filesSay.reading() : filesSay.empty(),
      },
      ...buttonsOf(folder, chosen, send, options),
    ],
  };
}

type What = "file" | "files" | "folder";

function whatOf({ several, folders }: PickerOptions): What {
  if (folders === true) return "folder";
  return several ? "files" : "file";
}

const HELP: Readonly<Record<What, () => Text>> = {
  file: filesSay.helpOne,
  files: filesSay.helpSeveral,
  folder: filesSay.helpFolder,
};

function buttonsOf(
  folder: Folder | undefined,
  chosen: readonly string[],
  send: (message: Message) => void,
  options: PickerOptions,
): ButtonsControl[] {
  const what = whatOf(options);
  if (what === "file") return [];
  const done = (paths: readonly string[]) => () => send({ kind: "done", paths });
  const take: Button =
    what === "files"
      ? { id: "done", label: filesSay.take(chosen.length), press: done(chosen) }
      : {
          id: "done",
          label: filesSay.takeFolder(),
          ...(folder !== undefined && { press: done([folder.path]) }),
        };
  return [{ kind: "buttons", id: "after", buttons: [take] }];
}

function choicesOf(
  { parent, entries }: Folder,
  chosen: readonly string[],
  send: (message: Message) => void,
  options: PickerOptions,
): Choice[] {
  const what = whatOf(options);
  const up: Choice[] =
    parent === undefined
      ? []
      : [
          {
            id: parent,
            label: "..",
            detail: filesSay.parent(),
            choose: () => send({ kind: "open", path: parent }),
          },
        ];
  return [...up, ...entries.map((entry) => entryChoice(entry, chosen, send, what))];
}

function entryChoice(
  { path, name, kind, sizeBytes }: FolderEntry,
  chosen: readonly string[],
  send: (message: Message) => void,
  what: What,
): Choice {
  if (kind === "folder") {
    return {
      id: path,
      label: `${name}/`,
      tone: "accent",
      choose: () => send({ kind: "open", path }),
    };
  }
  const about = { id: path, label: name, detail: formatSize(sizeBytes) };
  if (what === "folder") return about;
  if (what === "file") {
    return { ...about, choose: () => send({ kind: "done", paths: [path] }) };
  }
  const choose = () => send({ kind: "toggle", path });
  return { ...about, choose, ticked: chosen.includes(path) };
}
