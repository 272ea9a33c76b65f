/**
 * Reads XML 1.0 with namespaces, and refuses what isn't well-formed. A DOCTYPE is refused too: nothing that lifeboat reads has one,
 * and entities that stand for more entities grow without bounds.
 */
import { forbiddenCharacter, NAME_HERE } from "./characters.ts";
import { decodeXml } from "./decode.ts";
import { malformed } from "./failure.ts";
import { say } from "./messages.ts";
import type { XmlAttribute, XmlElement, XmlNode } from "./node.ts";
import type { Text } from "../../system/text.ts";

/** Far more than any answer file has. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const DEEPEST = 100;
const MOST_PREFIXES = 64;

const PREDEFINED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  apos: "'",
  quot: '"',
};

/** Names in XML, section 3; the two prefixes that are always there ("Namespaces in XML 1.0", section 3). */
const BUILT_IN: Readonly<Record<string, string>> = {
  "": "",
  xml: "http://www.w3.org/XML/1998/namespace",
};

const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.[0-9]+\1(\s+encoding\s*=\s*(["'])[A-Za-z][A-Za-z0-9._-]*\3)?(\s+standalone\s*=\s*(["'])(?:yes|no)\5)?\s*\?>/;

/**
 * The document's one element.
 * @throws LifeboatError `xml-malformed` (kind `usage`) with line and reason.
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > 2 * MOST_CHARACTERS) throw malformed(1, say.tooLong(MOST_CHARACTERS));
  return new Parser(decodeXml(bytes)).document();
}

interface OpenElement {
  readonly element: XmlElement & { children: XmlNode[] };
  readonly namespaces: Readonly<Record<string, string>>;
}

class Parser {
  readonly #text: string;
  #at = 0;
  /** The line that was asked for last: its number, where it begins, and the line feed that ends it; -1: not looked for. */
  #line = 1;
  #lineStart = 0;
  #lineEnd = -1;

  constructor(text: string) {
    this.#text = text;
    if (text.length > MOST_CHARACTERS) throw this.#failure(say.tooLong(MOST_CHARACTERS));
    const forbidden = forbiddenCharacter(text);
    if (forbidden !== undefined) {
      throw this.#failure(say.character(forbidden.code), forbidden.index);
    }
  }

  document(): XmlElement {
    const declaration = DECLARATION.exec(this.#text);
    if (declaration !== null) this.#at = declaration[0].length;
    const open: OpenElement[] = [];
    let root: XmlElement | undefined;
    while (this.#at < this.#text.length) {
      const parent = open.at(-1);
      if (!this.#is("<")) {
        this.#characters(parent);
      } else if (this.#is("<!--")) {
        this.#comment();
      } else if (this.#is("<?")) {
        this.#instruction();
      } else if (this.#is("<![CDATA[")) {
        if (parent === undefined) throw this.#failure(say.misplaced("CDATA"));
        parent.element.children.push(this.#until("<![CDATA[", "]]>"));
      } else if (this.#is("<!")) {
        throw this.#failure(
          this.#is("<!DOCTYPE") ? say.doctype() : say.misplaced(this.#word("<!")),
        );
      } else if (this.#is("</")) {
        this.#end(parent);
        open.pop();
      } else {
        if (parent === undefined && root !== undefined) throw this.#failure(say.behindRoot());
        const started = this.#start(parent);
        root ??= started.element;
        parent?.element.children.push(started.element);
        if (!started.closed) open.push(started);
        if (open.length > DEEPEST) throw this.#failure(say.tooDeep(DEEPEST));
      }
    }
    const left = open.at(-1);
    if (left !== undefined) {
      throw malformed(left.element.line, say.unclosed(`<${left.element.name}>`));
    }
    if (root === undefined) throw this.#failure(say.noRoot());
    return root;
  }

  #characters(parent: OpenElement | undefined): void {
    const next = this.#text.indexOf("<", this.#at);
    const end = next === -1 ? this.#text.length : next;
    const raw = this.#text.slice(this.#at, end);
    if (parent === undefined) {
      if (raw.trim() !== "" || /[^ \t\n]/.test(raw)) throw this.#failure(say.behindRoot());
    } else {
      const cdataEnd = raw.indexOf("]]>");
      if (cdataEnd !== -1) throw this.#failure(say.misplaced("]]>"), this.#at + cdataEnd);
      parent.element.children.push(this.#resolve(raw, this.#at));
    }
    this.#at = end;
  }

  #comment(): void {
    const start = this.#at;
    const body = this.#until("<!--", "-->");
    if (body.includes("--") || body.endsWith("-")) throw this.#failure(say.misplaced("--"), start);
  }

  #instruction(): void {
    const start = this.#at;
    const body = this.#until("<?", "?>");
    const target = nameAt(body, 0);
    const rest = body.slice(target?.length ?? 0);
    if (target === undefined || target.includes(":") || (rest !== "" && !/^[ \t\n]/.test(rest))) {
      throw this.#failure(say.misplaced("<?"), start);
    }
    if (target.toLowerCase() === "xml") throw this.#failure(say.misplaced("<?xml"), start);
  }

  #start(parent: OpenElement | undefined): OpenElement & { closed: boolean } {
    const start = this.#at;
    this.#at++;
    const name = this.#name();
    const attributes: XmlAttribute[] = [];
    const seen = new Set<string>();
    for (;;) {
      const spaced = this.#space();
      if (this.#is(">") || this.#is("/>")) break;
      if (this.#at >= this.#text.length) throw this.#failure(say.unclosed(`<${name}`), start);
      if (!spaced) throw this.#failure(say.expected(">"));
      const attribute = this.#attribute();
      if (seen.has(attribute.name)) throw this.#failure(say.twice(attribute.name));
      seen.add(attribute.name);
      attributes.push(attribute);
    }
    const closed = this.#is("/>");
    this.#at += closed ? 2 : 1;
    const namespaces = this.#declared(parent?.namespaces ?? BUILT_IN, attributes, start);
    this.#checkAttributes(attributes, namespaces, start);
    const [prefix, localName] = this.#split(name, start);
    const namespace = this.#namespace(prefix, namespaces, start);
    const line = this.#lineAt(start);
    const children: XmlNode[] = [];
    return {
      element: { name, localName, namespace, attributes, children, line },
      namespaces,
      closed,
    };
  }

  #attribute(): XmlAttribute {
    const name = this.#name();
    this.#space();
    if (!this.#is("=")) throw this.#failure(say.expected("="));
    this.#at++;
    this.#space();
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") throw this.#failure(say.expected('"'));
    const start = this.#at + 1;
    const end = this.#text.indexOf(quote, start);
    if (end === -1) throw this.#failure(say.unclosed(name));
    const raw = this.#text.slice(start, end);
    if (raw.includes("<")) throw this.#failure(say.misplaced("<"), start);
    this.#at = end + 1;
    // White space becomes spaces, but for what is written as a reference (section 3.3.3).
    return { name, value: this.#resolve(raw.replace(/[\t\n]/g, " "), start) };
  }

  #end(open: OpenElement | undefined): void {
    this.#at += 2;
    const name = this.#name();
    if (open === undefined) throw this.#failure(say.misplaced(`</${name}>`));
    if (open.element.name !== name) throw this.#failure(say.wrongEnd(name, open.element.name));
    this.#space();
    if (!this.#is(">")) throw this.#failure(say.expected(">"));
    this.#at++;
  }

  #declared(
    above: Readonly<Record<string, string>>,
    attributes: readonly XmlAttribute[],
    at: number,
  ): Readonly<Record<string, string>> {
    const own: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const { name, value } of attributes) {
      if (name === "xmlns") own[""] = value;
      if (!name.startsWith("xmlns:")) continue;
      const prefix = name.slice("xmlns:".length);
      // A prefix can't be taken back, nor can the two that are always there mean something else.
      if (value === "" || prefix === "xmlns" || (prefix === "xml" && value !== BUILT_IN["xml"])) {
        throw this.#failure(say.misplaced(name), at);
      }
      own[prefix] = value;
    }
    if (Object.keys(own).length === 0) return above;
    const all = { ...above, ...own };
    // Each element that declares one copies them all.
    if (Object.keys(all).length > MOST_PREFIXES) {
      throw this.#failure(say.tooManyPrefixes(MOST_PREFIXES), at);
    }
    return all;
  }

  /** No two with the same name in the same namespace, whatever their prefixes. */
  #checkAttributes(
    attributes: readonly XmlAttribute[],
    namespaces: Readonly<Record<string, string>>,
    at: number,
  ): void {
    const seen = new Set<string>();
    for (const { name } of attributes) {
      const [prefix, localName] = this.#split(name, at);
      if (prefix === "xmlns" || name === "xmlns" || prefix === "") continue;
      const key = `${localName} ${this.#namespace(prefix, namespaces, at)}`;
      if (seen.has(key)) throw this.#failure(say.twice(name), at);
      seen.add(key);
    }
  }

  #namespace(prefix: string, namespaces: Readonly<Record<string, string>>, at: number): string {
    const namespace = Object.hasOwn(namespaces, prefix) ? namespaces[prefix] : undefined;
    if (namespace === undefined) throw this.#failure(say.prefix(prefix), at);
    return namespace;
  }

  #split(name: string, at: number): [prefix: string, localName: string] {
    const parts = name.split(":");
    if (parts.length === 1) return ["", name];
    const [prefix = "", localName = ""] = parts;
    if (parts.length > 2 || prefix === "" || nameAt(localName, 0) !== localName) {
      throw this.#failure(say.misplaced(name), at);
    }
    return [prefix, localName];
  }

  #resolve(raw: string, at: number): string {
    if (!raw.includes("&")) return raw;
    return raw.replace(/&([^;&<]{0,40};?)/g, (all, body: string, offset: number) => {
      const character = body.endsWith(";") ? characterOf(body.slice(0, -1)) : undefined;
      if (character === undefined) throw this.#failure(say.reference(all), at + offset);
      return character;
    });
  }

  /** What stands between two marks, the first of which is here. */
  #until(first: string, last: string): string {
    const start = this.#at + first.length;
    const end = this.#text.indexOf(last, start);
    if (end === -1) throw this.#failure(say.unclosed(first));
    this.#at = end + last.length;
    return this.#text.slice(start, end);
  }

  #name(): string {
    const name = nameAt(this.#text, this.#at);
    if (name === undefined) throw this.#failure(say.misplaced(this.#word("")));
    this.#at += name.length;
    return name;
  }

  #space(): boolean {
    const start = this.#at;
    while (/[ \t\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#at > start;
  }

  #is(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  /** What stands here, for messages. */
  #word(start: string): string {
    return start + this.#text.slice(this.#at + start.length, this.#at + start.length + 10).trim();
  }

  /** Asked for from the front to the back, all lines of a document cost one pass over it. */
  #lineAt(at: number): number {
    if (at < this.#lineStart) [this.#line, this.#lineStart, this.#lineEnd] = [1, 0, -1];
    while (this.#lineEnd < at) {
      if (this.#lineEnd !== -1) {
        this.#line++;
        this.#lineStart = this.#lineEnd + 1;
      }
      const next = this.#text.indexOf("\n", this.#lineStart);
      this.#lineEnd = next === -1 ? Number.POSITIVE_INFINITY : next;
    }
    return this.#line;
  }

  #failure(reason: Text, at: number = this.#at): Error {
    return malformed(this.#lineAt(at), reason);
  }
}

function nameAt(text: string, at: number): string | undefined {
  NAME_HERE.lastIndex = at;
  return NAME_HERE.exec(text)?.[0];
}

function characterOf(body: string): string | undefined {
  if (Object.hasOwn(PREDEFINED, body)) return PREDEFINED[body];
  const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}))$/.exec(body) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!(code <= 0x10ffff)) return undefined;
  const character = String.fromCodePoint(code);
  return forbiddenCharacter(character) === undefined ? character : undefined;
}
