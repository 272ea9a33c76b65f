/** A page of the settings as data: what it shows of the draft, and which edits its lines make. The frame of all of them is `page-screen.ts`. */
import type { SettingEdit } from "../../stick/settings/edit.ts";
import type { StickSettings } from "../../stick/settings/schema.ts";
import type { App } from "../app.ts";
import type { Block, Control, Words } from "../frame/view.ts";
import type { Draft } from "./draft.ts";
import type { StickAbout } from "./read-about.ts";

export interface Page {
  readonly title: Words;
  readonly help: Words;
  readonly body: (context: PageContext) => readonly (Block | Control)[];
}

export interface PageContext {
  readonly app: App;
  readonly about: StickAbout;
  readonly draft: Draft;
  /** Of the draft. */
  readonly settings: StickSettings;
  /** What would be a mistake is said on the page, and changes nothing. */
  readonly edit: (...edits: readonly SettingEdit[]) => void;
  /** The same, and back to the page before. */
  readonly editAndBack: (...edits: readonly SettingEdit[]) => void;
  readonly open: (page: Page) => void;
  readonly ask: (form: Form) => void;
  /** In place of this page. */
  readonly askInstead: (form: Form) => void;
  /** A text that was written elsewhere; undefined leaves it. @throws what is shown on the page. */
  readonly rewrite: (write: (text: string) => Promise<string | undefined>) => void;
}

export interface FormField {
  readonly id: string;
  readonly label: Words;
  readonly value: string;
  readonly hidden?: boolean;
  readonly note?: Words;
}

export interface FormButton {
  readonly id: string;
  readonly label: Words;
  readonly edits: readonly SettingEdit[];
}

/** Fields that become edits together. */
export interface Form {
  readonly title: Words;
  readonly help: Words;
  readonly about: readonly Block[];
  readonly fields: readonly FormField[];
  /** @throws LifeboatError what is wrong with the values. */
  readonly edits: (
    values: readonly string[],
  ) => Promise<readonly SettingEdit[]> | readonly SettingEdit[];
  /** What can be done instead of filling it in. */
  readonly buttons?: readonly FormButton[];
}

export function faint(text: Words): Block {
  return { kind: "text", text, tone: "faint" };
}

/** The one behind `value`, round and round. */
export function after<T>(values: readonly T[], value: T | undefined): T | undefined {
  // One of them may be undefined: not set.
  return values[(values.findIndex((one) => one === value) + 1) % values.length];
}
