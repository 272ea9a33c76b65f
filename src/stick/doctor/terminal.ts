/** What the terminal can show. */
import type { Check } from "./check.ts";
import { say } from "./messages.ts";

/** As `process.stdout` is one where it is a terminal. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** 1, 4, 8 or 24. */
  readonly colourBits: number;
}

const COLUMNS = 80;
const ROWS = 24;

export function checkTerminal(
  terminal: Terminal | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Check[] {
  const checks: Check[] = [];
  if (terminal === undefined) {
    checks.push({
      id: "terminal",
      level: "ok",
      what: say.noTerminal(),
      neededFor: say.forReading(),
    });
  } else {
    const { columns, rows, colourBits } = terminal;
    const about = {
      id: "terminal-size",
      what: say.size(columns, rows),
      neededFor: say.forReading(),
    };
    checks.push(
      columns >= COLUMNS && rows >= ROWS
        ? { ...about, level: "ok" }
        : { ...about, level: "warning", fix: say.sizeFix(COLUMNS, ROWS) },
      {
        id: "terminal-colours",
        level: "ok",
        what:
          colourBits === 1 ? say.noColours() : say.colours((2 ** colourBits).toLocaleString("en")),
        neededFor: say.forColours(),
      },
    );
  }
  // Windows' consoles take Unicode from Node whatever the locale.
  if (platform === "win32") return checks;
  const locale = localeOf(environment);
  const about = { id: "locale", neededFor: say.forNames() };
  return [
    ...checks,
    isUtf8(environment)
      ? { ...about, level: "ok", what: say.utf8(locale) }
      : { ...about, level: "warning", what: say.noUtf8(locale), fix: say.utf8Fix() },
  ];
}

/** By POSIX precedence. */
function localeOf(environment: Readonly<Record<string, string | undefined>>): string {
  return environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "C";
}

export function isUtf8(environment: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(localeOf(environment));
}
