/** Words of the compiled recipes: patterns for files of the image, and texts with what only GRUB will know. */
import { hasWildcard } from "../../iso/wildcard.ts";
import { quote } from "../grub-script.ts";

/** GRUB's name for the image that is looked at: grub/new-isos.cfg opens it. */
export const DEVICE = "$lifeboat_iso";

/** What the functions of grub/new-isos.cfg find out. */
const VARIABLES: Readonly<Record<string, string>> = {
  "{label}": "lifeboat_label",
  "{udevLabel}": "lifeboat_label",
  "{uuid}": "lifeboat_uuid",
  "{*}": "lifeboat_star",
  "LABEL={udevLabel}": "lifeboat_by_label",
  "CDLABEL={udevLabel}": "lifeboat_by_cdlabel",
};

const TEMPLATE = /\b(?:CD)?LABEL=\{udevLabel\}|\{(?:label|udevLabel|uuid|\*)\}/g;

/** A word with its templates as GRUB's variables, which are not read as script again. */
export function templateWord(text: string): string {
  if (text === "") return "''";
  return pieces(text, TEMPLATE)
    .map((piece) => {
      const name = VARIABLES[piece];
      return name === undefined ? quote(piece) : `"$${name}"`;
    })
    .join("");
}

/**
 * GRUB's words for a pattern of the image, which it makes into the names that fit: one, and for a file in a partition of the image
 * one for each kind of table that it may have. Undefined for patterns with brackets, which GRUB takes for names.
 */
export function globWords(pattern: string, partition: number | undefined): string[] | undefined {
  if (pattern.includes("[")) return undefined;
  const path = pieces(pattern, /[*?]|\{\*\}/g)
    .map((piece) => {
      if (piece === "*" || piece === "?") return piece;
      return piece === "{*}" ? `"$${VARIABLES["{*}"]}"` : quote(piece);
    })
    .join("");
  if (partition === undefined) return [`(${DEVICE})${path}`];
  return [`(${DEVICE},gpt${partition})${path}`, `(${DEVICE},msdos${partition})${path}`];
}

/** The same for several patterns; undefined where one of them can't be said. */
export function allGlobWords(
  patterns: readonly string[],
  partition: number | undefined,
): string[] | undefined {
  const words = patterns.map((pattern) => globWords(pattern, partition));
  return words.every((one) => one !== undefined) ? words.flat() : undefined;
}

/** A name with `*` and `?` as a POSIX expression. */
export function wildcardExpression(name: string): string {
  return pieces(name, /[*?]/g)
    .map((piece) => (piece === "*" ? "[^/]*" : piece === "?" ? "[^/]" : literal(piece)))
    .join("");
}

/** What `*` of the last name of a kernel's pattern stands for: a POSIX expression with it as its first group. */
export function starExpression(pattern: string): string | undefined {
  const name = pattern.slice(pattern.lastIndexOf("/") + 1);
  const [before, after, more] = name.split("*");
  if (before === undefined || after === undefined || more !== undefined) return undefined;
  if (hasWildcard(before) || hasWildcard(after)) return undefined;
  return `/${literal(before)}([^/]*)${literal(after)}$`;
}

/** The POSIX extended expression that fits this text alone. */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.[\]|()*+?{}]/g, String.raw`\$&`);
}

/** The parts that fit `expression`, and what lies between them. */
function pieces(text: string, expression: RegExp): string[] {
  const found: string[] = [];
  let at = 0;
  for (const match of text.matchAll(expression)) {
    if (match.index > at) found.push(text.slice(at, match.index));
    found.push(match[0]);
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}
