/**
 * Reading FAT12, FAT16 and FAT32, without mounting. Damage is answered with a LifeboatError: chains that leave the volume or
 * run in a circle, directories inside themselves, boot sectors that contradict themselves.
 */
import { rangeOfExtents } from "../../block/concatenation.ts";
import { checkBounds } from "../../block/bounds.ts";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { ReadableVolume, VolumeEntry } from "../volume.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { whereaboutsOf } from "../whereabouts.ts";
import { Directory, MOST_DIRECTORY_BYTES } from "./directory.ts";
import type { FatRecord } from "./directory.ts";
import { clusterStart, readGeometry } from "./geometry.ts";
import type { FatGeometry } from "./geometry.ts";
import { labelOf } from "./label.ts";
import { say } from "./messages.ts";
import { ReadOnlyRange } from "../../block/read-only.ts";
import { FatTable } from "./table.ts";
import type { ClusterRun } from "./table.ts";
import { fat32Parts } from "./whereabouts.ts";

/**
 * Opens the FAT volume that fills `range`, for reading.
 * @throws LifeboatError `not-fat`, `fat-chain` (its root directory's); what reading throws.
 */
export async function openFat(range: ByteRange): Promise<FatVolume> {
  const geometry = await readGeometry(range);
  const volume = new FatVolume(range, geometry);
  await volume.readLabel();
  return volume;
}

export class FatVolume implements ReadableVolume {
  /** The family's name, also for FAT12 and FAT16: `bits` tells which. */
  readonly fileSystem = "fat32";
  readonly bits: FatGeometry["bits"];
  readonly uuid: string;
  readonly allocationUnitBytes: number;
  /** By its boot sector. */
  readonly totalBytes: number;
  protected readonly range: ByteRange;
  protected readonly geometry: FatGeometry;
  protected readonly table: FatTable;
  #label: string;
  #rootLabel: string | undefined;

  constructor(range: ByteRange, geometry: FatGeometry) {
    this.range = range;
    this.geometry = geometry;
    this.table = new FatTable(range, geometry);
    this.bits = geometry.bits;
    this.allocationUnitBytes = geometry.clusterBytes;
    this.totalBytes = geometry.totalBytes;
    const id = geometry.volumeId.toString(16).toUpperCase().padStart(8, "0");
    this.uuid = `${id.slice(0, 4)}-${id.slice(4)}`;
    this.#label = labelOf(undefined, geometry.label);
  }

  get label(): string {
    return this.#label;
  }

  /** The label in the root directory alone, which is all that GRUB looks at; undefined where there is none. */
  get rootLabel(): string | undefined {
    return this.#rootLabel;
  }

  /** Looks for the label in the root directory; part of opening. */
  async readLabel(): Promise<void> {
    const root = await this.directoryAt(this.geometry.rootCluster);
    this.#rootLabel = root.label;
    this.#label = labelOf(root.label, this.geometry.label);
  }

  async list(path: string): Promise<VolumeEntry[]> {
    const found = await this.locate(path);
    if (found === undefined) throw noSuchFile(path);
    const directory = await this.directoryAt(clusterOfDirectory(found));
    const prefix = found.path === "/" ? "/" : `${found.path}/`;
    return directory.records.map((record) => entryOf(`${prefix}${record.name}`, record));
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    const found = await this.locate(path);
    if (found === undefined) return undefined;
    if (found.record !== undefined) return entryOf(found.path, found.record);
    return { path: "/", name: "", kind: "directory", sizeBytes: 0, modified: undefined };
  }

  async extents(path: string): Promise<Extent[]> {
    const { record, path: stored } = await this.locateFile(path);
    return this.#extentsOf(record, stored);
  }

  async open(path: string): Promise<ByteRange> {
    return new ReadOnlyRange(rangeOfExtents(this.range, await this.extents(path)), path);
  }

  async whereabouts(path: string): Promise<Whereabouts | undefined> {
    const { record, parent, path: stored } = await this.locateFile(path);
    if (this.geometry.bits !== 32 || record.sizeBytes === 0) return undefined;
    const { extents } = await this.readDirectory(parent);
    const runs = await this.#runsOf(record, stored);
    return whereaboutsOf(this.range, fat32Parts(this.geometry, extents, record, runs));
  }

  /** The directory with that first cluster. */
  protected async directoryAt(cluster: number): Promise<Directory> {
    const { bytes, extents } = await this.readDirectory(cluster);
    return new Directory(cluster, bytes, extents, this.geometry.bits);
  }

  /** A directory's bytes, and where they lie. */
  protected async readDirectory(
    cluster: number,
  ): Promise<{ bytes: Buffer; extents: readonly Extent[] }> {
    const { geometry } = this;
    let extents: readonly Extent[] = [{ start: geometry.rootStart, length: geometry.rootBytes }];
    if (cluster !== 0 || geometry.bits === 32) {
      const most = Math.ceil(MOST_DIRECTORY_BYTES / geometry.clusterBytes);
      const runs = await this.table.chain(cluster, most + 1);
      if (clustersIn(runs) > most) throw damaged("fat-chain", say.chainTooLong(cluster, most));
      extents = this.extentsOfRuns(runs);
    }
    const content = rangeOfExtents(this.range, extents);
    const bytes = Buffer.alloc(content.size);
    await content.read(0, bytes);
    return { bytes, extents };
  }

  /** What is at a path: undefined where nothing is. The root has no record. */
  protected async locate(path: string): Promise<Located | undefined> {
    let found: Located = {
      path: "/",
      record: undefined,
      parent: 0,
      cluster: this.geometry.rootCluster,
    };
    const above = new Set<number>();
    for (const name of namesIn(path)) {
      if (found.record !== undefined && !found.record.isDirectory) return undefined;
      const cluster = clusterOfDirectory(found);
      if (above.has(cluster)) {
        throw damaged("fat-directory-loop", say.directoryLoops(found.path));
      }
      above.add(cluster);
      const record = (await this.directoryAt(cluster)).find(name);
      if (record === undefined) return undefined;
      const stored = found.path === "/" ? `/${record.name}` : `${found.path}/${record.name}`;
      found = { path: stored, record, parent: cluster, cluster: record.firstCluster };
    }
    return found;
  }

  /** The file at a path. @throws LifeboatError `no-such-file`, `not-a-file` */
  protected async locateFile(path: string): Promise<Located & { record: FatRecord }> {
    const found = await this.locate(path);
    if (found === undefined) throw noSuchFile(path);
    const { record } = found;
    if (record === undefined || record.isDirectory) {
      throw new LifeboatError("not-a-file", say.notAFile(found.path), { kind: "usage" });
    }
    return { ...found, record };
  }

  protected extentsOfRuns(runs: readonly ClusterRun[]): Extent[] {
    const { clusterBytes } = this.geometry;
    return runs.map((run) => ({
      start: clusterStart(this.geometry, run.start),
      length: run.count * clusterBytes,
    }));
  }

  async #extentsOf(record: FatRecord, path: string): Promise<Extent[]> {
    const { sizeBytes } = record;
    if (sizeBytes === 0) return [];
    const extents = cutExtents(this.extentsOfRuns(await this.#runsOf(record, path)), sizeBytes);
    // The volume may say that it is longer than what there is of it.
    for (const { start, length } of extents) checkBounds(path, start, length, this.range.size);
    return extents;
  }

  async #runsOf(record: FatRecord, path: string): Promise<ClusterRun[]> {
    const { sizeBytes } = record;
    const clusters = Math.ceil(sizeBytes / this.geometry.clusterBytes);
    const runs = await this.table.chain(record.firstCluster, clusters);
    const has = clustersIn(runs) * this.geometry.clusterBytes;
    if (has < sizeBytes) throw damaged("fat-chain", say.chainTooShort(path, sizeBytes, has));
    return runs;
  }
}

/** What a path leads to. */
export interface Located {
  /** As stored. */
  readonly path: string;
  readonly record: FatRecord | undefined;
  /** First cluster of the directory that holds the record. */
  readonly parent: number;
  readonly cluster: number;
}

/** The names of an absolute path from the root down. */
export function namesIn(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

/** `extents` without what lies behind `sizeBytes`. */
export function cutExtents(extents: readonly Extent[], sizeBytes: number): Extent[] {
  const cut: Extent[] = [];
  let left = sizeBytes;
  for (const { start, length } of extents) {
    if (left <= 0) break;
    cut.push({ start, length: Math.min(length, left) });
    left -= length;
  }
  return cut;
}

export function clustersIn(runs: readonly ClusterRun[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}

export function noSuchFile(path: string): LifeboatError {
  return new LifeboatError("no-such-file", say.noSuchFile(path), { kind: "usage" });
}

function damaged(code: string, text: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "damaged" });
}

/** @throws LifeboatError `not-a-directory`, `fat-chain` */
export function clusterOfDirectory(found: Located): number {
  if (found.record !== undefined) {
    if (!found.record.isDirectory) {
      throw new LifeboatError("not-a-directory", say.notADirectory(found.path), { kind: "usage" });
    }
    // On FAT12/16 cluster 0 would lead to the root directory.
    if (found.cluster === 0) throw damaged("fat-chain", say.chainStart(0));
  }
  return found.cluster;
}

function entryOf(path: string, record: FatRecord): VolumeEntry {
  return {
    path,
    name: record.name,
    kind: record.isDirectory ? "directory" : "file",
    sizeBytes: record.isDirectory ? 0 : record.sizeBytes,
    modified: record.modified,
  };
}
