/** A hive bin's header: 32 bytes before its cells, which fill the rest of it. */
import { Struct, ascii, bytes, u32le, u64le } from "../../block/struct.ts";
import { BASE_BLOCK_BYTES, BIN_ALIGNMENT } from "./base-block.ts";
import { damaged } from "./errors.ts";
import { say } from "./messages.ts";

export const BIN_HEADER_BYTES = 32;

const RawHiveBin = new Struct("hive bin", BIN_HEADER_BYTES, {
  signature: ascii(4),
  offset: u32le,
  size: u32le,
  reserved: bytes(8),
  timestamp: u64le,
  spare: u32le,
});

/** Offsets are relative to the hive bins data, which begins behind the base block. */
export interface HiveBin {
  readonly offset: number;
  readonly size: number;
}

/**
 * @param offset where it was read.
 * @param end of the hive bins data.
 * @throws LifeboatError `hive-bad-bin`.
 */
export function decodeHiveBin(header: Buffer, offset: number, end: number): HiveBin {
  const raw = RawHiveBin.decode(header);
  const right =
    raw.signature === "hbin" &&
    raw.offset === offset &&
    raw.size >= BIN_ALIGNMENT &&
    raw.size % BIN_ALIGNMENT === 0 &&
    raw.size <= end - offset;
  if (!right) throw damaged("hive-bad-bin", say.badBin(BASE_BLOCK_BYTES + offset));
  return { offset, size: raw.size };
}

/** @param timestamp FILETIME; the first bin repeats the base block's, others have 0. */
export function encodeHiveBin({ offset, size }: HiveBin, timestamp = 0n): Buffer {
  const reserved = Buffer.alloc(8);
  return RawHiveBin.encode({ signature: "hbin", offset, size, reserved, timestamp, spare: 0 });
}

/** Of a new bin that holds a cell of `cellBytes`. */
export function binSizeFor(cellBytes: number): number {
  return Math.ceil((cellBytes + BIN_HEADER_BYTES) / BIN_ALIGNMENT) * BIN_ALIGNMENT;
}
