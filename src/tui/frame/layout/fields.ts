/** A field to type in, and a row of buttons. */
import type { Language } from "../../../system/text.ts";
import type { Focus } from "../focus.ts";
import { cursorIn } from "../focus.ts";
import type { ButtonsControl, FieldControl } from "../view.ts";
import { charactersOf, cutStart, say, widthOf, wrap } from "../words.ts";
import type { Line, Segment } from "./line.ts";
import { EMPTY, segment } from "./line.ts";

export interface FieldPlace {
  readonly columns: number;
  readonly language: Language;
  readonly focused: boolean;
}

/** Columns of a value that stands beside its label. */
const LEAST_VALUE = 16;

/** Label, value with the caret, and what is to be said of it: a line where that is nothing, so that little moves. */
export function fieldLines(control: FieldControl, focus: Focus, place: FieldPlace): Line[] {
  const { columns, language, focused } = place;
  const label = `${say(control.label, language)} `;
  const isBeside = widthOf(label) + LEAST_VALUE <= columns - 3;
  const room = isBeside ? columns - widthOf(label) - 3 : columns - 3;
  const note = control.note === undefined ? "" : say(control.note, language);
  const pointer = segment(focused ? "❯ " : "  ", "cursor");
  const style = focused ? "strong" : "plain";
  const value = valueSegments(
    shownValue(control),
    focused ? focus.caret : undefined,
    room,
    focused,
  );
  // A long label (it may have a path in it) leaves the value a line of its own.
  const above = wrap(label.trimEnd(), columns - 2).map((text): Line => [
    segment("  "),
    segment(text, style),
  ]);
  return [
    ...(isBeside ? [[pointer, segment(label, style), ...value]] : [...above, [pointer, ...value]]),
    ...(note === ""
      ? [EMPTY]
      : wrap(note, columns - 2).map((text): Line => [
          segment(`  ${text}`, control.noteTone ?? "faint"),
        ])),
  ];
}

/** A bullet for each character, so that a key that was not heard is seen. */
function shownValue({ value, hidden }: FieldControl): string {
  return hidden === true ? "•".repeat(charactersOf(value).length) : value;
}

function valueSegments(
  value: string,
  caretAt: number | undefined,
  room: number,
  focused: boolean,
): Segment[] {
  // Of hostile names that were pasted, too.
  const characters = charactersOf(say(value, "en"));
  if (!focused) return [segment(cutStart(characters.join(""), room), "accent")];
  const caret = Math.min(caretAt ?? characters.length, characters.length);
  const before = cutStart(characters.slice(0, caret).join(""), room - 1);
  const under = characters[caret] ?? " ";
  let after = "";
  for (const character of characters.slice(caret + 1)) {
    if (widthOf(before + under + after + character) > room) break;
    after += character;
  }
  return [segment(before, "accent"), segment(under, "pressed"), segment(after, "accent")];
}

export function buttonsLines(control: ButtonsControl, focus: Focus, place: FieldPlace): Line[] {
  const { columns, language, focused } = place;
  const usable = control.buttons.filter(({ press }) => press !== undefined);
  const current = usable[cursorIn(usable, control.id, focus)];
  const lines: Segment[][] = [[]];
  let width = 0;
  for (const { id, label, press } of control.buttons) {
    const isOn = focused && id === current?.id;
    const text = isOn ? `❯ ${say(label, language)} ` : `[ ${say(label, language)} ]`;
    if (width > 0 && width + widthOf(text) + 2 > columns) {
      lines.push([]);
      width = 0;
    }
    const style = press === undefined ? "faint" : isOn ? "pressed" : "button";
    lines.at(-1)?.push(segment(width === 0 ? "" : "  "), segment(text, style));
    width += widthOf(text) + 2;
  }
  const note = focused && current?.note !== undefined ? say(current.note, language) : "";
  const hasNotes = control.buttons.some((button) => button.note !== undefined);
  if (!hasNotes) return lines;
  const said = note === "" ? [] : wrap(note, columns - 2);
  return [...lines, ...[0, 1].map((index): Line => [segment(`  ${said[index] ?? ""}`, "faint")])];
}
