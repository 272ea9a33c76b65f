/** The whole screen as lines: head, the screen's own parts, and at the bottom which keys do what. */
import type { Language } from "../../../system/text.ts";
import type { Focus } from "../focus.ts";
import { focusedControl } from "../focus.ts";
import { keyHints } from "../key-hints.ts";
import { frameSay } from "../messages.ts";
import type { Snapshot } from "../runtime.ts";
import type { Block, Control, View, Words } from "../view.ts";
import { controlsOf } from "../view.ts";
import { cutStart, say, widthOf, wrap } from "../words.ts";
import { choicesLines, leastChoicesRows, mostChoicesRows } from "./choices.ts";
import { diskLines } from "./disk-lines.ts";
import { buttonsLines, fieldLines } from "./fields.ts";
import { helpLines } from "./help.ts";
import type { Line } from "./line.ts";
import { EMPTY, cutLine, segment } from "./line.ts";
import { leastProgressRows, progressLines } from "./progress-lines.ts";

export interface PageSize {
  readonly columns: number;
  readonly rows: number;
}

/** Smaller than this nothing can be laid out so that it is understood. */
export const LEAST_SIZE: PageSize = { columns: 40, rows: 12 };

const HEAD_ROWS = 2;
const FOOT_ROWS = 2;
/** Columns of the way here that are worth showing. */
const LEAST_TRAIL = 6;

/** As many lines as the screen has rows. */
export function pageLines(snapshot: Snapshot, size: PageSize): Line[] {
  const { columns, rows } = size;
  const { language } = snapshot;
  if (columns < LEAST_SIZE.columns || rows < LEAST_SIZE.rows) {
    return wrap(say(frameSay.tooSmall(LEAST_SIZE.columns, LEAST_SIZE.rows), language), columns)
      .slice(0, rows)
      .map((text) => [segment(text)]);
  }
  const inner = columns - 2;
  const room = rows - HEAD_ROWS - FOOT_ROWS;
  const body = bodyLines(snapshot, inner, room);
  const filled = Array.from({ length: room }, (_value, index) => body[index] ?? EMPTY);
  return [
    headLine(snapshot, columns),
    [segment("─".repeat(columns), "rule")],
    ...filled.map((line): Line => [segment(" "), ...cutLine(line, inner)]),
    [segment("─".repeat(columns), "rule")],
    footLine(snapshot, columns),
  ];
}

function headLine({ path, language }: Snapshot, columns: number): Line {
  const words = path.map((title) => say(title, language));
  // The first parts give way: where one is matters more than how one got there.
  const room = columns - 14;
  while (words.length > 2 && widthOf(words.join(" › ")) > room) words.splice(1, 1);
  const [first = "", last] = words;
  if (last !== undefined && widthOf(words.join(" › ")) > room) {
    const left = room - widthOf(last) - 3;
    if (left < LEAST_TRAIL) words.shift();
    else words[0] = cutStart(first, left);
  }
  const trail = words.flatMap((word, index) => [
    ...(index === 0 ? [] : [segment(" › ", "faint")]),
    segment(word, index === words.length - 1 ? "strong" : "faint"),
  ]);
  return cutLine([segment(" lifeboat ", "pressed"), segment(" "), ...trail], columns);
}

function footLine({ view, focus, overlay, language }: Snapshot, columns: number): Line {
  const keys = overlay === "none" ? keysOf(view, focus) : keyHints.keysOver(overlay);
  const parts = keys.flatMap(({ key, does }, index) => [
    segment(index === 0 ? " " : "   "),
    segment(key, "key"),
    segment(` ${say(does, language)}`, "faint"),
  ]);
  return cutLine(parts, columns);
}

/** Which keys do something now, the most useful first. */
export function keysOf(view: View, focus: Focus) {
  const control = focusedControl(view, focus);
  const several = controlsOf(view).length > 1;
  const keys = control === undefined ? [] : keyHints.keysIn(control.kind, focus.search !== "");
  const tab = several ? [keyHints.tabKey()] : [];
  const leave = view.running === undefined ? [keyHints.backKey()] : [keyHints.stopKey()];
  const help = control?.kind === "field" ? [] : [keyHints.helpKey()];
  return [...keys, ...tab, ...leave, ...help];
}

function bodyLines(snapshot: Snapshot, columns: number, rows: number): Line[] {
  const { view, overlay, language } = snapshot;
  if (overlay === "help") return helpLines(snapshot, columns, rows);
  const { unsaved } = snapshot;
  const asked = (question: Words, choice: Words): Line[] => [
    EMPTY,
    ...wrap(say(question, language), columns - 4).map((text): Line => [
      segment(`  ${text}`, "warning"),
    ]),
    EMPTY,
    ...wrap(say(choice, language), columns - 4).map((text): Line => [segment(`  ${text}`)]),
  ];
  if (overlay === "stop" && view.running !== undefined) {
    return asked(view.running.question, frameSay.stopChoice());
  }
  if (overlay === "leave" && unsaved !== undefined) return asked(unsaved, frameSay.leaveChoice());
  return layOut(snapshot, columns, rows);
}

interface Part {
  readonly lines: readonly Line[];
  /** Something else comes before it. */
  readonly apart: boolean;
  readonly focused: boolean;
}

/** Lists and progress share the rows that nothing else takes. */
function layOut(snapshot: Snapshot, columns: number, rows: number): Line[] {
  const { view, focus, language } = snapshot;
  const focused = focusedControl(view, focus);
  const place = { columns, language };
  const fixed = view.body.map((part) =>
    fixedLines(part, focus, { ...place, focused: part === focused }),
  );
  const taken = fixed.reduce((sum, lines) => sum + (lines?.length ?? 0), 0);
  const growing = view.body.filter((_part, index) => fixed[index] === undefined);
  const shares = shareRows(growing, rows - taken);
  const parts = view.body.map((part, index): Part => {
    const isFocused = part === focused;
    const lines =
      fixed[index] ??
      growingLines(part, focus, { ...place, rows: shares.get(part) ?? 1, focused: isFocused });
    const apart =
      index > 0 && (part.kind === "choices" || part.kind === "buttons" || part.kind === "disk");
    return { lines, apart, focused: isFocused };
  });
  return scrolled(spaced(parts, rows), rows);
}

/** An empty line before each part that is worked with, where there is room for all of them. */
function spaced(parts: readonly Part[], rows: number): Part[] {
  const height = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  const gaps = parts.filter(({ apart }) => apart).length;
  if (height + gaps > rows) return [...parts];
  return parts.map((part) => (part.apart ? { ...part, lines: [EMPTY, ...part.lines] } : part));
}

function fixedLines(
  part: Block | Control,
  focus: Focus,
  place: { columns: number; language: Language; focused: boolean },
): Line[] | undefined {
  const { columns, language } = place;
  switch (part.kind) {
    case "gap":
      return [EMPTY];
    case "text":
      return wrap(say(part.text, language), columns).map((text): Line => [
        segment(text, part.tone ?? "plain"),
      ]);
    case "facts": {
      const labels = part.facts.map(({ label }) => say(label, language));
      const widest = Math.min(24, Math.max(0, ...labels.map(widthOf)));
      return part.facts.flatMap(({ label, value, tone }): Line[] => {
        const name = say(label, language);
        const fill = " ".repeat(Math.max(0, widest - widthOf(name)) + 2);
        const [first = "", ...more] = wrap(say(value, language), columns - widest - 2);
        return [
          [segment(name + fill, "faint"), segment(first, tone ?? "plain")],
          ...more.map((text): Line => [segment(" ".repeat(widest + 2) + text, tone ?? "plain")]),
        ];
      });
    }
    case "disk":
      return diskLines(part.picture, columns, language);
    case "field":
      return fieldLines(part, focus, place);
    case "buttons":
      return buttonsLines(part, focus, place);
    case "choices":
    case "progress":
      return undefined;
  }
}

function growingLines(
  part: Block | Control,
  focus: Focus,
  place: { columns: number; rows: number; language: Language; focused: boolean },
): Line[] {
  if (part.kind === "choices") return choicesLines(part, focus, place);
  if (part.kind === "progress") return progressLines(part.jobs, place);
  return [];
}

function shareRows(
  parts: readonly (Block | Control)[],
  room: number,
): Map<Block | Control, number> {
  const shares = new Map<Block | Control, number>();
  const needs = parts.map((part) => {
    if (part.kind === "choices")
      return { part, least: leastChoicesRows(part), most: mostChoicesRows(part) };
    if (part.kind === "progress")
      return { part, least: leastProgressRows(part.jobs), most: Number.POSITIVE_INFINITY };
    return { part, least: 0, most: 0 };
  });
  let left = room - needs.reduce((sum, { least }) => sum + least, 0);
  for (const [index, { part, least, most }] of needs.entries()) {
    const share = Math.max(0, Math.floor(left / (needs.length - index)));
    const more = Math.min(most - least, share);
    shares.set(part, least + more);
    left -= more;
  }
  return shares;
}

/** Where all of it doesn't fit, the lines around what has the keys. */
function scrolled(parts: readonly Part[], rows: number): Line[] {
  const lines = parts.flatMap((part) => part.lines);
  if (lines.length <= rows) return lines;
  const before = parts.slice(
    0,
    parts.findIndex(({ focused }) => focused),
  );
  const start = before.reduce((sum, part) => sum + part.lines.length, 0);
  const height = parts.find(({ focused }) => focused)?.lines.length ?? 0;
  const end = Math.min(lines.length, start + height + 1);
  const first = Math.max(0, Math.min(start, end - rows));
  return lines.slice(first, first + rows);
}
