/**
 * Pages that show commands and what these print: in blocks marked `console`, a line with `$ ` before it is a command, and what follows is its
 * output. A line `…` stands for any number of lines, and within a line for some of it. So what a page quotes can be carried out again, and be held against what comes.
 */

export interface ShownCommand {
  /** Its line in the page, from 1. */
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

const FENCE = "```";
export const LEFT_OUT = "…";

export function shownCommands(page: string): ShownCommand[] {
  const found: { line: number; command: string; output: string[] }[] = [];
  let inside = false;
  for (const [index, line] of page.split("\n").entries()) {
    if (line.startsWith(FENCE)) inside = line === `${FENCE}console`;
    else if (inside && line.startsWith("$ "))
      found.push({ line: index + 1, command: line.slice(2), output: [] });
    else if (inside) found.at(-1)?.output.push(line);
  }
  return found;
}

/** Files that the page has its reader write: a block with the file's name behind its language. */
export function shownFiles(page: string): ReadonlyMap<string, string> {
  const blocks = page.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", text = ""]) => [name, text]));
}

/** What is another in each run, or on each computer. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/LIFEBOAT-[0-9A-F]{8}/g, "LIFEBOAT-NAME"],
  [/\b[0-9a-f]{64}\b/gi, "SHA256"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
  [/\d{8}T?-?\d{6}Z?/g, "TIME"],
  [/\b[\d.]+ MB\/s/g, "RATE"],
  [/\b\d+ × 4 KiB\/s/g, "RATE"],
  // What Debian's packages are today.
  [/\([\d.]+ MiB\)/g, "(SIZE)"],
  [/version 2\.\d\d-\S+/g, "VERSION"],
  [/grub\.pbkdf2\.sha512\.\S+/g, "HASH"],
];

function constant(line: string): string {
  return VARYING.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), line.trimEnd());
}

/** In a line, an ellipsis stands for some of it. */
function patternOf(line: string): RegExp {
  const parts = line.split(LEFT_OUT).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** Whether a command's output is what the page shows of it. */
export function isAsShown(shown: readonly string[], output: string): boolean {
  const lines = output.trimEnd().split("\n").map(constant);
  const wanted = shown.map(constant);
  const same = (line: string | undefined, expected: string) =>
    line !== undefined && patternOf(expected).test(line);
  const fits = (from: number, at: number): boolean => {
    const expected = wanted[from];
    if (expected === undefined) return at === lines.length;
    if (expected !== LEFT_OUT) return same(lines[at], expected) && fits(from + 1, at + 1);
    for (let next = at; next <= lines.length; next++) if (fits(from + 1, next)) return true;
    return false;
  };
  // A command that says nothing says one empty line here.
  return wanted.length === 0 ? output.trim() === "" : fits(0, 0);
}
