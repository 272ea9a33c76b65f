/**
 * The lexical half of GRUB's script language (GRUB manual, "Shell-like scripting"): words with quoting and variables, command
 * ends, braces. Lenient where GRUB is strict, because what it reads only has to be understood, not run: `|`, `&`, `<` and
 * `>`, which GRUB refuses, are ordinary characters, and open quotes end with the file.
 */

/** A piece of a word: literal text, or a variable's name. What isn't `quoted` is split into words at white space. */
export type Part =
  | { readonly text: string; readonly quoted: boolean }
  | { readonly variable: string; readonly quoted: boolean };

export type Word = readonly Part[];

export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "end" }
  | { readonly kind: "open" }
  | { readonly kind: "close" };

const END: Token = { kind: "end" };
const VARIABLE = /\$(?:\{([A-Za-z_]\w*|\d+|[?#*@])\}|([A-Za-z_]\w*|\d+|[?#*@]))/y;
const PLAIN = /[^\s;{}'"\\$]+/y;
const IN_QUOTES = /[^"\\$]+/y;
const MAX_TOKENS = 100_000;

/** Splits a script into tokens; stops at 100,000 of them. */
export function tokenize(script: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < script.length && tokens.length < MAX_TOKENS) {
    const character = script[at];
    if (character === "\n" || character === ";") {
      tokens.push(END);
      at++;
    } else if (character === "{" || character === "}") {
      tokens.push({ kind: character === "{" ? "open" : "close" });
      at++;
    } else if (character === "#") {
      const end = script.indexOf("\n", at);
      at = end < 0 ? script.length : end;
    } else if (/\s/.test(character ?? "")) {
      at++;
    } else {
      const word = new WordReader(script, at);
      word.read();
      at = word.at;
      if (word.parts.length > 0) tokens.push({ kind: "word", word: word.parts });
    }
  }
  return tokens;
}

class WordReader {
  readonly parts: Part[] = [];
  at: number;
  readonly #script: string;

  constructor(script: string, at: number) {
    this.#script = script;
    this.at = at;
  }

  read(): void {
    while (this.at < this.#script.length) {
      const character = this.#script[this.at] ?? "";
      if (/[\s;{}]/.test(character)) return;
      if (character === "'") this.#singleQuoted();
      else if (character === '"') this.#doubleQuoted();
      else if (character === "\\") this.#escaped();
      else if (character === "$") this.#variable(false);
      else this.#run(PLAIN, false);
    }
  }

  #singleQuoted(): void {
    const end = this.#script.indexOf("'", this.at + 1);
    const stop = end < 0 ? this.#script.length : end;
    this.parts.push({ text: this.#script.slice(this.at + 1, stop), quoted: true });
    this.at = stop + 1;
  }

  /** Inside double quotes a backslash escapes only `$`, `"`, `\` and the end of the line. */
  #doubleQuoted(): void {
    this.parts.push({ text: "", quoted: true });
    this.at++;
    while (this.at < this.#script.length) {
      const character = this.#script[this.at];
      if (character === '"') break;
      if (character === "$") this.#variable(true);
      else if (character === "\\") {
        const next = this.#script[this.at + 1] ?? "";
        if (next !== "\n") {
          this.parts.push({ text: '$"\\'.includes(next) ? next : `\\${next}`, quoted: true });
        }
        this.at += 2;
      } else this.#run(IN_QUOTES, true);
    }
    this.at++;
  }

  #escaped(): void {
    const next = this.#script[this.at + 1] ?? "";
    this.at += 2;
    if (next === "\n") return;
    if (next === "\r" && this.#script[this.at] === "\n") {
      this.at++;
      return;
    }
    this.parts.push({ text: next, quoted: true });
  }

  #variable(quoted: boolean): void {
    VARIABLE.lastIndex = this.at;
    const found = VARIABLE.exec(this.#script);
    if (found === null) {
      // `$"…"` and `$'…'` are translated strings: the dollar goes.
      const next = this.#script[this.at + 1];
      if (quoted || (next !== '"' && next !== "'")) this.parts.push({ text: "$", quoted });
      this.at++;
      return;
    }
    this.parts.push({ variable: found[1] ?? found[2] ?? "", quoted });
    this.at = VARIABLE.lastIndex;
  }

  #run(pattern: RegExp, quoted: boolean): void {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.#script)?.[0] ?? this.#script[this.at] ?? "";
    this.parts.push({ text, quoted });
    this.at += text.length;
  }
}
