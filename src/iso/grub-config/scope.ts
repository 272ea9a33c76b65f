/** Variables, and the expansion of words into arguments (GRUB manual, "Quoting" and "Shell-like scripting"). */
import type { Operand } from "./condition.ts";
import type { Word } from "./tokens.ts";

/** GRUB's name for the ISO itself, as if it had been booted from a CD. */
export const OWN_DEVICE = "cd0";

const MAX_VALUE_LENGTH = 8192;
const MAX_VARIABLES = 500;
/** Of one command, all words together; a kernel takes 4 KiB. */
const MAX_EXPANDED_LENGTH = 64 << 10;

export class Scope {
  #positional: readonly string[];
  readonly #values: Map<string, string>;
  /** Variables whose value only the machine knows: set by `regexp`, `probe`, `smbios`, `read`. */
  readonly #unknown: Set<string>;

  constructor(values: Map<string, string>, unknown = new Set<string>(), positional: string[] = []) {
    this.#values = values;
    this.#unknown = unknown;
    this.#positional = positional;
  }

  get positional(): readonly string[] {
    return this.#positional;
  }

  /** GRUB's `shift`: the first `count` arguments go; nothing happens where there aren't as many. */
  shift(count: number): boolean {
    if (!(count >= 0 && count <= this.#positional.length)) return false;
    this.#positional = this.#positional.slice(count);
    return true;
  }

  /** A scope whose changes stay its own: a menu entry's, or an untaken branch's. */
  copy(positional: readonly string[] = this.positional): Scope {
    return new Scope(new Map(this.#values), new Set(this.#unknown), [...positional]);
  }

  /** The same variables with other arguments: a function's body. */
  withArguments(positional: readonly string[]): Scope {
    return new Scope(this.#values, this.#unknown, [...positional]);
  }

  get(name: string): string {
    return this.#values.get(name) ?? "";
  }

  set(name: string, value: string): void {
    if (this.#values.size >= MAX_VARIABLES && !this.#values.has(name)) return;
    this.#values.set(name, value.slice(0, MAX_VALUE_LENGTH));
    this.#unknown.delete(name);
  }

  setUnknown(name: string): void {
    this.set(name, "");
    this.#unknown.add(name);
  }

  unset(name: string): void {
    this.#values.delete(name);
    this.#unknown.delete(name);
  }

  /** Takes over variables that only the other scope has: the second of two branches of which either may run. */
  adopt(other: Scope): void {
    for (const [name, value] of other.#values) if (!this.#values.has(name)) this.set(name, value);
  }

  /**
   * Expands words to arguments: unquoted values are split at white space, empty unquoted ones vanish. Ends where they grow
   * beyond 64 KiB.
   */
  expand(words: readonly Word[]): Operand[] {
    const operands: Operand[] = [];
    let length = 0;
    for (const word of words) {
      const fields = this.#expandWord(word);
      length += fields.reduce((sum, { text }) => sum + text.length, 0);
      if (length > MAX_EXPANDED_LENGTH) break;
      operands.push(...fields);
    }
    return operands;
  }

  #expandWord(word: Word): Operand[] {
    const fields: Operand[] = [];
    let text = "";
    let known = true;
    let started = false;
    for (const part of word) {
      if (text.length > MAX_VALUE_LENGTH) break;
      if ("text" in part) {
        text += part.text;
        started = true;
        continue;
      }
      if (this.#unknown.has(part.variable)) known = false;
      const value = this.#value(part.variable);
      if (part.quoted) {
        text += value;
        started = true;
        continue;
      }
      const pieces = value.split(/\s+/);
      pieces.forEach((piece, index) => {
        if (index > 0 && started) {
          fields.push({ text, known });
          text = "";
          started = false;
        }
        text += piece;
        if (piece !== "" || !known) started = true;
      });
    }
    if (started) fields.push({ text: text.slice(0, MAX_VALUE_LENGTH), known });
    return fields;
  }

  #value(name: string): string {
    if (/^\d+$/.test(name)) return this.#positional[Number(name) - 1] ?? "";
    if (name === "#") return String(this.#positional.length);
    if (name === "*" || name === "@") return this.#positional.join(" ");
    if (name === "?") return "0";
    return this.get(name);
  }

  /** The path inside the ISO that GRUB's file name means here; undefined where it names another device. */
  resolve(name: string): string | undefined {
    const found = /^\(([^)]*)\)(.*)$/s.exec(name);
    const device = found === null ? this.get("root").replace(/^\((.*)\)$/s, "$1") : found[1];
    if (!isOwnDevice(device ?? "")) return undefined;
    const path = found === null ? name : (found[2] ?? "");
    return path.startsWith("/") ? path : `/${path}`;
  }
}

/** The ISO as CD or loop device, or a device that the configuration found by looking for one of the ISO's own files. */
function isOwnDevice(device: string): boolean {
  return device === "" || /^(cd\d*|loop\d*)$/.test(device);
}
