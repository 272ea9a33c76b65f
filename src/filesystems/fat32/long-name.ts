/**
 * Long names: what FAT can store, how two names compare, and the slots that hold one.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "FAT Long Directory Entries".
 */
import { bytes, Struct, u16le, u8 } from "../../block/struct.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** Attribute byte that marks a slot as a piece of a long name, under this mask. */
export const LONG_NAME_ATTRIBUTES = 0x0f;
export const LONG_NAME_MASK = 0x3f;
const LAST_PIECE = 0x40;
const PIECE_NUMBER = 0x3f;
const UNITS_PER_SLOT = 13;
const MOST_UNITS = 255;
/** Longer "extensions" are part of a sentence with a dot in it. */
const LONGEST_KEPT_EXTENSION = 32;

const LongNameSlot = new Struct("long name slot", 32, {
  order: u8,
  first: bytes(10),
  attributes: u8,
  type: u8,
  checksum: u8,
  second: bytes(12),
  clusterLow: u16le,
  third: bytes(4),
});

const FORBIDDEN = /["*/:<>?\\|\u0000-\u001f]|\p{Surrogate}/gu;

/**
 * `name` where FAT32 can store it, else the closest name that it can: forbidden characters (and halves of surrogate pairs)
 * become `_`, dots and spaces at the end go, and a name of more than 255 UTF-16 units is cut before its extension.
 */
export function storableName(name: string): string {
  const clean = name.replace(FORBIDDEN, "_").replace(/[. ]+$/, "");
  if (clean === "") return "_";
  if (clean.length <= MOST_UNITS) return clean;
  const dot = clean.lastIndexOf(".");
  const keeps = dot > 0 && clean.length - dot <= LONGEST_KEPT_EXTENSION;
  const extension = keeps ? clean.slice(dot) : "";
  const stem = cutUnits(clean, MOST_UNITS - extension.length);
  return (stem + extension).replace(/[. ]+$/, "") || "_";
}

/** At most `units` UTF-16 units of a text, no surrogate pair cut in two. */
function cutUnits(text: string, units: number): string {
  const code = text.charCodeAt(units - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? units - 1 : units);
}

/** @throws LifeboatError `invalid-name` */
export function assertStorable(name: string): void {
  if (name === "" || storableName(name) !== name) {
    throw new LifeboatError("invalid-name", say.invalidName(name), { kind: "usage" });
  }
}

/**
 * What two names have in common that FAT takes for the same: each UTF-16 unit in upper case, where that is one unit too.
 * No letter beyond ASCII is the same as an ASCII one (the dotless i, the long s), as in Windows' own table.
 */
export function foldCase(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toUpperCase();
  let folded = "";
  for (let at = 0; at < name.length; at++) {
    const unit = name.charAt(at);
    const upper = unit.toUpperCase();
    const same = unit < "\u0080" || upper >= "\u0080";
    folded += upper.length === 1 && same ? upper : unit;
  }
  return folded;
}

/** Ties a long name to its short entry. */
export function shortNameChecksum(shortName: Uint8Array): number {
  let sum = 0;
  for (const byte of shortName) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

/** The slots of a long name in the order in which they lie on the medium: the last piece first. */
export function encodeLongName(name: string, checksum: number): Buffer {
  const pieces = Math.ceil(name.length / UNITS_PER_SLOT);
  const units = Buffer.alloc(pieces * UNITS_PER_SLOT * 2, 0xff);
  units.write(name, 0, "utf16le");
  if (name.length < pieces * UNITS_PER_SLOT) units.writeUInt16LE(0, name.length * 2);
  const slots: Buffer[] = [];
  for (let piece = pieces; piece > 0; piece--) {
    const at = (piece - 1) * UNITS_PER_SLOT * 2;
    slots.push(
      LongNameSlot.encode({
        order: piece | (piece === pieces ? LAST_PIECE : 0),
        first: units.subarray(at, at + 10),
        attributes: LONG_NAME_ATTRIBUTES,
        type: 0,
        checksum,
        second: units.subarray(at + 10, at + 22),
        clusterLow: 0,
        third: units.subarray(at + 22, at + 26),
      }),
    );
  }
  return Buffer.concat(slots);
}

/** The name in the slots at `offsets` of a directory, the last piece first, whatever characters are in it. */
export function joinLongName(directory: Buffer, offsets: readonly number[]): string {
  const text = offsets
    .map((at) => pieceAt(directory, at))
    .reverse()
    .join("");
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** The thirteen UTF-16 units of the slot at `at`; a directory has thousands of them. */
function pieceAt(directory: Buffer, at: number): string {
  return (
    directory.toString("utf16le", at + 1, at + 11) +
    directory.toString("utf16le", at + 14, at + 26) +
    directory.toString("utf16le", at + 28, at + 32)
  );
}

/** Gathers the slots of one long name while a directory is read from front to back. */
export class LongNameCollector {
  #pieces: string[] = [];
  #expected = 0;
  #checksum = 0;

  /** Number of slots gathered. */
  get slots(): number {
    return this.#pieces.length;
  }

  clear(): void {
    this.#pieces = [];
    this.#expected = 0;
  }

  add(directory: Buffer, at: number): void {
    const order = directory[at] ?? 0;
    const checksum = directory[at + 13] ?? 0;
    const number = order & PIECE_NUMBER;
    if ((order & LAST_PIECE) !== 0) {
      this.clear();
      this.#checksum = checksum;
    } else if (number !== this.#expected || checksum !== this.#checksum) {
      return this.clear();
    }
    if (number === 0 || number > Math.ceil(MOST_UNITS / UNITS_PER_SLOT)) return this.clear();
    this.#pieces.unshift(pieceAt(directory, at));
    this.#expected = number - 1;
  }

  /** The name, where all its pieces came just before the short entry with these eleven bytes and it is one that FAT allows. */
  nameFor(shortName: Uint8Array): string | undefined {
    if (this.#pieces.length === 0 || this.#expected !== 0) return undefined;
    if (this.#checksum !== shortNameChecksum(shortName)) return undefined;
    const text = this.#pieces.join("");
    const end = text.indexOf("\0");
    const name = end < 0 ? text : text.slice(0, end);
    const addressable = name !== "" && name.length <= MOST_UNITS && !/[/\u0000]/.test(name);
    return addressable ? name : undefined;
  }
}
