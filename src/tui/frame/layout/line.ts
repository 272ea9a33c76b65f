/** A line of the screen: stretches of text with a style each. What all of the layout is made of. */
import type { Style } from "../theme.ts";
import { cut, widthOf } from "../words.ts";

export interface Segment {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Segment[];

export const segment = (text: string, style: Style = "plain"): Segment => ({ text, style });

export const EMPTY: Line = [];

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** No wider than the screen. */
export function cutLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Segment[] = [];
  let left = columns;
  for (const { text, style } of line) {
    const shown = cut(text, left);
    kept.push({ text: shown, style });
    left -= widthOf(shown);
    if (left <= 0 || shown !== text) break;
  }
  return kept;
}

/** One at the left, one at the right; the right one gives way. */
export function spread(left: Line, right: Line, columns: number): Line {
  const gap = columns - lineWidth(left) - lineWidth(right);
  if (gap < 1) return cutLine(left, columns);
  return [...left, segment(" ".repeat(gap)), ...right];
}

/** Without styles: for tests and for terminals that are read aloud. */
export function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}
