/** The dirty vector (DIRT) of the old format of transaction logs, of Windows up to 8: one bit for each 512 bytes, then those. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import type { DirtyPage } from "./log-entry.ts";

const SIGNATURE = "DIRT";
const PAGE_BYTES = 512;

/**
 * @param sectorBytes where the vector begins, and what its end is filled up to.
 * @returns undefined where the vector isn't there, or not all pages are.
 */
export async function readDirtyPages(
  log: ByteRange,
  sectorBytes: number,
  hiveBinsDataSize: number,
): Promise<DirtyPage[] | undefined> {
  const bitmapBytes = Math.ceil(hiveBinsDataSize / PAGE_BYTES / 8);
  const vectorBytes = SIGNATURE.length + bitmapBytes;
  if (sectorBytes + vectorBytes > log.size) return undefined;
  const vector = await readBytes(log, sectorBytes, vectorBytes);
  if (vector.toString("latin1", 0, 4) !== SIGNATURE) return undefined;
  const pages: DirtyPage[] = [];
  let at = sectorBytes + Math.ceil(vectorBytes / sectorBytes) * sectorBytes;
  for (let page = 0; page < hiveBinsDataSize / PAGE_BYTES; page++) {
    const byte = vector[SIGNATURE.length + (page >> 3)] ?? 0;
    if ((byte & (1 << (page & 7))) === 0) continue;
    if (at + PAGE_BYTES > log.size) return undefined;
    pages.push({ offset: page * PAGE_BYTES, data: await readBytes(log, at, PAGE_BYTES) });
    at += PAGE_BYTES;
  }
  return pages;
}
