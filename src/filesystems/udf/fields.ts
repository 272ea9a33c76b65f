/** The ways in which ECMA-167 and UDF record addresses, names and times. */
import type { Field } from "../../block/struct.ts";

/** ECMA-167 4/7.1: a logical block of a partition, which is named by its place among the partition maps. */
export interface BlockAddress {
  readonly block: number;
  readonly partition: number;
}

/** ECMA-167 4/14.14.2 and 3/7.1: what an allocation descriptor says of its extent, in the top two bits of the length. */
export const EXTENT_RECORDED = 0;
export const EXTENT_CONTINUATION = 3;
const LENGTH_MASK = 0x3fff_ffff;

export interface ExtentDescriptor extends BlockAddress {
  readonly lengthBytes: number;
  readonly type: number;
}

/** ECMA-167 4/14.14.1; the partition is that of the descriptor which holds it. */
export const SHORT_AD_BYTES = 8;

export function decodeShortAd(from: Buffer, at: number, partition: number): ExtentDescriptor {
  const length = from.readUInt32LE(at);
  return {
    lengthBytes: length & LENGTH_MASK,
    type: length >>> 30,
    block: from.readUInt32LE(at + 4),
    partition,
  };
}

/** ECMA-167 4/14.14.2. */
export const LONG_AD_BYTES = 16;

export const longAd: Field<ExtentDescriptor> = {
  size: LONG_AD_BYTES,
  read: (from, at) => decodeShortAd(from, at, from.readUInt16LE(at + 8)),
  write: (into, at, value) => {
    into.fill(0, at, at + LONG_AD_BYTES);
    into.writeUInt32LE(value.lengthBytes + value.type * 2 ** 30, at);
    into.writeUInt32LE(value.block, at + 4);
    into.writeUInt16LE(value.partition, at + 8);
  },
};

const utf16be = new TextDecoder("utf-16be", { ignoreBOM: true });

/**
 * OSTA compressed Unicode (UDF 2.60, 2.1.1): a byte that says how, then a byte or two a character. 254 and 255 mark names
 * that are deleted, in the same two forms.
 */
export function decodeCompressedUnicode(from: Buffer): string {
  const id = from[0];
  if (id === 8 || id === 254) return from.toString("latin1", 1);
  if (id !== 16 && id !== 255) return "";
  const end = from.length - ((from.length - 1) % 2);
  return utf16be.decode(from.subarray(1, end));
}

/** UDF 2.60, 2.1.3: a field of fixed length whose last byte tells how many are used. */
export function decodeDstring(field: Buffer): string {
  const used = Math.min(field[field.length - 1] ?? 0, field.length - 1);
  return decodeCompressedUnicode(field.subarray(0, used));
}

/** ECMA-167 1/7.3: twelve bits of offset from UTC in minutes, −2047 where none is given. */
const NO_TIME_ZONE = -2047;

export function decodeTimestamp(from: Buffer): Date | undefined {
  const month = from.readUInt8(4);
  const day = from.readUInt8(5);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const signed = (from.readUInt16LE(0) << 20) >> 20;
  const minutes = signed === NO_TIME_ZONE ? 0 : signed;
  const milliseconds = from.readUInt8(9) * 10 + Math.floor(from.readUInt8(10) / 10);
  const local = Date.UTC(
    from.readInt16LE(2),
    month - 1,
    day,
    from.readUInt8(6),
    from.readUInt8(7),
    from.readUInt8(8),
    milliseconds,
  );
  const date = new Date(local - minutes * 60_000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
