/** What every screen owes to whoever reads it, whatever the terminal's size. */
import { expect } from "vitest";
import type { Language } from "../../src/system/text.ts";
import { widthOf } from "../../src/tui/frame/words.ts";
import type { Terminal } from "./tui.tsx";

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly language: Language;
}

const ALL_LAYOUTS: readonly Layout[] = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
].flatMap((size) => (["en", "zh"] as const).map((language) => ({ ...size, language })));

/** The narrowest in both languages, and each other size in one of them; `LIFEBOAT_LAYOUTS=all`: all six. */
export const LAYOUTS =
  process.env["LIFEBOAT_LAYOUTS"] === "all"
    ? ALL_LAYOUTS
    : ALL_LAYOUTS.filter(
        ({ columns, language }) => columns === 60 || (columns === 80) === (language === "en"),
      );

/**
 * Those in which the compiled program is walked through in a real terminal: the smallest and the largest, and each language once.
 * `LIFEBOAT_LAYOUTS=all`: all six.
 */
export const WALKED_LAYOUTS =
  process.env["LIFEBOAT_LAYOUTS"] === "all"
    ? LAYOUTS
    : LAYOUTS.filter(({ columns, language }) =>
        language === "en" ? columns === 60 : columns === 200,
      );

/** Nothing is wider or higher than the terminal, and nothing was cut but paths at their beginning. */
export function expectFits(terminal: Terminal, { columns, rows }: Layout): void {
  const screen = terminal.screen();
  const lines = screen.split("\n");
  expect(lines.length, screen).toBeLessThanOrEqual(rows);
  for (const line of lines) expect(widthOf(line), screen).toBeLessThanOrEqual(columns);
  // A path may lose its beginning, and the steps of a job that are done their end. What goes on has the sign too, apart or doubled.
  const cut = lines.filter((line) => /[^\s…]…(\s*$| {2})/.test(line) && !/^ +[✓▸✘] /.test(line));
  expect(cut, screen).toEqual([]);
}

/** All that a screen says, page by page. */
export async function readPages(terminal: Terminal): Promise<string> {
  const said = [terminal.screen()];
  const pages = /1\/(\d+) {2}/.exec(said[0] ?? "")?.[1];
  for (let page = 1; page < Number(pages ?? 1); page++) {
    await terminal.press("page-down");
    await terminal.see(`${page + 1}/${pages}`);
    said.push(terminal.screen());
  }
  if (pages !== undefined) await terminal.press("page-down");
  return said.join("\n");
}
