/** The lines at the top and the bottom of every screen: where one is, and which keys do something. */
import type { Focus } from "../focus.ts";
import { focusedControl } from "../focus.ts";
import { keyHints } from "../key-hints.ts";
import type { Snapshot } from "../runtime.ts";
import type { View } from "../view.ts";
import { controlsOf } from "../view.ts";
import { cutStart, say, widthOf } from "../words.ts";
import type { Line } from "./line.ts";
import { cutLine, lineWidth, segment } from "./line.ts";

/** Of the program's name before the trail, and the space around it. */
const HEAD_COLUMNS = 12;
const BETWEEN = " › ";
/** Less of the trail's beginning tells nobody anything. */
const LEAST_CRUMB_COLUMNS = 6;

export function headLine({ path, language }: Snapshot, columns: number): Line {
  const words = path.map((title) => say(title, language));
  const room = columns - HEAD_COLUMNS;
  const isTooLong = () => widthOf(words.join(BETWEEN)) > room;
  // The first parts give way: where one is matters more than how one got there.
  while (words.length > 2 && isTooLong()) words.splice(1, 1);
  if (words.length > 1 && isTooLong()) {
    const left = room - widthOf(words.slice(1).join(BETWEEN)) - widthOf(BETWEEN);
    if (left < LEAST_CRUMB_COLUMNS) words.shift();
    else words[0] = cutStart(words[0] ?? "", left);
  }
  // Of a path its end is what tells.
  if (words.length === 1) words[0] = cutStart(words[0] ?? "", room);
  const trail = words.flatMap((word, index) => [
    ...(index === 0 ? [] : [segment(BETWEEN, "faint")]),
    segment(word, index === words.length - 1 ? "strong" : "faint"),
  ]);
  return cutLine([segment(" lifeboat ", "pressed"), segment(" "), ...trail], columns);
}

export function footLine({ view, focus, overlay, language }: Snapshot, columns: number): Line {
  const keys = overlay === "none" ? keysOf(view, focus) : keyHints.keysOver(overlay);
  const parts = keys.map(({ key, does }): Line => [
    segment("   "),
    segment(key, "key"),
    segment(` ${say(does, language)}`, "faint"),
  ]);
  // Where there isn't room for all, those that everybody tries by himself give way, and how to leave and get help stays.
  while (parts.length > 1 && lineWidth(parts.flat()) - 2 > columns) parts.shift();
  const [, ...line] = parts.flat();
  return cutLine([segment(" "), ...line], columns);
}

/** Which keys do something now, the most useful first. */
function keysOf(view: View, focus: Focus) {
  const control = focusedControl(view, focus);
  const several = controlsOf(view).length > 1;
  const keys = control === undefined ? [] : keyHints.keysIn(control.kind, focus.search !== "");
  const tab = several ? [keyHints.tabKey()] : [];
  const leave = view.running === undefined ? [keyHints.backKey()] : [keyHints.stopKey()];
  const help = control?.kind === "field" ? [] : [keyHints.helpKey()];
  return [...keys, ...tab, ...leave, ...help];
}
