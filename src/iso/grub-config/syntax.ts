/**
 * The grammatical half of GRUB's script language: commands with block arguments, `if`, `for`, `while`, `until`, functions.
 * Reads what real ISOs hold and survives anything else: what is nested too deep, or never closed, ends with the file.
 */
import { tokenize } from "./tokens.ts";
import type { Token, Word } from "./tokens.ts";

export type Node =
  | { readonly kind: "command"; readonly words: readonly Word[]; readonly block?: readonly Node[] }
  | { readonly kind: "if"; readonly arms: readonly Arm[]; readonly otherwise: readonly Node[] }
  | {
      readonly kind: "for";
      readonly variable: string;
      readonly words: readonly Word[];
      readonly body: readonly Node[];
    }
  | { readonly kind: "while"; readonly body: readonly Node[] }
  | { readonly kind: "function"; readonly name: string; readonly body: readonly Node[] };

interface Arm {
  readonly condition: readonly Node[];
  readonly body: readonly Node[];
}

/** Real configurations nest five deep. */
const MAX_DEPTH = 40;

/** Parses a script. Never throws: what can't be understood is left out. */
export function parse(script: string): Node[] {
  return new Parser(tokenize(script)).list([], false);
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Commands up to one of the reserved words (not consumed), a closing brace where `inBlock` (consumed), or the end. */
  list(until: readonly string[], inBlock: boolean): Node[] {
    const nodes: Node[] = [];
    if (++this.#depth > MAX_DEPTH) this.#at = this.#tokens.length;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind === "close") {
        if (until.length > 0) break;
        this.#at++;
        if (inBlock) break;
      } else if (token.kind === "word") {
        if (until.includes(this.#keyword())) break;
        nodes.push(this.#command(token.word));
      } else {
        this.#at++;
      }
    }
    this.#depth--;
    return nodes;
  }

  #command(first: Word): Node {
    const keyword = plain(first);
    if (keyword === "if") return this.#if();
    if (keyword === "while" || keyword === "until") return this.#while();
    if (keyword === "for") return this.#for();
    if (keyword === "function") return this.#function();
    const words: Word[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind === "word") words.push(token.word);
      else if (token.kind === "open") {
        this.#at++;
        return { kind: "command", words, block: this.list([], true) };
      } else break;
      this.#at++;
    }
    return { kind: "command", words };
  }

  #if(): Node {
    const arms: Arm[] = [];
    let otherwise: Node[] = [];
    do {
      this.#at++;
      const condition = this.list(["then", "fi"], false);
      this.#accept("then");
      arms.push({ condition, body: this.list(["elif", "else", "fi"], false) });
    } while (this.#keyword() === "elif");
    if (this.#accept("else")) otherwise = this.list(["fi"], false);
    this.#accept("fi");
    return { kind: "if", arms, otherwise };
  }

  #while(): Node {
    this.#at++;
    this.list(["do", "done"], false);
    return { kind: "while", body: this.#doBody() };
  }

  #for(): Node {
    this.#at++;
    const variable = this.#keyword();
    this.#at++;
    this.#accept("in");
    const words: Word[] = [];
    for (let token = this.#peek(); token?.kind === "word"; token = this.#peek()) {
      if (plain(token.word) === "do") break;
      words.push(token.word);
      this.#at++;
    }
    while (this.#peek()?.kind === "end") this.#at++;
    return { kind: "for", variable, words, body: this.#doBody() };
  }

  #doBody(): Node[] {
    this.#accept("do");
    const body = this.list(["done"], false);
    this.#accept("done");
    return body;
  }

  #function(): Node {
    this.#at++;
    const name = this.#keyword();
    this.#at++;
    while (this.#peek()?.kind === "end") this.#at++;
    if (this.#peek()?.kind !== "open") return { kind: "function", name, body: [] };
    this.#at++;
    return { kind: "function", name, body: this.list([], true) };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** The next token's text where it is one unquoted piece, and so may be a reserved word; else empty. */
  #keyword(): string {
    const token = this.#peek();
    return token?.kind === "word" ? plain(token.word) : "";
  }

  #accept(keyword: string): boolean {
    if (this.#keyword() !== keyword) return false;
    this.#at++;
    return true;
  }
}

function plain(word: Word): string {
  const [part] = word;
  if (word.length !== 1 || part === undefined || part.quoted || !("text" in part)) return "";
  return part.text;
}
