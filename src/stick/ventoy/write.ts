/** Writing what differs, in pieces, and holding what is there against what it is to be: for jobs that change a stick's boot part. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { sameJson } from "../manifest.ts";

/** Compared, and written where it differs, in pieces of this size. */
const PIECE_BYTES = 64 << 10;

/** @param each called before each piece with its length; what it throws ends it there. */
export async function writeDiffering(
  disk: ByteRange,
  start: number,
  wanted: Buffer,
  each: (bytes: number) => void = () => {},
): Promise<void> {
  for (let at = 0; at < wanted.length; at += PIECE_BYTES) {
    const piece = wanted.subarray(at, at + PIECE_BYTES);
    each(piece.length);
    const there = await readBytes(disk, start + at, piece.length);
    if (!there.equals(piece)) await disk.write(start + at, piece);
  }
}

export async function isThere(disk: ByteRange, start: number, wanted: Buffer): Promise<boolean> {
  return (await readBytes(disk, start, wanted.length)).equals(wanted);
}

/** Of partition tables: attributes are BigInts, which JSON doesn't know. */
export function sameTable(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value ?? null, (_, field: unknown) =>
        typeof field === "bigint" ? field.toString() : field,
      ),
    );
  return sameJson(plain(a), plain(b));
}
