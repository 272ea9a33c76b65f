/** The patterns of a stick's settings as POSIX expressions, for the names of files that GRUB finds by itself. */
import { literal } from "./words.ts";

/** What fits the same paths as `fitsPattern` of the settings: the file itself, or everything in a folder. */
export function pathExpression(pattern: string): string {
  const isPath = pattern.includes("/");
  const parts = pattern.split("/").filter((part) => part !== "");
  const body = parts.map(nameExpression).join("/");
  return `${isPath ? "^/" : "/"}${body}(/|$)`;
}

/** One name with `*`, `?` and `[…]`; upper and lower case are the same. */
function nameExpression(pattern: string): string {
  let result = "";
  const characters = Array.from(pattern.normalize());
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") result += "[^/]*";
    // GRUB counts bytes, and a character has up to four of them.
    else if (character === "?") result += "[^/]{1,4}";
    else if (character === "[") {
      const end = characters.indexOf("]", at + 2);
      const set = end < 0 ? undefined : bracket(characters.slice(at + 1, end));
      result += set ?? "\\[";
      if (set !== undefined) at = end;
    } else result += anyCase(character);
  }
  // A name may hold the characters that would be wildcards.
  return /[*?[]/.test(pattern) ? `(${result}|${literal(pattern)})` : result;
}

function anyCase(character: string): string {
  const forms = [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
  if (forms.length === 1) return literal(character);
  return `(${forms.map(literal).join("|")})`;
}

/** Undefined where it holds more than plain letters and digits, whose bytes are not the characters. */
function bracket(inside: readonly string[]): string | undefined {
  const negated = inside[0] === "!";
  const text = inside.slice(negated ? 1 : 0).join("");
  if (!/^(?:[A-Za-z0-9](?:-[A-Za-z0-9])?|[ _.,+=~@#])+$/.test(text)) return undefined;
  const cases = `${text.toLowerCase()}${text.toUpperCase()}`;
  // What is none of them may have several bytes.
  return negated ? `[^/${cases}]{1,4}` : `[${cases}]`;
}
