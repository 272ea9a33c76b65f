/**
 * Changes to a volume, each in an order in which a cut at any point leaves it consistent (section 8.1 of the specification):
 * clusters are marked as used before an entry names them, and as free after no entry does. The worst that remains is
 * clusters marked as used that nothing uses.
 */
import { writeZeroes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { AllocationBitmap } from "./bitmap.ts";
import type { Geometry } from "./boot-sector.ts";
import { extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import { DirectoryGrowth } from "./directory-growth.ts";
import { encodeEntrySet, ENTRY_SIZE, withAllocation } from "./entries.ts";
import type { Allocation, EntrySet } from "./entries.ts";
import { say } from "./messages.ts";
import { storableName } from "./names.ts";
import { noSuchFile } from "./tree.ts";
import type { ExfatTree, Place } from "./tree.ts";
import type { VolumeState } from "./volume-state.ts";
import { markClustersInUse } from "./walk.ts";

export class ExfatWriter {
  readonly #tree: ExfatTree;
  readonly #range: ByteRange;
  readonly #geometry: Geometry;
  readonly #bitmap: AllocationBitmap;
  readonly #state: VolumeState;
  /** False on a volume left dirty, until all its files were seen: its bitmap may lack clusters that files use. */
  #bitmapTrusted: boolean;
  /** A write failed half-way: what is on the medium isn't known any more. */
  #broken = false;

  constructor(tree: ExfatTree, bitmap: AllocationBitmap, state: VolumeState) {
    this.#tree = tree;
    this.#range = tree.range;
    this.#geometry = tree.geometry;
    this.#bitmap = bitmap;
    this.#state = state;
    this.#bitmapTrusted = !state.wasDirty;
  }

  /** @throws LifeboatError `volume-full`. */
  async reserve(sizeBytes: number): Promise<ClusterRun[]> {
    if (!this.#bitmapTrusted) {
      await markClustersInUse(this.#tree, this.#bitmap);
      this.#bitmapTrusted = true;
    }
    const runs = this.#bitmap.reserve(Math.ceil(sizeBytes / this.#geometry.clusterSize));
    if (runs !== undefined) return runs;
    const free = this.#bitmap.freeClusters * this.#geometry.clusterSize;
    throw new LifeboatError("volume-full", say.volumeFull(sizeBytes, free));
  }

  release(runs: readonly ClusterRun[]): void {
    // After a failed write an entry on the medium may name them.
    if (!this.#broken) this.#bitmap.release(runs);
  }

  /** Gives reserved clusters, whose bytes are written, a name. @throws LifeboatError `file-exists`, `name-not-storable`, … */
  async addFile(path: string, runs: readonly ClusterRun[], sizeBytes: number, modified: Date) {
    const place = await this.#placeForNew(path);
    await this.#add(place, false, runs, sizeBytes, modified);
  }

  async makeDirectory(path: string, time: Date): Promise<void> {
    const place = await this.#placeForNew(path);
    const { clusterSize } = this.#geometry;
    await this.#withRoom(clusterSize, async (runs) => {
      await this.#writeData(runs, new Uint8Array(0), clusterSize);
      await this.#add(place, true, runs, clusterSize, time);
    });
  }

  /** Writes a file whole; one that was there is replaced, and keeps the case of its name. */
  async writeFile(path: string, data: Uint8Array, modified: Date): Promise<void> {
    const place = await this.#tree.locate(path);
    if (place === undefined || place.set?.isDirectory === true) throw isADirectory(path);
    if (place.set === undefined) checkName(place.name);
    const oldRuns = place.set === undefined ? [] : await this.#tree.clustersOf(place.set);
    await this.#withRoom(data.length, async (runs) => {
      await this.#writeData(runs, data, data.length);
      if (place.set === undefined) await this.#add(place, false, runs, data.length, modified);
      else
        await this.#replace(place, place.set, oldRuns, { runs, sizeBytes: data.length, modified });
    });
  }

  /**
   * Gives a file reserved clusters into which its bytes were copied; the old ones become free. Name, times and attributes stay. Its
   * entry must change by one write (`Directory.rewritesAtOnce`).
   * @throws LifeboatError `no-such-file`.
   */
  async moveTo(path: string, runs: readonly ClusterRun[]): Promise<void> {
    const place = await this.#tree.locate(path);
    if (place?.set === undefined) throw noSuchFile(path);
    const { directory, set } = place;
    if (!directory.rewritesAtOnce(set))
      throw new RangeError(`${path} has its entry in two sectors`);
    const old = await this.#tree.clustersOf(set);
    await this.#change(async () => {
      await this.#use(runs);
      const allocation = allocationOf(runs, set.dataLength);
      await directory.rewrite(set, withAllocation(directory.bytesOf(set), allocation));
      await this.#free(old);
    });
  }

  /** @throws LifeboatError `no-such-file`, `directory-not-empty`. */
  async remove(path: string): Promise<void> {
    const place = await this.#tree.locate(path);
    if (place === undefined) throw directoryNotEmpty(path);
    const { directory, set } = place;
    if (set === undefined) throw noSuchFile(path);
    if (set.isDirectory && !(await this.#tree.directoryOf(set)).isEmpty)
      throw directoryNotEmpty(path);
    const runs = await this.#tree.clustersOf(set);
    for (const allocation of set.vendorAllocations) {
      runs.push(...(await this.#tree.clustersOf(allocation)));
    }
    await this.#change(async () => {
      await directory.clear(set);
      this.#tree.forget(set.firstCluster);
      await this.#free(runs);
    });
  }

  async #placeForNew(path: string): Promise<Place> {
    const place = await this.#tree.locate(path);
    if (place === undefined || place.set !== undefined) {
      throw new LifeboatError("file-exists", say.exists(path), { kind: "refused" });
    }
    checkName(place.name);
    return place;
  }

  async #add(
    place: Place,
    isDirectory: boolean,
    runs: readonly ClusterRun[],
    sizeBytes: number,
    time: Date,
  ): Promise<void> {
    const allocation = allocationOf(runs, sizeBytes);
    const set = encodeEntrySet(place.name, isDirectory, allocation, time, this.#tree.upcase);
    const slots = set.length / ENTRY_SIZE;
    let slot = await place.directory.placeFor(slots);
    const growth =
      slot === undefined ? DirectoryGrowth.plan(this.#tree, this.#bitmap, place, slots) : undefined;
    await this.#change(async () => {
      if (growth !== undefined) {
        await growth.execute();
        slot = await place.directory.placeFor(slots);
      }
      if (slot === undefined) throw new RangeError(`no ${slots} entries after growing`);
      await this.#use(runs);
      await place.directory.add(slot, set);
    });
  }

  async #replace(
    place: Place,
    old: EntrySet,
    oldRuns: readonly ClusterRun[],
    file: { runs: readonly ClusterRun[]; sizeBytes: number; modified: Date },
  ): Promise<void> {
    const { directory } = place;
    const { runs, sizeBytes, modified } = file;
    if (!directory.rewritesAtOnce(old)) {
      // Another system put the two entries that change into two sectors. For a moment both files are there; either is whole.
      await this.#add({ ...place, name: old.name }, false, runs, sizeBytes, modified);
      await this.#change(async () => {
        await directory.clear(old);
        await this.#free(oldRuns);
      });
      return;
    }
    await this.#change(async () => {
      await this.#use(runs);
      const allocation = allocationOf(runs, sizeBytes);
      await directory.rewrite(old, withAllocation(directory.bytesOf(old), allocation, modified));
      await this.#free(oldRuns);
    });
  }

  /** Reserved clusters become used ones on the medium, their chain written where they need one. */
  async #use(runs: readonly ClusterRun[]): Promise<void> {
    if (runs.length > 1) await this.#tree.fat.writeChain(runs);
    this.#bitmap.use(runs);
    await this.#bitmap.store(this.#range);
    await this.#range.flush();
  }

  async #free(runs: readonly ClusterRun[]): Promise<void> {
    this.#bitmap.free(runs);
    await this.#bitmap.store(this.#range);
  }

  /** Everything that writes metadata goes through here. */
  async #change(write: () => Promise<void>): Promise<void> {
    if (this.#broken) throw new LifeboatError("exfat-broken", say.brokenByFailedWrite());
    try {
      await this.#state.markDirty();
      await write();
      await this.#state.settle(this.#bitmap.percentInUse);
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }

  async #withRoom(sizeBytes: number, use: (runs: ClusterRun[]) => Promise<void>): Promise<void> {
    const runs = await this.reserve(sizeBytes);
    try {
      await use(runs);
    } catch (error) {
      this.release(runs);
      throw error;
    }
  }

  /** Writes `data` into clusters, zeroes behind it up to `lengthBytes` and to the end of the last sector. */
  async #writeData(
    runs: readonly ClusterRun[],
    data: Uint8Array,
    lengthBytes: number,
  ): Promise<void> {
    const { sectorSize } = this.#geometry;
    const length = Math.ceil(lengthBytes / sectorSize) * sectorSize;
    let at = 0;
    for (const extent of extentsOfRuns(this.#geometry, runs, 0, length)) {
      const inData = Math.max(0, Math.min(extent.length, data.length - at));
      const whole = Math.floor(inData / sectorSize) * sectorSize;
      if (whole > 0) await this.#range.write(extent.start, data.subarray(at, at + whole));
      let done = whole;
      if (whole < inData) {
        const tail = Buffer.alloc(sectorSize);
        tail.set(data.subarray(at + whole, at + inData));
        await this.#range.write(extent.start + whole, tail);
        done += sectorSize;
      }
      await writeZeroes(this.#range, extent.start + done, extent.length - done);
      at += extent.length;
    }
  }
}

function allocationOf(runs: readonly ClusterRun[], dataLength: number): Allocation {
  return { firstCluster: runs[0]?.first ?? 0, contiguous: runs.length === 1, dataLength };
}

function checkName(name: string): void {
  const storable = storableName(name);
  if (name === storable) return;
  throw new LifeboatError("name-not-storable", say.notStorable(name, storable), { kind: "usage" });
}

export function isADirectory(path: string): LifeboatError {
  return new LifeboatError("is-a-directory", say.isADirectory(path));
}

function directoryNotEmpty(path: string): LifeboatError {
  return new LifeboatError("directory-not-empty", say.directoryNotEmpty(path));
}
