/** NTFS' 64-bit fields as numbers, and its times. */
import type { Field } from "../../block/struct.ts";

const TWO_32 = 2 ** 32;

/**
 * Reads a 64-bit count, position or size. Beyond 2^53 the last digits are lost: no volume has such values, and they fail the
 * bounds checks that every use makes.
 */
export function readU64(from: Buffer, at: number): number {
  return from.readUInt32LE(at) + from.readUInt32LE(at + 4) * TWO_32;
}

export function writeU64(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value % TWO_32, at);
  into.writeUInt32LE(Math.floor(value / TWO_32), at + 4);
}

export const u64number: Field<number> = { size: 8, read: readU64, write: writeU64 };

/** Which record of the MFT, and which use of it: the sequence number grows each time a record is freed. */
export interface FileReference {
  readonly record: number;
  readonly sequence: number;
}

/** 48 bits of record number, 16 of sequence number. */
export const fileReference: Field<FileReference> = {
  size: 8,
  read: (from, at) => ({
    record: from.readUIntLE(at, 6),
    sequence: from.readUInt16LE(at + 6),
  }),
  write: (into, at, value) => {
    into.writeUIntLE(value.record, at, 6);
    into.writeUInt16LE(value.sequence, at + 6);
  },
};

/** Milliseconds from 1601-01-01, where NTFS counts from, to 1970-01-01. */
const EPOCH_MS = 11_644_473_600_000n;
const TICKS_PER_MS = 10_000n;

/** A point in time in units of 100 ns since 1601. */
export const fileTime: Field<Date> = {
  size: 8,
  read: (from, at) => new Date(Number(from.readBigUInt64LE(at) / TICKS_PER_MS - EPOCH_MS)),
  write: (into, at, value) => {
    const ticks = (BigInt(value.getTime()) + EPOCH_MS) * TICKS_PER_MS;
    into.writeBigUInt64LE(ticks < 0n ? 0n : ticks, at);
  },
};

/** `value` rounded up to a multiple of `unit`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
