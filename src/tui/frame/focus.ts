/**
 * Where the user is on a screen: which control has the keys, which line of a list, what was typed to search it, where in a field. Pure:
 * a key gives a new focus, and perhaps something to carry out.
 */
import type { Language } from "../../system/text.ts";
import type { Key, NamedKey } from "./key.ts";
import type { Button, Choice, ChoicesControl, Control, FieldControl, View } from "./view.ts";
import { controlsOf } from "./view.ts";
import { charactersOf, say } from "./words.ts";

export interface Focus {
  /** The control that has the keys; none where the screen has none. */
  readonly control: string | undefined;
  /** By control: the id of the choice or button that the cursor is on. */
  readonly on: Readonly<Record<string, string>>;
  /** By control: where it was in the list, for when that choice is gone. */
  readonly index: Readonly<Record<string, number>>;
  /** Narrows the focused list; empty: all of it. */
  readonly search: string;
  /** In the focused field, in characters; undefined: at its end. */
  readonly caret: number | undefined;
  /** Where not all of the screen fits: which page of it is shown, counted round and round. */
  readonly page: number;
}

export const NO_FOCUS: Focus = {
  control: undefined,
  on: {},
  index: {},
  search: "",
  caret: undefined,
  page: 0,
};

export interface Answer {
  readonly focus: Focus;
  /** What the key asks for. */
  readonly act?: () => void;
  /** The key meant nothing here: the frame may know better. */
  readonly unused?: true;
}

/** What each key that means something does. */
type Keys = Partial<Record<NamedKey, () => Answer>>;

/** A line of a list jumps by so many with Page Up and Down. */
const PAGE = 10;

/** The control that has the keys: the one that had them, or the first that can be used. */
export function focusedControl(view: View, focus: Focus): Control | undefined {
  const controls = controlsOf(view);
  return (
    controls.find(({ id }) => id === focus.control) ??
    controls.find(({ id }) => id === view.begin) ??
    controls.find(isOfUse) ??
    controls.at(0)
  );
}

function isOfUse(control: Control): boolean {
  if (control.kind === "field") return true;
  if (control.kind === "choices") return control.items.length > 0;
  return control.buttons.some(({ press }) => press !== undefined);
}

/** The choices that are left of a list when it is searched: those that have each typed word in them. */
export function foundIn(
  { items }: ChoicesControl,
  search: string,
  language: Language,
): readonly Choice[] {
  const words = search.toLowerCase().split(" ").filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ label, detail }) => {
    const text = `${say(label, language)} ${detail === undefined ? "" : say(detail, language)}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
}

/** Which of the items has the cursor; -1 where there is none. */
export function cursorIn(
  items: readonly { readonly id: string }[],
  id: string,
  focus: Focus,
): number {
  const at = items.findIndex((item) => item.id === focus.on[id]);
  return at >= 0 ? at : Math.min(focus.index[id] ?? 0, items.length - 1);
}

export function keyPressed(view: View, focus: Focus, key: Key, language: Language): Answer {
  const control = focusedControl(view, focus);
  if (key.kind === "named") {
    if (key.name === "tab") return { focus: toNext(view, focus, 1) };
    if (key.name === "back-tab") return { focus: toNext(view, focus, -1) };
  }
  if (control === undefined) return { focus, unused: true };
  switch (control.kind) {
    case "choices":
      return inChoices(view, control, focus, key, language);
    case "field":
      return inField(view, control, focus, key);
    case "buttons":
      return searched(view, focus, key) ?? inButtons(view, control, focus, key);
  }
}

/** The next control that can be used, round and round. */
function toNext(view: View, focus: Focus, by: 1 | -1): Focus {
  const controls = controlsOf(view).filter(isOfUse);
  const at = controls.findIndex(({ id }) => id === focusedControl(view, focus)?.id);
  const next = controls.at((at + by + controls.length) % Math.max(1, controls.length));
  return next === undefined ? focus : { ...focus, control: next.id, search: "", caret: undefined };
}

/** Arrows leave a control at its ends, too, but don't go round. */
function beyond(view: View, focus: Focus, by: 1 | -1): Focus {
  const controls = controlsOf(view).filter(isOfUse);
  const at = controls.findIndex(({ id }) => id === focusedControl(view, focus)?.id);
  return controls[at + by] === undefined ? focus : toNext(view, focus, by);
}

/** Where there is no control that way, the page that way. */
function beyondOrPage(view: View, focus: Focus, by: 1 | -1): Focus {
  const next = beyond(view, focus, by);
  return next === focus ? paged(focus, by) : next;
}

function paged(focus: Focus, by: 1 | -1): Focus {
  return { ...focus, page: focus.page + by };
}

function inChoices(
  view: View,
  control: ChoicesControl,
  focus: Focus,
  key: Key,
  language: Language,
): Answer {
  const items = foundIn(control, focus.search, language);
  const cursor = cursorIn(items, control.id, focus);
  const to = (index: number, rest: Partial<Focus> = {}): Answer => {
    const clamped = Math.max(0, Math.min(items.length - 1, index));
    return { focus: { ...putOn(focus, control.id, items, clamped), ...rest } };
  };
  const choose = (): Answer => {
    const act = items[cursor]?.choose;
    // With what was searched for chosen, the whole list is of interest again.
    const after = { ...putOn(focus, control.id, items, cursor), search: "" };
    return act === undefined ? { focus } : { focus: after, act };
  };
  if (key.kind === "text") {
    if (key.text === " " && focus.search === "") return choose();
    if (key.text === "?" && focus.search === "") return { focus, unused: true };
    const search = focus.search + key.text;
    return {
      focus: { ...focus, control: control.id, search, index: { ...focus.index, [control.id]: 0 } },
    };
  }
  const does: Keys = {
    up: () => (cursor <= 0 ? { focus: beyond(view, focus, -1) } : to(cursor - 1)),
    down: () => (cursor >= items.length - 1 ? { focus: beyond(view, focus, 1) } : to(cursor + 1)),
    "page-up": () => to(cursor - PAGE),
    "page-down": () => to(cursor + PAGE),
    home: () => to(0),
    end: () => to(items.length - 1),
    enter: () => choose(),
    backspace: () => {
      if (focus.search === "") return { focus, unused: true };
      return { focus: { ...focus, search: charactersOf(focus.search).slice(0, -1).join("") } };
    },
    escape: () =>
      focus.search === "" ? { focus, unused: true } : { focus: { ...focus, search: "" } },
  };
  return does[key.name]?.() ?? { focus, unused: true };
}

/** On buttons letters mean nothing: they search the screen's list, where it has one. */
function searched(view: View, focus: Focus, key: Key): Answer | undefined {
  if (key.kind !== "text" || key.text === " " || key.text === "?") return undefined;
  const [list, ...others] = controlsOf(view).filter(
    (one) => one.kind === "choices" && one.items.length > 0,
  );
  if (list === undefined || others.length > 0) return undefined;
  return {
    focus: {
      ...focus,
      control: list.id,
      search: key.text,
      index: { ...focus.index, [list.id]: 0 },
    },
  };
}

function inButtons(
  view: View,
  { id, buttons }: { readonly id: string; readonly buttons: readonly Button[] },
  focus: Focus,
  key: Key,
): Answer {
  const usable = buttons.filter(({ press }) => press !== undefined);
  const cursor = cursorIn(usable, id, focus);
  const act = usable[cursor]?.press;
  const press = (): Answer =>
    act === undefined ? { focus } : { focus: putOn(focus, id, usable, cursor), act };
  if (key.kind === "text") return key.text === " " ? press() : { focus, unused: true };
  const does: Keys = {
    left: () => ({ focus: putOn(focus, id, usable, Math.max(0, cursor - 1)) }),
    right: () => ({ focus: putOn(focus, id, usable, Math.min(usable.length - 1, cursor + 1)) }),
    up: () => ({ focus: beyondOrPage(view, focus, -1) }),
    down: () => ({ focus: beyondOrPage(view, focus, 1) }),
    "page-up": () => ({ focus: paged(focus, -1) }),
    "page-down": () => ({ focus: paged(focus, 1) }),
    enter: () => press(),
  };
  return does[key.name]?.() ?? { focus, unused: true };
}

function inField(view: View, control: FieldControl, focus: Focus, key: Key): Answer {
  const characters = charactersOf(control.value);
  const caret = Math.min(focus.caret ?? characters.length, characters.length);
  const at = (index: number): Answer => {
    const inside = Math.max(0, Math.min(characters.length, index));
    return { focus: { ...focus, control: control.id, caret: inside } };
  };
  const change = (before: readonly string[], after: readonly string[]): Answer => {
    const value = [...before, ...after].join("");
    return {
      ...at(before.length),
      focus: { ...focus, control: control.id, caret: before.length },
      act: () => control.change(value),
    };
  };
  if (key.kind === "text") {
    const added = charactersOf(key.text.replaceAll(/[\u0000-\u001f\u007f]/g, ""));
    return change([...characters.slice(0, caret), ...added], characters.slice(caret));
  }
  const does: Keys = {
    left: () => at(caret - 1),
    right: () => at(caret + 1),
    home: () => at(0),
    end: () => at(characters.length),
    backspace: () =>
      caret === 0 ? { focus } : change(characters.slice(0, caret - 1), characters.slice(caret)),
    clear: () => change([], []),
    delete: () => change(characters.slice(0, caret), characters.slice(caret + 1)),
    up: () => ({ focus: beyondOrPage(view, focus, -1) }),
    down: () => ({ focus: beyondOrPage(view, focus, 1) }),
    "page-up": () => ({ focus: paged(focus, -1) }),
    "page-down": () => ({ focus: paged(focus, 1) }),
    enter: () => {
      if (control.submit === undefined) return { focus: beyond(view, focus, 1) };
      return { focus, act: control.submit };
    },
  };
  return does[key.name]?.() ?? { focus, unused: true };
}

function putOn(
  focus: Focus,
  control: string,
  items: readonly { readonly id: string }[],
  index: number,
): Focus {
  const id = items[index]?.id;
  if (id === undefined) return focus;
  return {
    ...focus,
    control,
    on: { ...focus.on, [control]: id },
    index: { ...focus.index, [control]: index },
  };
}
