/**
 * JSON (RFC 8259) with the line of each value, as strict as the grammar: no comments, no commas at the end, no name twice in an object.
 *
 * Ventoy's own parser takes less than JSON in some places, and what it doesn't take makes it leave the whole file out of account; this says so too.
 */
import type { Text } from "../../system/text.ts";
import { DEEPEST, LARGEST_NUMBER } from "./names.ts";
import { say } from "./messages.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface JsonNode {
  readonly value: Json;
  /** Counted from 1. */
  readonly line: number;
  /** Of an object's members: the value, and the line of the name. */
  readonly members?: ReadonlyMap<string, { readonly line: number; readonly node: JsonNode }>;
  readonly items?: readonly JsonNode[];
}

export interface JsonMistake {
  readonly line: number;
  readonly text: Text;
}

export interface ParsedJson {
  /** Undefined where the text isn't JSON, or Ventoy wouldn't read it. */
  readonly root: JsonNode | undefined;
  readonly mistakes: readonly JsonMistake[];
  /** Lines with escapes in a string, which Ventoy takes for characters of it. */
  readonly escapes: readonly number[];
}

/** @param text without a byte order mark. */
export function parseJson(text: string): ParsedJson {
  const parser = new Parser(text);
  try {
    const root = parser.document();
    return { root: parser.mistakes.length > 0 ? undefined : root, ...parser.found };
  } catch (error) {
    if (!(error instanceof SyntaxMistake)) throw error;
    const mistakes = [...parser.mistakes, { line: error.line, text: error.text }];
    return { root: undefined, mistakes, escapes: parser.escapes };
  }
}

/** Ends the reading: what follows it can't be told apart. */
class SyntaxMistake extends Error {
  readonly line: number;
  readonly text: Text;

  constructor(line: number, text: Text) {
    super(text.en);
    this.line = line;
    this.text = text;
  }
}

/** Enough to mend; the rest is most often more of the same. */
const MOST_MISTAKES = 100;

// RFC 8259, sections 6 and 7.
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const SPACE = /[ \t\r]*/y;
const WORD = /true|false|null/y;

class Parser {
  readonly mistakes: JsonMistake[] = [];
  readonly escapes: number[] = [];
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  get found() {
    return { mistakes: this.mistakes, escapes: this.escapes };
  }

  document(): JsonNode {
    this.#skip();
    const node = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#refuse(say.jsonBehindEnd());
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > DEEPEST) this.#refuse(say.tooDeep(DEEPEST));
    const line = this.#line;
    const next = this.#text[this.#at];
    if (next === "{") return this.#object(line, depth);
    if (next === "[") return this.#array(line, depth);
    if (next === '"') return { value: this.#string(), line };
    if (next === "-" || (next !== undefined && next >= "0" && next <= "9")) {
      return { value: this.#number(), line };
    }
    const word = this.#take(WORD);
    if (word === undefined) this.#refuse(say.jsonValueMissing(this.#here()));
    return { value: word === "null" ? null : word === "true", line };
  }

  #object(line: number, depth: number): JsonNode {
    const members = new Map<string, { line: number; node: JsonNode }>();
    this.#list("}", () => {
      if (this.#text[this.#at] !== '"') this.#refuse(say.jsonNameMissing(this.#here()));
      const nameLine = this.#line;
      const name = this.#string();
      this.#skip();
      if (this.#text[this.#at] !== ":") this.#refuse(say.jsonColonMissing(name, this.#here()));
      this.#at++;
      this.#skip();
      const node = this.#value(depth + 1);
      if (members.has(name)) this.#complain(nameLine, say.twice(name));
      else if (name === "__proto__") this.#complain(nameLine, say.badName(name));
      else members.set(name, { line: nameLine, node });
    });
    const value: { [name: string]: Json } = {};
    for (const [name, { node }] of members) value[name] = node.value;
    return { value, line, members };
  }

  #array(line: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#list("]", () => items.push(this.#value(depth + 1)));
    return { value: items.map(({ value }) => value), line, items };
  }

  /** What stands between a bracket and its other one, with commas between. */
  #list(end: string, readOne: () => void): void {
    this.#at++;
    this.#skip();
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      readOne();
      this.#skip();
      const next = this.#text[this.#at];
      if (next !== "," && next !== end) this.#refuse(say.jsonCommaMissing(end, this.#here()));
      this.#at++;
      if (next === end) return;
      this.#skip();
      if (this.#text[this.#at] === end) this.#refuse(say.jsonCommaTooMany(end));
    }
  }

  #string(): string {
    const raw = this.#take(STRING);
    if (raw === undefined) this.#refuse(say.jsonBadString());
    const value = JSON.parse(raw) as string;
    if (raw.includes("\\")) this.escapes.push(this.#line);
    const wrong = wrongInText(value);
    if (wrong !== undefined) this.#complain(this.#line, wrong);
    return value;
  }

  #number(): number {
    const raw = this.#take(NUMBER);
    if (raw === undefined) this.#refuse(say.jsonValueMissing(this.#here()));
    const value = Number(raw);
    // strtoul in base 10, and what is left of the number then is no JSON to Ventoy.
    if (/\D/.test(raw) || value > LARGEST_NUMBER) this.#complain(this.#line, say.badNumber(raw));
    return value;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skip(): void {
    for (;;) {
      this.#take(SPACE);
      if (this.#text[this.#at] !== "\n") return;
      this.#at++;
      this.#line++;
    }
  }

  /** What stands where something else should. */
  #here(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #complain(line: number, text: Text): void {
    this.mistakes.push({ line, text });
    if (this.mistakes.length >= MOST_MISTAKES) throw new SyntaxMistake(line, say.andMore());
  }

  #refuse(text: Text): never {
    throw new SyntaxMistake(this.#line, text);
  }
}

/**
 * What Ventoy can't read of a string, in words.
 *
 * It looks for the next quotation mark that has no backslash before it: the end of a string that ends in a backslash it doesn't see.
 */
export function wrongInText(value: string): Text | undefined {
  if (value.endsWith("\\")) return say.backslashAtEnd();
  if (!value.isWellFormed()) return say.notText();
  return undefined;
}
