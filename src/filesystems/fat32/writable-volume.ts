/**
 * Writing FAT32, without mounting: `WritableVolume`, and what the boot partition needs beyond it. Changes are made one after
 * the other, in the order that writer.ts describes.
 */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { OverlayRange } from "../../block/overlay.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Reservation, WritableVolume } from "../volume.ts";
import { ClusterMap } from "./cluster-map.ts";
import {
  ATTRIBUTE_ARCHIVE,
  ATTRIBUTE_HIDDEN,
  ATTRIBUTE_READ_ONLY,
  ATTRIBUTE_SYSTEM,
} from "./directory-entry.ts";
import { sizeOf, writeData } from "../file-data.ts";
import type { FileData } from "../file-data.ts";
import { decodeFsInfo } from "./fsinfo.ts";
import { readGeometry } from "./geometry.ts";
import type { FatGeometry } from "./geometry.ts";
import { assertStorable, storableName } from "./long-name.ts";
import { say } from "./messages.ts";
import type { ClusterRun } from "./table.ts";
import {
  clusterOfDirectory,
  cutExtents,
  FatVolume,
  namesIn,
  noSuchFile,
  openFat,
} from "./volume.ts";
import type { WritableDirectory } from "./writable-directory.ts";
import { FatWriter } from "./writer.ts";
import type { Change } from "./writer.ts";

/**
 * The size field of a directory entry has 32 bits. (fsck.fat 4.2 takes a file that ends in the last cluster below 4 GiB for
 * an empty one: dosfstools issue 208, its mistake.)
 */
const MOST_FILE_BYTES = 0xffffffff;

export interface OpenFat32Options {
  /** The clock for files whose time isn't given. */
  readonly now?: () => Date;
}

/** A file for `writeTree`: its bytes, or the range to copy them from. */
export type TreeFile = {
  readonly path: string;
  readonly modified?: Date;
} & ({ readonly data: Uint8Array } | { readonly source: ByteRange });

/** What DOS and Windows hide and protect files by. Left out: not set. */
export interface FatAttributes {
  readonly readOnly?: boolean;
  readonly hidden?: boolean;
  readonly system?: boolean;
}

/** What `switchTrees` changes: absolute paths. */
export interface TreeChange {
  readonly put: readonly TreeFile[];
  readonly remove: readonly string[];
}

/**
 * Opens the FAT32 volume that fills `range`, for reading and, where the range is writable, for writing. Reads all of its FAT once, to learn what is free: as a
 * bit for each cluster it stays in memory.
 * @throws LifeboatError `not-fat`, `not-fat32`, `fat-truncated`, `fat-chain`; what reading throws.
 */
export async function openFat32(
  range: ByteRange,
  options: OpenFat32Options = {},
): Promise<Fat32Volume> {
  const geometry = await readGeometry(range);
  const { bits, totalBytes } = geometry;
  if (bits !== 32) throw new LifeboatError("not-fat32", say.notFat32(bits), { kind: "usage" });
  if (totalBytes > range.size) {
    throw new LifeboatError("fat-truncated", say.beyondEnd(totalBytes, range.size), {
      kind: "damaged",
    });
  }
  const volume = new Fat32Volume(range, await withFsInfo(range, geometry), options);
  await volume.readFreeClusters();
  await volume.readLabel();
  return volume;
}

/** The geometry without the place of an FSInfo sector that is none. */
async function withFsInfo(range: ByteRange, geometry: FatGeometry): Promise<FatGeometry> {
  const { fsInfoStart } = geometry;
  if (fsInfoStart === undefined) return geometry;
  const valid = decodeFsInfo(await readBytes(range, fsInfoStart, 512)) !== undefined;
  return valid ? geometry : { ...geometry, fsInfoStart: undefined };
}

export class Fat32Volume extends FatVolume implements WritableVolume {
  readonly maxFileBytes = MOST_FILE_BYTES;
  readonly #map: ClusterMap;
  readonly #writer: FatWriter;
  readonly #now: () => Date;

  constructor(range: ByteRange, geometry: FatGeometry, options: OpenFat32Options) {
    super(range, geometry);
    this.#map = new ClusterMap(geometry.clusterCount);
    this.#now = options.now ?? (() => new Date());
    this.#writer = new FatWriter({
      range,
      geometry,
      table: this.table,
      map: this.#map,
      readDirectory: async (cluster) => this.readDirectory(cluster),
    });
  }

  /** Part of opening. */
  async readFreeClusters(): Promise<void> {
    await this.table.scan((first, entries) => this.#map.load(first, entries));
    const { fsInfoStart } = this.geometry;
    if (fsInfoStart === undefined) return;
    const hints = decodeFsInfo(await readBytes(this.range, fsInfoStart, 512));
    if (hints !== undefined) this.#map.nextFree = hints.nextFree;
  }

  /** How many changes were written to its directories and files since it was opened: the same number, and nothing was. */
  get changes(): number {
    return this.#writer.changes;
  }

  get freeBytes(): number {
    return this.#map.freeClusters * this.geometry.clusterBytes;
  }

  storableName(name: string): string {
    return storableName(name);
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#writer.change(async (change) => {
      const { directory, name, stored } = await this.#place(path);
      if (directory.find(name) !== undefined) throw exists(stored);
      await this.#writer.makeDirectory(change, directory, name, this.#now());
    });
  }

  async reserve(sizeBytes: number): Promise<Reservation> {
    const runs = this.#writer.reserve(this.#clustersFor(sizeBytes));
    let open = true;
    const settle = (kept: boolean): void => {
      open = false;
      this.#writer.settle(runs, kept);
    };
    const assertOpen = (): void => {
      if (!open) throw new LifeboatError("reservation-used", say.reservationUsed());
    };
    return {
      extents: cutExtents(this.extentsOfRuns(runs), sizeBytes),
      commit: async (path, modified) => {
        await this.#writer.change(async (change) => {
          assertOpen();
          await this.#commit(change, path, runs, sizeBytes, modified);
          settle(true);
        });
      },
      release: async () => {
        assertOpen();
        settle(false);
      },
    };
  }

  /** As in `WritableVolume`; `data` may be a range, too, which is then copied in chunks of 4 MiB. */
  async writeFile(path: string, data: FileData, modified?: Date): Promise<void> {
    await this.#writer.change(async (change) => this.#write(change, path, data, modified));
  }

  /**
   * Writes many files, and the directories above them that aren't there yet, as one change: all FAT sectors and directories
   * are written once. What is there already is replaced. Cut short, it leaves any of the files or none, but none in part.
   * @throws LifeboatError as `writeFile`; then nothing was changed.
   */
  async writeTree(files: readonly TreeFile[]): Promise<void> {
    await this.#writer.change(
      async (change) => {
        for (const file of files) {
          await this.#makeDirectoriesAbove(change, file.path);
          const data = "data" in file ? file.data : file.source;
          await this.#write(change, file.path, data, file.modified);
        }
      },
      { bulk: true },
    );
  }

  /**
   * Puts and removes files, with the directories above them that aren't there yet, all at one moment. Every directory below the
   * root that such a file lies under is copied with its whole tree, files go into free clusters, and then the root's entries are
   * turned to the copies: one sector, wherever their entries lie in one (those made first do). Cut anywhere, all is as it was or all
   * is as it is to be.
   * @param check is given the volume as it will be, read from the medium, before it is. What it throws gives the change up: nothing
   * leads to what was written by then.
   * @returns how many sectors of the root directory were written.
   * @throws LifeboatError as `writeFile` and `remove`; `fat-directory-loop`.
   */
  async switchTrees(
    { put, remove }: TreeChange,
    check: (after: FatVolume) => Promise<void>,
  ): Promise<number> {
    let sectors = 0;
    const rootCluster = this.geometry.rootCluster;
    const work = async (change: Change) => {
      const root = await this.#writer.directoryAt(rootCluster);
      const tops = [...put.map(({ path }) => path), ...remove].map((path) => namesIn(path));
      const names = new Set(
        tops.flatMap(([top = "", ...below]) => (below.length > 0 ? [top] : [])),
      );
      for (const name of names) {
        const record = root.find(name);
        if (record === undefined || !record.isDirectory) continue;
        // Another name for a tree that was copied already: a FAT doesn't tell them apart.
        if (change.newDirectories.has(await this.#writer.directoryAt(record.firstCluster)))
          continue;
        const copy = await this.#writer.copyTree(change, record.firstCluster, 0, `/${name}`);
        root.redirect(record, copy.cluster);
        change.touchedDirectories.add(root);
      }
      for (const path of remove) await this.#remove(change, path);
      for (const file of put) {
        await this.#makeDirectoriesAbove(change, file.path);
        const data = "data" in file ? file.data : file.source;
        await this.#write(change, file.path, data, file.modified);
      }
    };
    const checkAfter = async () => {
      const root = await this.#writer.directoryAt(rootCluster);
      sectors = root.changedSectors;
      const after = new OverlayRange(this.range);
      await root.writeChanges(after, false);
      await check(await openFat(after));
    };
    await this.#writer.change(work, { check: checkAfter });
    return sectors;
  }

  async remove(path: string): Promise<void> {
    await this.#writer.change(async (change) => this.#remove(change, path));
  }

  /**
   * Gives a file or directory these attributes, and takes the others of the three away: one sector changes.
   * @throws LifeboatError `no-such-file`, `not-a-file` (the root, which has no entry).
   */
  async setAttributes(path: string, attributes: FatAttributes): Promise<void> {
    await this.#writer.change(async (change) => {
      const found = await this.locate(path);
      if (found === undefined) throw noSuchFile(path);
      if (found.record === undefined) throw notAFile("/");
      const parent = await this.#writer.directoryAt(found.parent);
      parent.setAttributes(found.record, bitsOf(attributes));
      change.touchedDirectories.add(parent);
    });
  }

  /**
   * Puts other bytes of the same number where a file's bytes are, and touches nothing else. A file of one sector changes in
   * one write: on media that write sectors whole, a power cut leaves the old bytes or the new ones.
   * @throws LifeboatError `no-such-file`, `not-a-file`, `size-differs`.
   */
  async overwriteInPlace(path: string, data: Uint8Array): Promise<void> {
    await this.#writer.serially(async () => {
      const { record, path: stored } = await this.locateFile(path);
      if (record.sizeBytes !== data.length) {
        throw new LifeboatError(
          "size-differs",
          say.sizeDiffers(stored, record.sizeBytes, data.length),
          { kind: "usage" },
        );
      }
      const extents = await this.extents(stored);
      await writeData(this.#clustersAt(extents), data, this.geometry.bytesPerSector);
      await this.range.flush();
    });
  }

  protected override async directoryAt(cluster: number): Promise<WritableDirectory> {
    return this.#writer.directoryAt(cluster);
  }

  /** The clusters that hold a file's extents, whole. */
  #clustersAt(extents: readonly Extent[]): ByteRange {
    const { clusterBytes } = this.geometry;
    const whole = extents.map(({ start, length }) => ({
      start,
      length: Math.ceil(length / clusterBytes) * clusterBytes,
    }));
    return rangeOfExtents(this.range, whole);
  }

  /** Where a new entry goes: the directory, which exists, and the name. */
  async #place(
    path: string,
  ): Promise<{ directory: WritableDirectory; name: string; stored: string }> {
    const names = namesIn(path);
    const name = names.pop();
    if (name === undefined) throw exists("/");
    assertStorable(name);
    const above = `/${names.join("/")}`;
    const found = await this.locate(above);
    if (found === undefined) throw noSuchFile(above);
    const directory = await this.#writer.directoryAt(clusterOfDirectory(found));
    return { directory, name, stored: found.path === "/" ? `/${name}` : `${found.path}/${name}` };
  }

  async #write(
    change: Change,
    path: string,
    data: FileData,
    modified: Date = this.#now(),
  ): Promise<void> {
    const { directory, name, stored } = await this.#place(path);
    const sizeBytes = sizeOf(data);
    const old = directory.find(name);
    if (old?.isDirectory === true) throw notAFile(stored);
    const runs = this.#writer.take(change, this.#clustersFor(sizeBytes));
    const target = rangeOfExtents(this.range, this.extentsOfRuns(runs));
    await writeData(target, data, this.geometry.bytesPerSector);
    await this.table.setChain(runs);
    const content = { firstCluster: runs[0]?.start ?? 0, sizeBytes, modified };
    if (old === undefined) {
      const entry = { attributes: ATTRIBUTE_ARCHIVE, ...content };
      await this.#writer.addEntry(change, directory, name, entry);
    } else {
      change.superseded.push(...(await this.#wholeChain(old.firstCluster)));
      directory.replace(old, content);
      change.touchedDirectories.add(directory);
    }
  }

  async #remove(change: Change, path: string): Promise<void> {
    const found = await this.locate(path);
    if (found === undefined) throw noSuchFile(path);
    const { record } = found;
    if (record === undefined) throw notAFile("/");
    if (record.isDirectory) {
      const directory = await this.#writer.directoryAt(clusterOfDirectory(found));
      if (directory.records.length > 0) {
        throw new LifeboatError("directory-not-empty", say.directoryNotEmpty(found.path), {
          kind: "usage",
        });
      }
      this.#writer.forget(found.cluster);
    }
    const parent = await this.#writer.directoryAt(found.parent);
    change.superseded.push(...(await this.#wholeChain(record.firstCluster)));
    parent.erase(record);
    change.touchedDirectories.add(parent);
  }

  async #commit(
    change: Change,
    path: string,
    runs: readonly ClusterRun[],
    sizeBytes: number,
    modified: Date,
  ): Promise<void> {
    const { directory, name, stored } = await this.#place(path);
    if (directory.find(name) !== undefined) throw exists(stored);
    await this.table.setChain(runs);
    const firstCluster = runs[0]?.start ?? 0;
    const entry = { attributes: ATTRIBUTE_ARCHIVE, firstCluster, sizeBytes, modified };
    await this.#writer.addEntry(change, directory, name, entry);
  }

  async #makeDirectoriesAbove(change: Change, path: string): Promise<void> {
    let directory = await this.#writer.directoryAt(this.geometry.rootCluster);
    for (const name of namesIn(path).slice(0, -1)) {
      const record = directory.find(name);
      if (record === undefined) {
        assertStorable(name);
        directory = await this.#writer.makeDirectory(change, directory, name, this.#now());
      } else if (record.isDirectory && record.firstCluster !== 0) {
        directory = await this.#writer.directoryAt(record.firstCluster);
      } else {
        return; // not a directory: `#write` says so
      }
    }
  }

  async #wholeChain(firstCluster: number): Promise<ClusterRun[]> {
    if (firstCluster === 0) return [];
    return this.table.chain(firstCluster, this.geometry.clusterCount);
  }

  /** @throws LifeboatError `file-too-large` */
  #clustersFor(sizeBytes: number): number {
    if (sizeBytes > MOST_FILE_BYTES) {
      throw new LifeboatError("file-too-large", say.fileTooLarge(sizeBytes, MOST_FILE_BYTES), {
        hint: say.fileTooLargeHint(),
      });
    }
    return Math.ceil(sizeBytes / this.geometry.clusterBytes);
  }
}

function bitsOf({ readOnly, hidden, system }: FatAttributes): number {
  return (
    (readOnly === true ? ATTRIBUTE_READ_ONLY : 0) |
    (hidden === true ? ATTRIBUTE_HIDDEN : 0) |
    (system === true ? ATTRIBUTE_SYSTEM : 0)
  );
}

function exists(path: string): LifeboatError {
  return new LifeboatError("file-exists", say.exists(path), { kind: "usage" });
}

function notAFile(path: string): LifeboatError {
  return new LifeboatError("not-a-file", say.notAFile(path), { kind: "usage" });
}
