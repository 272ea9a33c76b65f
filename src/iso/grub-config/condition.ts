/**
 * GRUB's `test` and `[ … ]`, in three values: what depends on the machine or on a file system out of reach is undefined, and
 * the reader then looks at both branches.
 */
import type { BootFiles } from "../tree.ts";

/** One argument of `test`, expanded; `known` is false where it holds a variable that only the machine knows. */
export interface Operand {
  readonly text: string;
  readonly known: boolean;
}

export type Truth = boolean | undefined;

interface FileLookup {
  readonly files: BootFiles;
  /** The path inside the ISO of a GRUB file name; undefined where it lies elsewhere. */
  resolve(name: string): string | undefined;
}

const MAX_DEPTH = 16;
const MAX_OPERANDS = 256;

/** Evaluates the arguments of `test` (without the closing bracket). */
export async function evaluateTest(
  operands: readonly Operand[],
  lookup: FileLookup,
): Promise<Truth> {
  if (operands.length > MAX_OPERANDS) return undefined;
  return new TestReader(operands, lookup).disjunction();
}

class TestReader {
  readonly #operands: readonly Operand[];
  readonly #lookup: FileLookup;
  #at = 0;
  #depth = 0;

  constructor(operands: readonly Operand[], lookup: FileLookup) {
    this.#operands = operands;
    this.#lookup = lookup;
  }

  async disjunction(): Promise<Truth> {
    if (++this.#depth > MAX_DEPTH) return undefined;
    let result = await this.#conjunction();
    while (this.#accept("-o")) result = or(result, await this.#conjunction());
    this.#depth--;
    return result;
  }

  async #conjunction(): Promise<Truth> {
    let result = await this.#primary();
    // Two primaries with nothing between them are an implicit "and" in GRUB.
    while (this.#at < this.#operands.length && !this.#isNext("-o") && !this.#isNext(")")) {
      this.#accept("-a");
      result = and(result, await this.#primary());
    }
    return result;
  }

  async #primary(): Promise<Truth> {
    let negated = false;
    while (this.#accept("!")) negated = !negated;
    const value = await this.#plain();
    return negated ? not(value) : value;
  }

  async #plain(): Promise<Truth> {
    const first = this.#operands[this.#at++];
    if (first === undefined) return false;
    if (first.text === "(" && first.known) {
      const value = await this.disjunction();
      this.#accept(")");
      return value;
    }
    const operator = this.#operands[this.#at];
    const second = this.#operands[this.#at + 1];
    if (operator !== undefined && second !== undefined && operator.text in COMPARISONS) {
      this.#at += 2;
      if (!first.known || !second.known) return undefined;
      return COMPARISONS[operator.text]?.(first.text, second.text);
    }
    if (/^-[defnsz]$/.test(first.text) && operator !== undefined) {
      this.#at++;
      return this.#unary(first.text, operator);
    }
    return first.known ? first.text !== "" : undefined;
  }

  async #unary(operator: string, operand: Operand): Promise<Truth> {
    if (!operand.known) return undefined;
    if (operator === "-n") return operand.text !== "";
    if (operator === "-z") return operand.text === "";
    const path = this.#lookup.resolve(operand.text);
    if (path === undefined) return undefined;
    const entry = await this.#lookup.files.find(path);
    if (operator === "-d") return entry?.kind === "directory";
    if (operator === "-s") return entry?.kind === "file" && entry.sizeBytes > 0;
    return operator === "-f" ? entry?.kind === "file" : entry !== undefined;
  }

  #isNext(text: string): boolean {
    const next = this.#operands[this.#at];
    return next !== undefined && next.known && next.text === text;
  }

  #accept(text: string): boolean {
    if (!this.#isNext(text)) return false;
    this.#at++;
    return true;
  }
}

const COMPARISONS: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "-eq": (a, b) => Number(a) === Number(b),
  "-ne": (a, b) => Number(a) !== Number(b),
  "-lt": (a, b) => Number(a) < Number(b),
  "-le": (a, b) => Number(a) <= Number(b),
  "-gt": (a, b) => Number(a) > Number(b),
  "-ge": (a, b) => Number(a) >= Number(b),
};

function not(value: Truth): Truth {
  return value === undefined ? undefined : !value;
}

function and(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function or(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true;
  return a === undefined || b === undefined ? undefined : false;
}
