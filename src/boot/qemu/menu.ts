/**
 * Choosing in a GRUB menu over the serial line. GRUB takes Emacs' keys there as well as arrows, and a key of one byte can't be
 * torn apart where the firmware reads the same line (GRUB manual, "Interface"; grub-core/normal/menu.c).
 */
import type { SerialConsole } from "./console.ts";
import type { Watch } from "./watch.ts";

export const KEYS = { first: "\u0001", next: "\u000e", enter: "\r" } as const;

/** In the head of each GRUB menu, whatever its language. */
const MENU_HEAD = "GNU GRUB";

/** The menu is drawn when its line has been silent for so long; a countdown speaks once a second. */
const DRAWN_MS = 400;

/** A pressed key shows within this time, or the menu isn't there any more. */
const REACTION_MS = 2_000;

/** At the end of its list GRUB draws the last entry again. Entries of the same title in a row look the same, up to so many. */
const MOST_ALIKE = 4;

/** An entry: its position from 0 (beyond the end, it is the last one), or a part of its title. */
export type Choice = number | string;

/** The entry that stands highlighted in what a menu drew last: GRUB puts an asterisk before it. */
export function highlightedEntry(text: string): string | undefined {
  const lines = text.split("\n");
  for (let index = lines.length - 1; index >= 0; index--) {
    // A title that begins with a dash has a space before it: GRUB would take it for an option.
    const entry = /^\s*\|?\* ?(\S.*?)\s*\|?\s*$/.exec(lines[index] ?? "")?.[1];
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/**
 * Waits for a menu after `from`, moves to `choice`, calls `atEntry` and starts the entry.
 * @returns the position on the line just before the last key; undefined where the menu or the entry never came.
 */
export async function choose(
  line: SerialConsole,
  choice: Choice,
  from: number,
  watch: Watch,
  atEntry: () => Promise<void>,
): Promise<number | undefined> {
  const menu = await watch.until(() => {
    const head = line.find(MENU_HEAD, from);
    if (head === undefined || line.quietMs < DRAWN_MS) return undefined;
    return highlightedEntry(line.since(head)) === undefined ? undefined : head;
  });
  if (menu === undefined) return undefined;
  // The entry highlighted at first may be another one, and this stops the countdown too.
  await press(line, KEYS.first, watch);
  const found =
    typeof choice === "number"
      ? await moveBy(line, choice, watch)
      : await moveTo(line, choice, menu, watch);
  if (!found) return undefined;
  await atEntry();
  const before = line.end;
  line.send(KEYS.enter);
  return before;
}

async function moveBy(line: SerialConsole, steps: number, watch: Watch): Promise<boolean> {
  for (let step = 0; step < steps; step++) {
    if (!(await press(line, KEYS.next, watch))) return false;
  }
  return true;
}

async function moveTo(
  line: SerialConsole,
  title: string,
  from: number,
  watch: Watch,
): Promise<boolean> {
  let alike = 0;
  let last: string | undefined;
  while (alike < MOST_ALIKE) {
    const entry = highlightedEntry(line.since(from));
    if (entry?.includes(title)) return true;
    alike = entry === last ? alike + 1 : 0;
    last = entry;
    if (!(await press(line, KEYS.next, watch))) return false;
  }
  return false;
}

/** Presses a key and waits until the menu is drawn anew; false where it isn't. */
async function press(line: SerialConsole, key: string, watch: Watch): Promise<boolean> {
  const before = line.end;
  line.send(key);
  const moved = await watch.until(
    () => (highlightedEntry(line.since(before)) === undefined ? undefined : true),
    REACTION_MS,
  );
  if (moved)
    await watch.until(() => (line.quietMs >= DRAWN_MS / 2 ? true : undefined), REACTION_MS);
  return moved ?? false;
}
