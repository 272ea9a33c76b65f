/** More clusters for a full directory. */
import { writeZeroes } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { AllocationBitmap } from "./bitmap.ts";
import { appendRuns, countClusters, extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import { MAX_DIRECTORY_BYTES } from "./directory.ts";
import { ENTRY_SIZE, withAllocation } from "./entries.ts";
import { say } from "./messages.ts";
import type { ExfatTree, Place, Step } from "./tree.ts";

/**
 * A directory gets longer in one step that happens or doesn't. The root's chain is linked to its new clusters by one FAT
 * entry. Any other directory has its length in its own entry set: it grows in place where the clusters behind it are free,
 * or moves as a whole; either way the set, which tells where it is and how long, changes last.
 */
export class DirectoryGrowth {
  readonly #tree: ExfatTree;
  readonly #bitmap: AllocationBitmap;
  readonly #place: Place;
  /** Clusters taken for it: behind the old ones, or in their stead. */
  readonly #taken: readonly ClusterRun[];
  readonly #moves: boolean;

  /**
   * Takes the clusters, in memory only.
   * @param slots entries that should fit afterwards.
   * @throws LifeboatError `directory-full`, `volume-full`.
   */
  static plan(
    tree: ExfatTree,
    bitmap: AllocationBitmap,
    place: Place,
    slots: number,
  ): DirectoryGrowth {
    const { clusterSize, sectorSize } = tree.geometry;
    const { directory } = place;
    const more = Math.ceil((slots * ENTRY_SIZE + sectorSize) / clusterSize);
    if (directory.capacityBytes + more * clusterSize > MAX_DIRECTORY_BYTES) {
      throw new LifeboatError("directory-full", say.directoryFull(place.parentPath || "/"));
    }
    const own = place.steps.at(-1);
    const behind = own?.set.contiguous === true ? clustersBehind(bitmap, directory.runs, more) : [];
    if (behind.length > 0) return new DirectoryGrowth(tree, bitmap, place, behind, false);
    const moves = own !== undefined;
    const count = moves ? countClusters(directory.runs) + more : more;
    const taken = bitmap.reserve(count);
    if (taken === undefined) {
      const free = bitmap.freeClusters * clusterSize;
      throw new LifeboatError("volume-full", say.volumeFull(count * clusterSize, free));
    }
    return new DirectoryGrowth(tree, bitmap, place, taken, moves);
  }

  private constructor(
    tree: ExfatTree,
    bitmap: AllocationBitmap,
    place: Place,
    taken: readonly ClusterRun[],
    moves: boolean,
  ) {
    this.#tree = tree;
    this.#bitmap = bitmap;
    this.#place = place;
    this.#taken = taken;
    this.#moves = moves;
  }

  async execute(): Promise<void> {
    const { range, fat } = this.#tree;
    const { directory } = this.#place;
    const own = this.#place.steps.at(-1);
    const old = directory.runs;
    await this.#fill(this.#moves ? directory.usedBytes : Buffer.alloc(0));
    const runs = this.#moves ? this.#taken : appendRuns(old, this.#taken);
    if (own === undefined || runs.length > 1) await fat.writeChain(this.#taken);
    this.#bitmap.use(this.#taken);
    await this.#bitmap.store(range);
    await range.flush();
    if (own === undefined) await this.#linkRoot(old);
    else await this.#point(own, runs);
    directory.moveTo(runs);
    if (!this.#moves) return;
    // Stored with the bitmap's next change, which follows at once: the entry that the room is for.
    this.#bitmap.free(old);
  }

  async #linkRoot(old: readonly ClusterRun[]): Promise<void> {
    const last = old.at(-1);
    const [next] = this.#taken;
    if (last === undefined || next === undefined) return;
    await this.#tree.fat.link(last.first + last.count - 1, next.first);
    await this.#tree.range.flush();
  }

  async #point(own: Step, runs: readonly ClusterRun[]): Promise<void> {
    const firstCluster = runs[0]?.first ?? 0;
    const dataLength = countClusters(runs) * this.#tree.geometry.clusterSize;
    const allocation = { firstCluster, contiguous: runs.length === 1, dataLength };
    await own.parent.rewrite(own.set, withAllocation(own.parent.bytesOf(own.set), allocation));
    this.#tree.forget(own.set.firstCluster);
    this.#tree.remember(firstCluster, this.#place.directory);
  }

  /** `content`, then zeroes to the end. */
  async #fill(content: Buffer): Promise<void> {
    const { range, geometry } = this.#tree;
    const { clusterSize, sectorSize } = geometry;
    const padded = Buffer.alloc(Math.ceil(content.length / sectorSize) * sectorSize);
    content.copy(padded);
    let at = 0;
    const length = countClusters(this.#taken) * clusterSize;
    for (const extent of extentsOfRuns(geometry, this.#taken, 0, length)) {
      const part = padded.subarray(at, at + extent.length);
      if (part.length > 0) await range.write(extent.start, part);
      await writeZeroes(range, extent.start + part.length, extent.length - part.length);
      at += extent.length;
    }
  }
}

/** The `count` clusters behind a run, taken, where they are all free. */
function clustersBehind(
  bitmap: AllocationBitmap,
  runs: readonly ClusterRun[],
  count: number,
): ClusterRun[] {
  const [only] = runs;
  if (only === undefined) return [];
  const first = only.first + only.count;
  for (let cluster = first; cluster < first + count; cluster++) {
    if (!bitmap.isFree(cluster)) return [];
  }
  return bitmap.reserveAt({ first, count });
}
