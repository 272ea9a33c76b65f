/** What a screen says is all on it, whatever its size. */
import { expect } from "vitest";
import { controlsOf } from "../../src/tui/frame/view.ts";
import { say, widthOf } from "../../src/tui/frame/words.ts";
import type { Layout } from "./layout.ts";
import type { Terminal } from "./tui.tsx";

/** What a sentence may end with; what ends so otherwise was cut. */
const WAITING = /(?: …|……)$/;

/** No line is too wide, no sentence is cut short, and title, texts, labels, notes of fields and buttons are all there. */
export function expectWholeScreen(terminal: Terminal, { columns, rows, language }: Layout): void {
  const screen = terminal.screen();
  const lines = screen.split("\n");
  expect(lines.length, screen).toBe(rows);
  for (const line of lines) expect(widthOf(line), screen).toBeLessThanOrEqual(columns);
  const { view } = terminal.runtime.snapshot;
  expect(lines[0], screen).toContain(say(view.title, language));
  const flat = screen.replaceAll(/\s+/g, "");
  const isThere = (text: string) =>
    expect(flat, `${text}\n${screen}`).toContain(text.replaceAll(/\s+/g, ""));
  for (const part of view.body) {
    if (part.kind === "text") isThere(say(part.text, language));
    if (part.kind === "field") {
      isThere(say(part.label, language));
      if (part.note !== undefined) isThere(say(part.note, language));
    }
    if (part.kind === "facts") for (const { label } of part.facts) isThere(say(label, language));
    if (part.kind === "choices" && part.label !== undefined) isThere(say(part.label, language));
  }
  for (const control of controlsOf(view)) {
    if (control.kind !== "buttons") continue;
    for (const { label } of control.buttons) isThere(say(label, language));
  }
  for (const line of lines.slice(0, -1)) {
    const text = line.trimEnd();
    if (!WAITING.test(text)) expect(text.endsWith("…"), screen).toBe(false);
  }
}
