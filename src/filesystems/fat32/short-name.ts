/**
 * Short (8.3) names: reading one, and making the alias that stands beside a long name.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "The Basis-Name Generation Algorithm" and "The
 * Numeric-Tail Generation Algorithm".
 */
import { LifeboatError } from "../../system/errors.ts";
import { decodeOem } from "./code-page.ts";
import { foldCase } from "./long-name.ts";
import { say } from "./messages.ts";

const BASE_LENGTH = 8;
const EXTENSION_LENGTH = 3;
export const SHORT_NAME_LENGTH = BASE_LENGTH + EXTENSION_LENGTH;

/** First byte of a free slot; a name that really begins with it is stored with 05. */
export const FREE_SLOT = 0xe5;
const KANJI_LEAD = 0x05;

/** Windows NT's flags in byte 12: shown in lower case. */
const LOWER_BASE = 0x08;
const LOWER_EXTENSION = 0x10;

/** The name as people see it. Bytes that can't be in a path become `_`. */
export function decodeShortName(stored: Buffer, caseFlags: number): string {
  const raw = stored[0] === KANJI_LEAD ? Buffer.from(stored) : stored;
  if (raw !== stored) raw[0] = FREE_SLOT;
  const base = shownPart(raw.subarray(0, BASE_LENGTH), (caseFlags & LOWER_BASE) !== 0);
  const extension = shownPart(
    raw.subarray(BASE_LENGTH, SHORT_NAME_LENGTH),
    (caseFlags & LOWER_EXTENSION) !== 0,
  );
  return extension === "" ? base : `${base}.${extension}`;
}

function shownPart(raw: Buffer, lower: boolean): string {
  const text = decodeOem(raw).replace(/ +$/, "");
  return (lower ? text.toLowerCase() : text).replace(/[/\u0000-\u001f]/g, "_");
}

/** Base and extension as the eleven bytes of a directory entry. */
function pack(base: string, extension: string): Buffer {
  return Buffer.from(base.padEnd(BASE_LENGTH) + extension.padEnd(EXTENSION_LENGTH), "latin1");
}

/**
 * A short name for `name`, in the eleven bytes of a directory entry, that `isTaken` (asked with `BASE.EXT`) doesn't know.
 * `exact` says that it alone is the whole name, and no long one is needed.
 * @throws LifeboatError `directory-full` where every alias is taken.
 */
export function makeShortName(
  name: string,
  isTaken: (alias: string) => boolean,
): { bytes: Buffer; alias: string; exact: boolean } {
  const { base, extension, lossy } = basisOf(name);
  const result = (stem: string) => {
    const alias = extension === "" ? stem : `${stem}.${extension}`;
    return { bytes: pack(stem, extension), alias, exact: alias === name };
  };
  if (!lossy) {
    const whole = result(base);
    if (!isTaken(whole.alias)) return whole;
  }
  for (const stem of tails(base, name)) {
    const tried = result(stem);
    if (!isTaken(tried.alias)) return tried;
  }
  throw new LifeboatError("directory-full", say.directoryFull());
}

/** What of a name fits a short one, and whether anything was lost. */
function basisOf(name: string): { base: string; extension: string; lossy: boolean } {
  const packed = foldCase(name).replaceAll(" ", "").replace(/^\.+/, "");
  const dot = packed.lastIndexOf(".");
  const whole = (dot < 0 ? packed : packed.slice(0, dot)).replaceAll(".", "");
  const base = oemOf(whole).slice(0, BASE_LENGTH) || "_";
  const extension = dot < 0 ? "" : oemOf(packed.slice(dot + 1)).slice(0, EXTENSION_LENGTH);
  const back = extension === "" ? base : `${base}.${extension}`;
  return { base, extension, lossy: back !== foldCase(name) };
}

/** One `_` for each character that can't be in a short name. */
function oemOf(text: string): string {
  return text.replace(/[^A-Z0-9$%'\-_@~`!(){}^#&]/gu, "_");
}

/**
 * NAME~1 to NAME~4, then, as Windows does, two letters and a hash of the name: a folder of thousands of like names would
 * take minutes with numbers alone.
 */
function* tails(base: string, name: string): Generator<string> {
  for (let number = 1; number <= 4; number++) {
    yield `${base.slice(0, BASE_LENGTH - 2)}~${number}`;
  }
  const seed = hashOf(name);
  for (let step = 0; step <= 0xffff; step++) {
    const hash = ((seed + step) & 0xffff).toString(16).toUpperCase().padStart(4, "0");
    for (let number = 1; number <= 9; number++) yield `${base.slice(0, 2)}${hash}~${number}`;
  }
}

/** FNV-1a over the UTF-16 units, folded to 16 bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  }
  return (hash >>> 16) ^ (hash & 0xffff);
}
