/** The whole screen as lines: head, the screen's own parts, and at the bottom which keys do what. */
import type { Language } from "../../../system/text.ts";
import type { Focus } from "../focus.ts";
import { focusedControl } from "../focus.ts";
import { frameSay } from "../messages.ts";
import type { Snapshot } from "../runtime.ts";
import type { Block, Control, Words } from "../view.ts";
import { say, widthOf, wrap } from "../words.ts";
import { choicesLines, leastChoicesRows, mostChoicesRows } from "./choices.ts";
import { beforeAfterLines, diskLines } from "./disk-lines.ts";
import { footLine, headLine } from "./edges.ts";
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

const APART: readonly (Block | Control)["kind"][] = ["choices", "buttons", "disk", "before-after"];

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
    const apart = index > 0 && APART.includes(part.kind);
    return { lines, apart, focused: isFocused };
  });
  const last = view.body.at(-1);
  const isHeld = last !== undefined && last === focused && last.kind !== "choices";
  const all = spaced(parts, rows);
  return isHeld ? heldLines(all, rows, focus.page, language) : scrolled(all, rows);
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
    case "before-after":
      return beforeAfterLines(part.before, part.after, columns, language);
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

/**
 * What is worked with stays at the bottom, and what doesn't fit above it is shown a page at a time: a plan is to be read before it is
 * agreed to.
 */
function heldLines(parts: readonly Part[], rows: number, page: number, language: Language): Line[] {
  const held = parts.at(-1)?.lines ?? [];
  const above = parts.slice(0, -1).flatMap(({ lines }) => lines);
  if (above.length + held.length <= rows || held.length + 2 > rows) return scrolled(parts, rows);
  // One line says that there is more.
  const room = rows - held.length - 1;
  const pages = Math.ceil(above.length / room);
  const current = ((page % pages) + pages) % pages;
  const shown = above.slice(current * room, (current + 1) * room);
  const filled = Array.from({ length: room }, (_value, index) => shown[index] ?? EMPTY);
  const more = segment(`  ${say(frameSay.pages(current + 1, pages), language)}`, "accent");
  return [...filled, [more], ...held];
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
