/**
 * What a screen shows, as data. Two front ends draw it: ink on a terminal (`ink.tsx`), and lines with numbers for screen readers and
 * dumb terminals (`plain.ts`). Neither knows what the screens are about, and no screen knows how it is drawn or where the cursor is.
 */
import type { DiskPicture } from "./disk-picture.ts";
import type { JobProgress } from "./job-progress.ts";
import type { Words } from "./words.ts";

export type { Words } from "./words.ts";

/** What words mean; the theme gives each a look, which never carries the meaning alone. */
export type Tone = "plain" | "strong" | "faint" | "accent" | "good" | "warning" | "bad";

export interface Fact {
  readonly label: Words;
  readonly value: Words;
  readonly tone?: Tone;
}

export type Block =
  | { readonly kind: "text"; readonly text: Words; readonly tone?: Tone }
  /** Labels and values in two columns. */
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | { readonly kind: "disk"; readonly picture: DiskPicture }
  /** A disk before and after something: a repair, a new table. */
  | { readonly kind: "before-after"; readonly before: DiskPicture; readonly after: DiskPicture }
  | { readonly kind: "progress"; readonly jobs: readonly JobProgress[] }
  | { readonly kind: "gap" };

export interface Choice {
  /** Stable while the list changes around it: the cursor stays on it. */
  readonly id: string;
  readonly label: Words;
  /** At the line's end: a size, a state. */
  readonly detail?: Words;
  /** Said of the one that the cursor is on: what it is, or why it can't be chosen. */
  readonly note?: Words;
  readonly tone?: Tone;
  /** A box that is ticked or not. */
  readonly ticked?: boolean;
  /** Depth in a tree. */
  readonly depth?: number;
  /** Absent: it can't be chosen. */
  readonly choose?: () => void;
}

export interface ChoicesControl {
  readonly kind: "choices";
  readonly id: string;
  readonly label?: Words;
  readonly items: readonly Choice[];
  /** Said where there are no items. */
  readonly empty?: Words;
}

export interface FieldControl {
  readonly kind: "field";
  readonly id: string;
  readonly label: Words;
  readonly value: string;
  /** A password: what is typed isn't shown. */
  readonly hidden?: boolean;
  readonly change: (value: string) => void;
  /** Enter in the field; without it, Enter goes on to the next control. */
  readonly submit?: () => void;
  /** What is wrong with the value, or what it may be. */
  readonly note?: Words;
  readonly noteTone?: Tone;
}

export interface Button {
  readonly id: string;
  readonly label: Words;
  readonly note?: Words;
  /** Absent: it can't be pressed now. */
  readonly press?: () => void;
}

/** A row of things that can be done. */
export interface ButtonsControl {
  readonly kind: "buttons";
  readonly id: string;
  readonly buttons: readonly Button[];
}

export type Control = ChoicesControl | FieldControl | ButtonsControl;

export interface View {
  /** The last part of the path in the head line. */
  readonly title: Words;
  /** From top to bottom. */
  readonly body: readonly (Block | Control)[];
  /** Id of the control that has the keys first; default: the first that can be used. */
  readonly begin?: string;
  /** What `?` says of this screen, beside the keys. */
  readonly help: readonly Words[];
  /** Something is going on here that is asked about before it is stopped or left. */
  readonly running?: {
    readonly question: Words;
    readonly stop: () => void;
    readonly stopping: boolean;
  };
  /** What would be lost if the program were left now: asked before it is, from any screen above this one as well. */
  readonly unsaved?: Words;
  /** Something is being looked up: what is shown isn't all yet. */
  readonly waiting?: boolean;
  /** What Esc does here; without it, it leads back to the screen before. */
  readonly back?: () => void;
}

export function isControl(part: Block | Control): part is Control {
  return part.kind === "choices" || part.kind === "field" || part.kind === "buttons";
}

export function controlsOf(view: View): Control[] {
  return view.body.filter(isControl);
}
