/**
 * Changes to a FAT32 volume in an order that survives a power cut:
 *
 * 1. data, new directories and what directories grow by into free clusters, their chains into the FATs; flush;
 * 2. where directories grow, the end of each one's chain is led on to its new clusters; flush;
 * 3. the directory entries that make them count: one sector, for a single file; flush;
 * 4. what they replaced is freed.
 *
 * Cut anywhere, the old file is there or the new one; at worst some clusters belong to nobody. The volume is not marked
 * dirty meanwhile: there is nothing that must be repaired.
 */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { writeZeroes } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { ClusterMap } from "./cluster-map.ts";
import { ATTRIBUTE_DIRECTORY, encodeShortEntry, setFirstCluster } from "./directory-entry.ts";
import type { NewEntry } from "./directory-entry.ts";
import { MOST_DIRECTORY_BYTES } from "./directory.ts";
import { encodeFsInfo } from "./fsinfo.ts";
import { clusterStart, FIRST_CLUSTER, SLOT_BYTES } from "./geometry.ts";
import type { FatGeometry } from "./geometry.ts";
import { say } from "./messages.ts";
import { SHORT_NAME_LENGTH } from "./short-name.ts";
import type { ClusterRun, FatTable } from "./table.ts";
import { WritableDirectory } from "./writable-directory.ts";

/** Directories kept in memory from one change to the next. */
const MOST_DIRECTORIES = 64;

/** What one change has done so far. */
export interface Change {
  readonly allocated: ClusterRun[];
  /** Clusters that directories grow by, each after the one that ended its chain. */
  readonly growth: { readonly last: number; readonly next: number }[];
  /** To be freed when the change is complete. */
  readonly superseded: ClusterRun[];
  readonly newDirectories: Set<WritableDirectory>;
  readonly touchedDirectories: Set<WritableDirectory>;
}

export interface ChangeOptions {
  /** Writes many entries at once and orders nothing within a directory. */
  readonly bulk?: boolean;
  /** Called when everything is on the medium but for the entries that make it count. What it throws gives the change up. */
  readonly check?: () => Promise<void>;
}

interface Parts {
  readonly range: ByteRange;
  readonly geometry: FatGeometry;
  readonly table: FatTable;
  readonly map: ClusterMap;
  readonly readDirectory: (
    cluster: number,
  ) => Promise<{ bytes: Buffer; extents: readonly Extent[] }>;
}

export class FatWriter {
  readonly #parts: Parts;
  readonly #directories = new Map<number, WritableDirectory>();
  /** Ends when the last change asked for does. */
  #queue: Promise<unknown> = Promise.resolve();
  #broken = false;
  #changes = 0;
  /** Clusters taken for files that have no name yet: free on the medium. */
  #reserved = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many changes were written since the volume was opened. */
  get changes(): number {
    return this.#changes;
  }

  async directoryAt(cluster: number): Promise<WritableDirectory> {
    const known = this.#directories.get(cluster);
    if (known !== undefined) return known;
    const { bytes, extents } = await this.#parts.readDirectory(cluster);
    const since = this.#directories.get(cluster);
    if (since !== undefined) return since;
    const { bytesPerSector } = this.#parts.geometry;
    const directory = new WritableDirectory(cluster, bytes, extents, bytesPerSector);
    this.#directories.set(cluster, directory);
    return directory;
  }

  /** Runs `task` when all changes asked for before are through. */
  async serially<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /**
   * Makes one change: all of it, or, where `work` throws, none.
   * @throws LifeboatError `fat-inconsistent` where an earlier one failed while it was being written.
   */
  async change(
    work: (change: Change) => Promise<void>,
    options: ChangeOptions = {},
  ): Promise<void> {
    return this.serially(async () => {
      if (this.#broken) throw new LifeboatError("fat-inconsistent", say.inconsistent());
      if (this.#directories.size > MOST_DIRECTORIES) this.#directories.clear();
      const change: Change = {
        allocated: [],
        growth: [],
        superseded: [],
        newDirectories: new Set(),
        touchedDirectories: new Set(),
      };
      try {
        await work(change);
      } catch (error) {
        this.#parts.table.discard();
        this.#directories.clear();
        this.#parts.map.give(change.allocated);
        throw error;
      }
      this.#broken = true;
      this.#changes++;
      await this.#complete(change, options);
      this.#broken = false;
    });
  }

  async #complete(change: Change, { bulk = false, check }: ChangeOptions): Promise<void> {
    const { range, table, map } = this.#parts;
    // Nothing leads to new directories yet, so the order among them is free.
    for (const directory of change.newDirectories) await directory.flush(range, false);
    await table.flush();
    await range.flush();
    if (change.growth.length > 0) {
      for (const { last, next } of change.growth) await table.link(last, next);
      await table.flush();
      await range.flush();
    }
    if (check !== undefined) {
      try {
        await check();
      } catch (error) {
        await this.#giveUp(change);
        throw error;
      }
    }
    for (const directory of change.touchedDirectories) {
      if (!change.newDirectories.has(directory)) await directory.flush(range, !bulk);
    }
    if (change.superseded.length > 0) {
      await range.flush();
      await table.free(change.superseded);
      await table.flush();
      map.give(change.superseded);
    }
    await this.#writeFsInfo();
    await range.flush();
  }

  /** Nothing leads to what the change has written: its clusters become free again. */
  async #giveUp(change: Change): Promise<void> {
    const { range, table, map } = this.#parts;
    this.#directories.clear();
    // Where a directory has grown, its chain does lead to some of them: they stay, and hold nothing.
    if (change.growth.length === 0) {
      await table.free(change.allocated);
      await table.flush();
      await range.flush();
      map.give(change.allocated);
    }
    this.#broken = false;
  }

  /** Takes clusters for this change. @throws LifeboatError `volume-full` */
  take(change: Change, clusters: number): ClusterRun[] {
    const runs = this.#allocate(clusters);
    change.allocated.push(...runs);
    return runs;
  }

  /** Takes clusters for a file that may get a name later. @throws LifeboatError `volume-full` */
  reserve(clusters: number): ClusterRun[] {
    const runs = this.#allocate(clusters);
    this.#reserved += clusters;
    return runs;
  }

  /** Ends a reservation: its clusters belong to a file now, or are free again. */
  settle(runs: readonly ClusterRun[], kept: boolean): void {
    for (const run of runs) this.#reserved -= run.count;
    if (!kept) this.#parts.map.give(runs);
  }

  /** Adds an entry to a directory, which grows if need be. @throws LifeboatError `directory-full`, `volume-full` */
  async addEntry(
    change: Change,
    directory: WritableDirectory,
    name: string,
    entry: NewEntry,
  ): Promise<void> {
    change.touchedDirectories.add(directory);
    while (!directory.insert(name, entry)) await this.#grow(change, directory);
  }

  /** Makes an empty directory and its entry. */
  async makeDirectory(
    change: Change,
    parent: WritableDirectory,
    name: string,
    modified: Date,
  ): Promise<WritableDirectory> {
    const { geometry, range, table } = this.#parts;
    const runs = this.take(change, 1);
    const firstCluster = runs[0]?.start ?? 0;
    const entry = { attributes: ATTRIBUTE_DIRECTORY, firstCluster, sizeBytes: 0, modified };
    // The root is called 0 in `..`, whatever its cluster.
    const above = parent.cluster === geometry.rootCluster ? 0 : parent.cluster;
    const bytes = Buffer.alloc(geometry.clusterBytes);
    encodeShortEntry(dots("."), entry).copy(bytes, 0);
    encodeShortEntry(dots(".."), { ...entry, firstCluster: above }).copy(bytes, SLOT_BYTES);
    const start = clusterStart(geometry, firstCluster);
    await range.write(start, bytes);
    await table.setChain(runs);
    await this.addEntry(change, parent, name, entry);
    const extents = [{ start, length: bytes.length }];
    const directory = new WritableDirectory(firstCluster, bytes, extents, geometry.bytesPerSector);
    this.#directories.set(firstCluster, directory);
    change.newDirectories.add(directory);
    return directory;
  }

  /**
   * A copy of the directory at `cluster` and of all directories inside it, to which nothing leads yet. The files in it are the same
   * ones, not copies; the old directories are given up with this change.
   * @param above cluster of the directory that it is to lie in: 0 for the root.
   * @param path for messages.
   * @throws LifeboatError `fat-directory-loop`, `fat-chain`, `volume-full`.
   */
  async copyTree(
    change: Change,
    cluster: number,
    above: number,
    path: string,
    seen: Set<number> = new Set(),
  ): Promise<WritableDirectory> {
    const { geometry, table, readDirectory } = this.#parts;
    const { clusterBytes, bytesPerSector, clusterCount } = geometry;
    if (seen.has(cluster)) {
      throw new LifeboatError("fat-directory-loop", say.directoryLoops(path), { kind: "damaged" });
    }
    seen.add(cluster);
    const { bytes } = await readDirectory(cluster);
    const runs = this.take(change, bytes.length / clusterBytes);
    const first = runs[0]?.start ?? 0;
    putCluster(bytes, ".", 0, first);
    putCluster(bytes, "..", SLOT_BYTES, above);
    const extents = runs.map(({ start, count }) => ({
      start: clusterStart(geometry, start),
      length: count * clusterBytes,
    }));
    const directory = new WritableDirectory(first, bytes, extents, bytesPerSector);
    directory.touchAll();
    for (const record of directory.records.filter(({ isDirectory }) => isDirectory)) {
      const below = `${path}/${record.name}`;
      const child = await this.copyTree(change, record.firstCluster, first, below, seen);
      directory.redirect(record, child.cluster);
    }
    await table.setChain(runs);
    change.superseded.push(...(await table.chain(cluster, clusterCount)));
    this.#directories.delete(cluster);
    this.#directories.set(first, directory);
    change.newDirectories.add(directory);
    return directory;
  }

  /** The directory is going: its clusters may soon hold something else. */
  forget(cluster: number): void {
    this.#directories.delete(cluster);
  }

  async #grow(change: Change, directory: WritableDirectory): Promise<void> {
    const { geometry, range, table } = this.#parts;
    const { clusterBytes, dataStart } = geometry;
    if (directory.sizeBytes + clusterBytes > MOST_DIRECTORY_BYTES) {
      throw new LifeboatError("directory-full", say.directoryFull());
    }
    const runs = this.take(change, 1);
    const cluster = runs[0]?.start ?? 0;
    const start = clusterStart(geometry, cluster);
    await writeZeroes(range, start, clusterBytes);
    await table.setChain(runs);
    const last = (directory.endOfLastCluster - dataStart) / clusterBytes - 1 + FIRST_CLUSTER;
    change.growth.push({ last, next: cluster });
    directory.grow({ start, length: clusterBytes });
  }

  #allocate(clusters: number): ClusterRun[] {
    const { map, geometry } = this.#parts;
    const runs = map.allocate(clusters);
    if (runs !== undefined) return runs;
    const unit = geometry.clusterBytes;
    throw new LifeboatError(
      "volume-full",
      say.volumeFull(clusters * unit, map.freeClusters * unit),
    );
  }

  async #writeFsInfo(): Promise<void> {
    const { geometry, map, range } = this.#parts;
    if (geometry.fsInfoStart === undefined) return;
    const hints = { freeClusters: map.freeClusters + this.#reserved, nextFree: map.nextFree };
    const sector = Buffer.concat([encodeFsInfo(hints)], geometry.bytesPerSector);
    await range.write(geometry.fsInfoStart, sector);
  }
}

/** Where a directory's own entries lead to; some programs leave them out. */
function putCluster(bytes: Buffer, name: string, at: number, cluster: number): void {
  if (!bytes.subarray(at, at + SHORT_NAME_LENGTH).equals(dots(name))) return;
  setFirstCluster(bytes, at, cluster);
}

function dots(name: string): Buffer {
  return Buffer.from(name.padEnd(SHORT_NAME_LENGTH), "latin1");
}
