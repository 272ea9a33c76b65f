/** What `?` shows: what the screen is for, then all keys. */
import { keyHints } from "../key-hints.ts";
import type { Snapshot } from "../runtime.ts";
import { pad, say, wrap } from "../words.ts";
import type { Line } from "./line.ts";
import { EMPTY, segment } from "./line.ts";

const KEY_COLUMNS = 14;

export function helpLines({ view, language }: Snapshot, columns: number, rows: number): Line[] {
  const about = view.help.flatMap((words) => [
    ...wrap(say(words, language), columns).map((text): Line => [segment(text)]),
    EMPTY,
  ]);
  const keys = keyHints
    .allKeys()
    .map(({ key, does }): Line => [
      segment(pad(key, KEY_COLUMNS), "key"),
      segment(say(does, language), "faint"),
    ]);
  // The keys are at the bottom of each screen, too: where there is little room they go first.
  return [...about, ...keys].slice(0, rows);
}
