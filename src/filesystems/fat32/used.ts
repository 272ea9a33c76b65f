/** What of a FAT volume is in use: everything before its clusters, and the clusters that belong to something. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { clusterStart, readGeometry } from "./geometry.ts";
import { FatTable } from "./table.ts";

/**
 * Bytes of the volume that fills `range`, in ascending order. Of FAT12 and FAT16, which are small, all of it.
 * @throws LifeboatError `not-fat`; what reading throws.
 */
export async function usedExtents(range: ByteRange): Promise<Extent[]> {
  const geometry = await readGeometry(range);
  if (geometry.bits !== 32) {
    return [{ start: 0, length: Math.min(geometry.totalBytes, range.size) }];
  }
  const extents: { start: number; length: number }[] = [{ start: 0, length: geometry.dataStart }];
  await new FatTable(range, geometry).scan((first, entries) => {
    for (let index = 0; index < entries.length; index++) {
      if (((entries[index] ?? 0) & 0x0fffffff) === 0) continue;
      const start = clusterStart(geometry, first + index);
      if (start + geometry.clusterBytes > range.size) return;
      const last = extents.at(-1);
      if (last !== undefined && last.start + last.length === start) {
        last.length += geometry.clusterBytes;
      } else extents.push({ start, length: geometry.clusterBytes });
    }
  });
  return extents;
}
