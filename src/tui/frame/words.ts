/** Words in the user's language, measured in columns: CJK characters and emoji take two. */
import stringWidth from "string-width";
import type { Language, Text } from "../../system/text.ts";

/** A sentence, or something that is the same in every language: a path, a size, a name. */
export type Words = Text | string;

/**
 * What may be shown: names come from file systems and devices, and a control character in one would move the cursor, a bidirectional
 * override would show another name than there is.
 */
export function say(words: Words, language: Language): string {
  const text = typeof words === "string" ? words : words[language];
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "\uFFFD",
  );
}

export function widthOf(text: string): number {
  return stringWidth(text);
}

const segmenter = new Intl.Segmenter();

/** Characters as people see them, with combining marks and joined emoji in one. */
export function charactersOf(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** At most `columns` wide; what is left out is told by an ellipsis. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let width = 0;
  for (const character of charactersOf(text)) {
    const wide = widthOf(character);
    if (width + wide > columns - 1) break;
    kept += character;
    width += wide;
  }
  return `${kept}…`;
}

/** The same, with its end kept: of a path, that is what tells. */
export function cutStart(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let width = 0;
  for (const character of charactersOf(text).toReversed()) {
    const wide = widthOf(character);
    if (width + wide > columns - 1) break;
    kept = character + kept;
    width += wide;
  }
  return `…${kept}`;
}

export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** Lines of at most `columns`, broken between words, and between any two characters where the script has no spaces. */
export function wrap(text: string, columns: number): string[] {
  const room = Math.max(1, columns);
  const lines: string[] = [];
  let line = "";
  let width = 0;
  const end = () => {
    lines.push(line.trimEnd());
    line = "";
    width = 0;
  };
  for (const word of breakable(text)) {
    const wide = widthOf(word.trimEnd());
    if (width > 0 && width + wide > room) end();
    if (wide <= room) {
      line += word;
      width += widthOf(word);
      continue;
    }
    // A word longer than a line: a path, a hash.
    for (const character of charactersOf(word)) {
      const one = widthOf(character);
      if (width > 0 && width + one > room) end();
      line += character;
      width += one;
    }
  }
  end();
  return lines;
}

/** Stops at the end of a Chinese sentence may not begin a line. */
const CLOSING = /^[，。、；：？！）》」』”’…]/u;

function breakable(text: string): string[] {
  const parts: string[] = [];
  for (const word of text.match(/\S+\s*|\s+/g) ?? []) {
    let part = "";
    for (const character of charactersOf(word)) {
      const breaks = widthOf(character) > 1 || CLOSING.test(character);
      if (breaks && part !== "" && !CLOSING.test(character)) {
        parts.push(part);
        part = "";
      }
      part += character;
      if (breaks && !CLOSING.test(character)) continue;
    }
    if (part !== "") parts.push(part);
  }
  return parts;
}
