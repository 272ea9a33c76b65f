/**
 * JavaScript's regular expressions as POSIX extended ones, which GRUB's `regexp` has (POSIX.1-2017, 9.4). Only for the question
 * whether a text of one line fits: what stands in which group is not the same everywhere.
 */

/** A text fits where it fits `fits` and, where there is one, doesn't fit `unless`. */
export interface PosixExpression {
  readonly fits: string;
  readonly unless?: string;
}

const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: "[:space:]",
};

/** What ERE has a meaning for outside of brackets. */
const SPECIAL = /[\\^$.[\]|()*+?{}]/;

/** Undefined where it says something that GRUB can't: then nothing that depends on it is decided. */
export function posixExpression(expression: RegExp): PosixExpression | undefined {
  if (expression.flags.replace("m", "") !== "") return undefined;
  const { source } = expression;
  const behind = /^(\^(?:[\w ]|\([\w |]+\))*)\(\?!([^()|]*)\)$/.exec(source.replaceAll("(?:", "("));
  if (behind !== null) {
    if (!hasOneLength(behind[1] ?? "")) return undefined;
    // What must not come next, at the end of a beginning whose length can't vary: two questions are the same.
    const fits = convert(behind[1] ?? "");
    const unless = convert(`${behind[1]}(${behind[2]})`);
    return fits === undefined || unless === undefined ? undefined : { fits, unless };
  }
  const fits = convert(source);
  return fits === undefined ? undefined : { fits };
}

function convert(source: string): string | undefined {
  let result = "";
  let at = 0;
  while (at < source.length) {
    const piece = pieceAt(source, at);
    if (piece === undefined) return undefined;
    result += piece.text;
    at += piece.length;
  }
  return result;
}

interface Piece {
  readonly text: string;
  /** In the source. */
  readonly length: number;
}

function pieceAt(source: string, at: number): Piece | undefined {
  const rest = source.slice(at);
  const character = rest[0] ?? "";
  if (character === "\\") return escapeAt(source, at);
  if (character === "[") return bracketAt(rest);
  if (character === "(") {
    const opened = /^\((?:\?:|\?<[A-Za-z_]\w*>)?/.exec(rest)?.[0] ?? "(";
    // Everything else behind "(?" looks ahead or back.
    return rest[opened.length] === "?" && opened === "("
      ? undefined
      : { text: "(", length: opened.length };
  }
  if (/[*+?]/.test(character) || /^\{\d+(?:,\d*)?\}/.test(rest)) {
    const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest)?.[0] ?? character;
    // As few as possible or as many: whether a text fits is the same.
    const lazy = rest[repeat.length] === "?" ? 1 : 0;
    return { text: repeat, length: repeat.length + lazy };
  }
  if (character === "{" || character === "}" || character === "]")
    return { text: `\\${character}`, length: 1 };
  // GRUB counts bytes: a letter of several is written as it is, and "." would be one of them.
  if (character === "." || !/[^\u0000-\u001f]/.test(character)) return dotOrNothing(character);
  return { text: character, length: 1 };
}

function dotOrNothing(character: string): Piece | undefined {
  return character === "." ? { text: ".", length: 1 } : undefined;
}

function escapeAt(source: string, at: number): Piece | undefined {
  const next = source[at + 1] ?? "";
  const set = CLASSES[next.toLowerCase()];
  if (set !== undefined) {
    return { text: next === next.toLowerCase() ? `[${set}]` : `[^${set}]`, length: 2 };
  }
  if (next === "b") return wordBorder(source, at);
  // \n, \u…, \1 and the like.
  if (/[A-Za-z0-9]/.test(next) || next === "") return undefined;
  return { text: SPECIAL.test(next) ? `\\${next}` : next, length: 2 };
}

/** A word's border is a place and no character; at the beginning and at the end of an expression a character does as well. */
function wordBorder(source: string, at: number): Piece | undefined {
  const before = source.slice(0, at);
  const after = source.slice(at + 2);
  if (before === "" && /^\w(?![?*{])/.test(after) && !after.includes("|")) {
    return { text: "(^|[^A-Za-z0-9_])", length: 2 };
  }
  // Before it must stand a part of a word: a plain letter, or a group of plain words.
  const isWord =
    /(?:^|[^\\])\w$/.test(before) || /\((?:\?:)?[\w ]*\w(?:\|[\w ]*\w)*\)$/.test(before);
  return after === "" && isWord ? { text: "([^A-Za-z0-9_]|$)", length: 2 } : undefined;
}

/** Whether the alternatives in each of its groups are of one length. */
function hasOneLength(source: string): boolean {
  return [...source.matchAll(/\(([^()]*)\)/g)].every(
    ([, inside = ""]) => new Set(inside.split("|").map((one) => one.length)).size === 1,
  );
}

/** A bracket expression. In POSIX's a backslash is a character like others, `]` stands first and `-` last. */
function bracketAt(rest: string): Piece | undefined {
  const whole = /^\[(\^?)((?:\\[^]|[^\\\]])*)\]/.exec(rest);
  if (whole === null) return undefined;
  const [text, negated = "", inside = ""] = whole;
  let items = "";
  let bracket = "";
  let dash = "";
  let caret = "";
  for (const one of inside.match(/\\?[^](?:-(?:\\[^]|[^\\]))?/g) ?? []) {
    const set = /^\\([dws])$/.exec(one)?.[1];
    if (set !== undefined) items += CLASSES[set];
    else if (/^[A-Za-z0-9]-[A-Za-z0-9]$/.test(one)) items += one;
    else if (/^\\?-$/.test(one)) dash = "-";
    else if (one === "\\]") bracket = "]";
    else if (one === "^" || one === "\\^") caret = "^";
    else if (one === "\\\\") items += "\\";
    else if (/^\\[^\w]$/.test(one)) items += one.slice(1);
    // A letter of several bytes would be each of them.
    else if (/^[ -~]$/.test(one)) items += one;
    else return undefined;
  }
  const all = `${bracket}${items}${caret}${dash}`;
  if (all === "" || all === "^") return undefined;
  return { text: `[${negated}${all}]`, length: text.length };
}
