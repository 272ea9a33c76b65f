/** A list: as many lines as there is room for, the one with the cursor among them. */
import type { Language } from "../../../system/text.ts";
import type { Focus } from "../focus.ts";
import { cursorIn, foundIn } from "../focus.ts";
import { frameSay } from "../messages.ts";
import type { Choice, ChoicesControl } from "../view.ts";
import { cut, say, widthOf, wrap } from "../words.ts";
import type { Line } from "./line.ts";
import { EMPTY, segment, spread } from "./line.ts";

/** Lines for what is said of the choice under the cursor. */
const NOTE_LINES = 2;

export interface ChoicesPlace {
  readonly columns: number;
  /** At most; a list takes at least `leastChoicesRows`. */
  readonly rows: number;
  readonly language: Language;
  readonly focused: boolean;
}

export function choicesLines(control: ChoicesControl, focus: Focus, place: ChoicesPlace): Line[] {
  const { columns, language, focused } = place;
  const search = focused ? focus.search : "";
  const items = foundIn(control, search, language);
  const cursor = cursorIn(items, control.id, focus);
  const head = headLines(control, search, language, focused);
  const noted = hasNotes(control) ? NOTE_LINES : 0;
  const room = Math.max(1, place.rows - head.length - noted);
  if (items.length === 0) {
    const none = search === "" ? (control.empty ?? "") : frameSay.nothingFound(search);
    return [...head, [segment(`  ${say(none, language)}`, "faint")]];
  }
  const first = firstShown(items.length, cursor, room);
  const shown = items.slice(first, first + room);
  const lines = shown.map((item, index) =>
    choiceLine(item, { columns: columns - 2, language, focused, here: first + index === cursor }),
  );
  const bar = scrollBar(items.length, first, shown.length);
  const withBar = lines.map((line, index) => [
    ...spread(line, [], columns - 2),
    segment(` ${bar[index] ?? " "}`, "rule"),
  ]);
  const note = noted === 0 ? [] : noteLines(items[cursor], columns, language, focused);
  return [...head, ...withBar, ...note];
}

/** Head, one choice and what is said of it. */
export function leastChoicesRows(control: ChoicesControl): number {
  const head = control.label === undefined ? 0 : 1;
  return (
    head + Math.min(3, Math.max(1, control.items.length)) + (hasNotes(control) ? NOTE_LINES : 0)
  );
}

/** All of it. */
export function mostChoicesRows(control: ChoicesControl): number {
  const head = control.label === undefined ? 0 : 1;
  return head + Math.max(1, control.items.length) + (hasNotes(control) ? NOTE_LINES : 0);
}

function hasNotes({ items }: ChoicesControl): boolean {
  return items.some(({ note }) => note !== undefined);
}

function headLines(
  { label }: ChoicesControl,
  search: string,
  language: Language,
  focused: boolean,
): Line[] {
  if (search !== "") {
    return [
      [
        segment(`${say(frameSay.search(), language)} `, "faint"),
        segment(search, "accent"),
        segment("▏", "accent"),
      ],
    ];
  }
  if (label === undefined) return [];
  return [[segment(say(label, language), focused ? "strong" : "faint")]];
}

function choiceLine(
  { label, detail, tone, ticked, depth, choose }: Choice,
  place: { columns: number; language: Language; focused: boolean; here: boolean },
): Line {
  const { columns, language, focused, here } = place;
  const isOn = focused && here;
  const pointer = isOn ? "❯ " : here ? "› " : "  ";
  const box = ticked === undefined ? "" : ticked ? "[×] " : "[ ] ";
  const indent = "  ".repeat(depth ?? 0);
  const words = detail === undefined ? "" : say(detail, language);
  // A detail takes at most half; the label what is left.
  const end = cut(words, Math.floor(columns / 2));
  const room = columns - widthOf(pointer + box + indent) - (end === "" ? 0 : widthOf(end) + 2);
  const style = isOn ? "cursor" : (tone ?? (choose === undefined ? "faint" : "plain"));
  const text = cut(say(label, language), room);
  const left = [segment(pointer, isOn ? "cursor" : "faint"), segment(box + indent + text, style)];
  if (end === "") return left;
  return spread(left, [segment(end, isOn ? "cursor" : "faint")], columns);
}

function noteLines(
  item: Choice | undefined,
  columns: number,
  language: Language,
  focused: boolean,
): Line[] {
  const text = focused && item?.note !== undefined ? say(item.note, language) : "";
  const lines = text === "" ? [] : wrap(text, columns - 4);
  const shown = lines.slice(0, NOTE_LINES);
  // What doesn't fit is told by its last line.
  if (lines.length > NOTE_LINES) {
    shown[NOTE_LINES - 1] = cut(lines.slice(NOTE_LINES - 1).join(" "), columns - 4);
  }
  return Array.from({ length: NOTE_LINES }, (_value, index) => {
    const line = shown[index];
    return line === undefined ? EMPTY : [segment(`    ${line}`, "faint")];
  });
}

/** The cursor keeps to the middle, but for the list's ends. */
function firstShown(count: number, cursor: number, room: number): number {
  return Math.max(0, Math.min(count - room, cursor - Math.floor(room / 2)));
}

/** Where in the list the shown lines are; nothing where all of it is shown. */
function scrollBar(count: number, first: number, shown: number): string[] {
  if (shown >= count) return [];
  const length = Math.max(1, Math.round((shown * shown) / count));
  const start = Math.round((first * (shown - length)) / Math.max(1, count - shown));
  return Array.from({ length: shown }, (_value, index) =>
    index >= start && index < start + length ? "█" : "│",
  );
}
