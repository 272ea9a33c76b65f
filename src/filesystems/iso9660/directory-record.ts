/** Directory records: ECMA-119 section 9.1. */
import { Struct, bytes, u8 } from "../../block/struct.ts";
import { u16both, u32both } from "./fields.ts";

/** ECMA-119 9.1.6, "File flags". */
export const FLAG_DIRECTORY = 0x02;
export const FLAG_ASSOCIATED = 0x04;
/** This is not the last record of the file: the next one continues it. */
export const FLAG_MULTI_EXTENT = 0x80;

/** The part of fixed length; the identifier follows, a byte of padding where that has an even length, and the system use area. */
const Fixed = new Struct("ISO 9660 directory record", 33, {
  length: u8,
  extendedAttributeBlocks: u8,
  extentBlock: u32both,
  dataBytes: u32both,
  recorded: bytes(7),
  flags: u8,
  fileUnitBlocks: u8,
  interleaveGapBlocks: u8,
  volumeSequenceNumber: u16both,
  identifierLength: u8,
});

export interface DirectoryRecord {
  /** First block of the data, behind the extended attribute record. */
  readonly startBlock: number;
  readonly sizeBytes: number;
  readonly recorded: Buffer;
  readonly flags: number;
  readonly interleaved: boolean;
  readonly identifier: Buffer;
  readonly systemUse: Buffer;
}

/** The record at `at`; undefined where its lengths contradict each other or reach beyond `end`. */
export function decodeDirectoryRecord(
  from: Buffer,
  at: number,
  end: number,
): DirectoryRecord | undefined {
  const length = from.readUInt8(at);
  if (length <= Fixed.size || at + length > end) return undefined;
  const fixed = Fixed.decode(from, at);
  const nameAt = at + Fixed.size;
  const nameEnd = nameAt + fixed.identifierLength;
  if (fixed.identifierLength === 0 || nameEnd > at + length) return undefined;
  const systemUseAt = nameEnd + (fixed.identifierLength % 2 === 0 ? 1 : 0);
  return {
    startBlock: fixed.extentBlock + fixed.extendedAttributeBlocks,
    sizeBytes: fixed.dataBytes,
    recorded: fixed.recorded,
    flags: fixed.flags,
    interleaved: fixed.fileUnitBlocks !== 0 || fixed.interleaveGapBlocks !== 0,
    identifier: from.subarray(nameAt, nameEnd),
    systemUse: from.subarray(Math.min(systemUseAt, at + length), at + length),
  };
}

/** ECMA-119 7.6.2: the directory itself is recorded under a zero byte, its parent under a one. */
export function isSelfOrParent(record: DirectoryRecord): boolean {
  return record.identifier.length === 1 && (record.identifier[0] ?? 255) <= 1;
}
