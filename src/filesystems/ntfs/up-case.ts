/**
 * $UpCase: what each UTF-16 unit becomes in upper case. Each volume carries its own table, and directories are sorted by it,
 * so the volume's table decides, not the running system's idea of Unicode.
 */
import { endianness } from "node:os";
import { damaged } from "./failures.ts";

const UPCASE_UNITS = 0x10000;
export const UPCASE_BYTES = UPCASE_UNITS * 2;

export class UpCase {
  readonly #table: Uint16Array;

  constructor(table: Uint16Array) {
    this.#table = table;
  }

  /** From the bytes of the volume's $UpCase. @throws LifeboatError `ntfs-damaged` where it hasn't the one length it can have. */
  static decode(raw: Buffer): UpCase {
    if (raw.length !== UPCASE_BYTES) throw damaged("$UpCase", `it is ${raw.length} bytes long`);
    const table = new Uint16Array(UPCASE_UNITS);
    const bytes = Buffer.from(table.buffer);
    raw.copy(bytes);
    if (endianness() === "BE") bytes.swap16();
    return new UpCase(table);
  }

  encode(): Buffer {
    const raw = Buffer.alloc(UPCASE_BYTES);
    for (let unit = 0; unit < UPCASE_UNITS; unit++) raw.writeUInt16LE(this.of(unit), unit * 2);
    return raw;
  }

  of(unit: number): number {
    return this.#table[unit] ?? unit;
  }

  /** Order of two names with case ignored: negative, 0, positive. */
  compareIgnoringCase(a: string, b: string): number {
    const length = Math.min(a.length, b.length);
    for (let index = 0; index < length; index++) {
      const difference = this.of(a.charCodeAt(index)) - this.of(b.charCodeAt(index));
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }

  /** COLLATION_FILE_NAME, the order of directories: case ignored first, then by code unit. */
  compare(a: string, b: string): number {
    return this.compareIgnoringCase(a, b) || compareUnits(a, b);
  }
}

function compareUnits(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = a.charCodeAt(index) - b.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * Upper-case letters that came into Unicode after the version 5.1 that Windows' table stands at. Windows never extended the
 * table (a new one would break the order of old directories), and chkdsk compares a volume's table with its own.
 */
const AFTER_UNICODE_5_1: readonly (readonly [number, number])[] = [
  [0x037f, 0x037f],
  [0x0524, 0x052e],
  [0x10c7, 0x10cd],
  [0x13a0, 0x13f5],
  [0x1c89, 0x1cbf],
  [0x2c2f, 0x2c2f],
  [0x2c70, 0x2c70],
  [0x2c7e, 0x2c7f],
  [0x2ceb, 0x2cf2],
  [0xa660, 0xa660],
  [0xa698, 0xa69a],
  [0xa78d, 0xa78d],
  [0xa790, 0xa7ff],
];

/** Greek letters with iota, whose full upper case is two letters: their simple one is the title-case letter 8 or 9 further on. */
const GREEK_WITH_IOTA = { first: 0x1f80, last: 0x1fff };

/**
 * The table that Windows (since Vista) writes: each unit's simple upper case, where that letter's lower case leads back to it.
 * The rule leaves out what Windows leaves out: ı, ſ, µ, ς and other letters that only share another letter's capital.
 */
export function windowsUpCase(): UpCase {
  const table = Uint16Array.from({ length: UPCASE_UNITS }, (_, unit) => unit);
  for (let unit = 0; unit < UPCASE_UNITS; unit++) {
    if (unit >= 0xd800 && unit < 0xe000) continue;
    const upper = simpleUpperCase(unit);
    const tooNew = AFTER_UNICODE_5_1.some(([first, last]) => upper >= first && upper <= last);
    if (!tooNew && String.fromCharCode(upper).toLowerCase() === String.fromCharCode(unit)) {
      table[unit] = upper;
    }
  }
  return new UpCase(table);
}

function simpleUpperCase(unit: number): number {
  const full = String.fromCharCode(unit).toUpperCase();
  if (full.length === 1) return full.charCodeAt(0);
  if (unit < GREEK_WITH_IOTA.first || unit > GREEK_WITH_IOTA.last) return unit;
  const title = [unit + 8, unit + 9].find(
    (candidate) => String.fromCharCode(candidate).toLowerCase() === String.fromCharCode(unit),
  );
  return title ?? unit;
}
