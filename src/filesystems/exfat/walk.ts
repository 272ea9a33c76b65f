import type { AllocationBitmap } from "./bitmap.ts";
import { ALLOCATION_BITMAP, BitmapEntry, UPCASE_TABLE } from "./entries.ts";
import type { Directory } from "./directory.ts";
import type { ExfatTree } from "./tree.ts";

/**
 * Sees every file and directory of a volume, and marks their clusters as used: on a volume that some writer left half-way,
 * the bitmap alone can't be trusted not to call a file's clusters free.
 * @throws LifeboatError `exfat-chain`, `exfat-directory`: then the volume needs a check before it can be written.
 */
export async function markClustersInUse(tree: ExfatTree, bitmap: AllocationBitmap): Promise<void> {
  bitmap.markInUse(tree.root.runs);
  for (const other of tree.root.others) {
    if (other.type !== ALLOCATION_BITMAP && other.type !== UPCASE_TABLE) continue;
    // Both keep first cluster and length in the same place.
    const { firstCluster, dataLength } = BitmapEntry.decode(other.bytes);
    const allocation = { firstCluster, contiguous: false, dataLength: Number(dataLength) };
    bitmap.markInUse(await tree.clustersOf(allocation));
  }
  const seen = new Set([tree.geometry.rootCluster]);
  const waiting: Directory[] = [tree.root];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const set of directory.sets) {
      for (const allocation of [set, ...set.vendorAllocations]) {
        bitmap.markInUse(await tree.clustersOf(allocation));
      }
      if (!set.isDirectory || seen.has(set.firstCluster)) continue;
      seen.add(set.firstCluster);
      waiting.push(await tree.directoryOf(set));
    }
  }
}
