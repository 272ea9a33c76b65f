/**
 * Apple's XML property lists, as `diskutil -plist` writes them (plist(5)): dictionaries, arrays, strings, numbers, truth
 * values; dates and data stay text. Only reading, and no more of XML than that format uses.
 */
import { LifeboatError } from "../system/errors.ts";
import { listSay } from "./list-messages.ts";

export type PlistValue =
  | string
  | number
  | boolean
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue };

/** Deeper than any list that a system writes, and shallow enough for the stack. */
const MAX_DEPTH = 64;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** @throws LifeboatError `plist-broken`. */
export function parsePlist(xml: string): PlistValue {
  const reader = new Reader(xml);
  reader.open("plist");
  return reader.value(0);
}

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly empty: boolean;
  /** The text before it, since the tag before. */
  readonly before: string;
}

class Reader {
  readonly #xml: string;
  #at = 0;

  constructor(xml: string) {
    this.#xml = xml;
  }

  /** Skips to an opening tag of that name. */
  open(name: string): void {
    let tag = this.#next();
    while (tag.closing || tag.name !== name) tag = this.#next();
  }

  value(depth: number): PlistValue {
    return this.#valueOf(this.#next(), depth);
  }

  #valueOf(tag: Tag, depth: number): PlistValue {
    if (tag.closing || depth > MAX_DEPTH) throw broken();
    switch (tag.name) {
      case "true":
      case "false":
        if (!tag.empty) this.#text(tag);
        return tag.name === "true";
      case "integer":
      case "real": {
        const value = Number(this.#text(tag));
        if (Number.isNaN(value)) throw broken();
        return value;
      }
      case "string":
      case "date":
      case "data":
        return this.#text(tag);
      case "array":
        return tag.empty ? [] : this.#array(depth);
      case "dict":
        return tag.empty ? {} : this.#dictionary(depth);
      default:
        throw broken();
    }
  }

  #array(depth: number): PlistValue[] {
    const values: PlistValue[] = [];
    for (let tag = this.#next(); !isEnd(tag, "array"); tag = this.#next()) {
      values.push(this.#valueOf(tag, depth + 1));
    }
    return values;
  }

  #dictionary(depth: number): Record<string, PlistValue> {
    const entries: [string, PlistValue][] = [];
    for (let tag = this.#next(); !isEnd(tag, "dict"); tag = this.#next()) {
      if (tag.closing || tag.name !== "key") throw broken();
      const key = this.#text(tag);
      entries.push([key, this.value(depth + 1)]);
    }
    // Not by assignment: a key may be called __proto__.
    return Object.fromEntries(entries);
  }

  /** The text up to the closing tag. */
  #text(opening: Tag): string {
    if (opening.empty) return "";
    const tag = this.#next();
    if (!isEnd(tag, opening.name)) throw broken();
    return tag.before.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (_all, name: string) =>
      decodeEntity(name),
    );
  }

  /** The next tag; declarations, comments and the document type are skipped. */
  #next(): Tag {
    const from = this.#at;
    for (;;) {
      const start = this.#xml.indexOf("<", this.#at);
      const comment = this.#xml.startsWith("<!--", start);
      const end = start < 0 ? -1 : this.#xml.indexOf(comment ? "-->" : ">", start);
      if (end < 0) throw broken();
      this.#at = end + (comment ? 3 : 1);
      const inside = this.#xml.slice(start + 1, end);
      if (comment || inside.startsWith("?") || inside.startsWith("!")) continue;
      return {
        name: /^\/?([^\s/]*)/.exec(inside)?.[1] ?? "",
        closing: inside.startsWith("/"),
        empty: inside.endsWith("/"),
        before: this.#xml.slice(from, start),
      };
    }
  }
}

function isEnd(tag: Tag, name: string): boolean {
  return tag.closing && tag.name === name;
}

function decodeEntity(name: string): string {
  if (!name.startsWith("#")) {
    const character = ENTITIES[name];
    if (character === undefined) throw broken();
    return character;
  }
  const hex = /^#x/i.test(name);
  const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
  if (code > 0x10ffff) throw broken();
  return String.fromCodePoint(code);
}

function broken(): LifeboatError {
  return new LifeboatError("plist-broken", listSay.plistBroken());
}
