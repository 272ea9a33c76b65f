/** The ways in which ECMA-119 records numbers, dates and names. */
import type { Field } from "../../block/struct.ts";

/** ECMA-119 7.2.3: little-endian, then big-endian. The first is read, as by Linux and GRUB. */
export const u16both: Field<number> = {
  size: 4,
  read: (from, at) => from.readUInt16LE(at),
  write: (into, at, value) => {
    into.writeUInt16LE(value, at);
    into.writeUInt16BE(value, at + 2);
  },
};

/** ECMA-119 7.3.3: little-endian, then big-endian. */
export const u32both: Field<number> = {
  size: 8,
  read: (from, at) => from.readUInt32LE(at),
  write: (into, at, value) => {
    into.writeUInt32LE(value, at);
    into.writeUInt32BE(value, at + 4);
  },
};

const QUARTER_MS = 15 * 60 * 1000;

/** ECMA-119 9.1.5: seven bytes, the last one the offset from UTC in quarters of an hour. Undefined where it is no date. */
export function decodeRecordDate(from: Buffer): Date | undefined {
  const [years = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = from;
  return dateOf([1900 + years, month, day, hour, minute, second, 0], from.readInt8(6));
}

/** ECMA-119 8.4.26.1: sixteen digits to the hundredth of a second, and the offset from UTC in quarters of an hour. */
export function decodeLongDate(from: Buffer): Date | undefined {
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(
    from.toString("latin1", 0, 16),
  );
  if (digits === null) return undefined;
  const parts = digits.slice(1).map(Number);
  return dateOf(parts, from.readInt8(16));
}

function dateOf(parts: readonly number[], offsetQuarters: number): Date | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, hundredths = 0] = parts;
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, hundredths * 10);
  return new Date(local - offsetQuarters * QUARTER_MS);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16be = new TextDecoder("utf-16be", { ignoreBOM: true });

/** Names of the primary tree have no declared encoding: UTF-8 where they are valid UTF-8, else a byte a character. */
export function decodeBytes(from: Buffer): string {
  try {
    return strictUtf8.decode(from);
  } catch {
    return from.toString("latin1");
  }
}

/** Joliet: UCS-2, big-endian; mastering tools write surrogate pairs too. */
export function decodeUcs2(from: Buffer): string {
  return utf16be.decode(from.subarray(0, from.length & ~1));
}

/** ECMA-119 7.5: a file identifier without its version (`;1`) and without the dot of an empty extension. */
export function withoutVersion(identifier: string): string {
  const bare = identifier.replace(/;[0-9]+$/, "").replace(/\.+$/, "");
  return bare === "" ? identifier : bare;
}
