/** Reading: from paths to directories, entry sets and clusters. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import {
  BOOT_REGION_SECTORS,
  decodeBootSector,
  isBootRegionIntact,
  isInHeap,
  offsetOfCluster,
} from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import { Directory, MAX_DIRECTORY_BYTES } from "./directory.ts";
import { LabelEntry, MAX_LABEL_UNITS, UPCASE_TABLE, UpcaseEntry, VOLUME_LABEL } from "./entries.ts";
import type { Allocation, EntrySet } from "./entries.ts";
import { damaged } from "./errors.ts";
import { FileAllocationTable } from "./fat.ts";
import { say } from "./messages.ts";
import {
  expandUpcaseTable,
  MAX_UPCASE_TABLE_BYTES,
  recommendedUpcaseTable,
  upcaseChecksum,
} from "./upcase.ts";
import type { UpcaseTable } from "./upcase.ts";

const DIRECTORIES_KEPT = 64;

/** One directory on the way to a path: its entry set, and the directory that holds it. */
export interface Step {
  readonly parent: Directory;
  readonly set: EntrySet;
}

/** What a path leads to. */
export interface Place {
  /** From the root down to the directory that holds the last name; none for a name in the root. */
  readonly steps: readonly Step[];
  readonly directory: Directory;
  /** The directory's path as the medium spells it; empty for the root. */
  readonly parentPath: string;
  /** The last name as asked for. */
  readonly name: string;
  /** Undefined where there is no such entry. */
  readonly set: EntrySet | undefined;
}

export class ExfatTree {
  readonly range: ByteRange;
  readonly geometry: Geometry;
  readonly fat: FileAllocationTable;
  readonly upcase: UpcaseTable;
  readonly root: Directory;
  readonly label: string;
  /** Why this volume must not be written; undefined where it may. */
  readonly readOnlyReason: Text | undefined;
  /** By first cluster. Whoever uses a tree does one thing at a time, so that none of these is ever out of date. */
  readonly #directories = new Map<number, Directory>();

  /** @throws LifeboatError `not-exfat`, `exfat-boot-sector`, `exfat-revision`, `exfat-chain`. */
  static async open(range: ByteRange): Promise<ExfatTree> {
    const { geometry, fromBackup } = await readGeometry(range);
    const fat = new FileAllocationTable(range, geometry);
    const rootRuns = await fat.chain(geometry.rootCluster, undefined);
    const scan = await Directory.load(range, geometry, recommendedUpcaseTable(), rootRuns);
    const own = await readUpcaseTable(range, geometry, fat, scan);
    const upcase = own ?? recommendedUpcaseTable();
    const root = await Directory.load(range, geometry, upcase, rootRuns);
    let reason: Text | undefined;
    if (own === undefined) reason = say.noUpcaseTable();
    if (geometry.numberOfFats !== 1) reason = say.texfat();
    if (fromBackup) reason = say.backupBootOnly();
    if (!range.writable) reason = say.readOnlyRange();
    return new ExfatTree(range, geometry, fat, upcase, root, reason);
  }

  private constructor(
    range: ByteRange,
    geometry: Geometry,
    fat: FileAllocationTable,
    upcase: UpcaseTable,
    root: Directory,
    readOnlyReason: Text | undefined,
  ) {
    this.range = range;
    this.geometry = geometry;
    this.fat = fat;
    this.upcase = upcase;
    this.root = root;
    this.readOnlyReason = readOnlyReason;
    this.label = labelOf(root);
  }

  /**
   * The place of a path's last name, there or not; undefined for the root.
   * @throws LifeboatError `no-such-file` (a directory on the way is missing), `not-a-directory`, `exfat-directory`.
   */
  async locate(path: string): Promise<Place | undefined> {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) return undefined;
    const { steps, directory, path: parentPath } = await this.#descend(names);
    return { steps, directory, parentPath, name, set: directory.find(name) };
  }

  /** The directory at a path. @throws LifeboatError `no-such-file`, `not-a-directory`, `exfat-directory`. */
  async directoryAt(path: string): Promise<{ directory: Directory; path: string }> {
    return this.#descend(namesOf(path));
  }

  async #descend(names: readonly string[]) {
    const steps: Step[] = [];
    const clusters = new Set([this.geometry.rootCluster]);
    let [directory, path] = [this.root, ""];
    for (const name of names) {
      const set = directory.find(name);
      if (set === undefined) throw noSuchFile(`${path}/${name}`);
      path += `/${set.name}`;
      if (!set.isDirectory) throw notADirectory(path);
      // Without this, a path could go round for ever on a volume made to that end.
      if (set.firstCluster !== 0 && clusters.has(set.firstCluster)) {
        throw damaged("exfat-directory", say.badDirectory(path, "it contains itself"));
      }
      clusters.add(set.firstCluster);
      steps.push({ parent: directory, set });
      directory = await this.directoryOf(set);
    }
    return { steps, directory, path };
  }

  /** The directory that an entry set describes, from memory where it was read before. @throws LifeboatError `exfat-directory`, `exfat-chain`. */
  async directoryOf(set: EntrySet): Promise<Directory> {
    const known = this.#directories.get(set.firstCluster);
    if (known !== undefined) return known;
    if (set.dataLength > MAX_DIRECTORY_BYTES) {
      throw damaged("exfat-directory", say.badDirectory(set.name, `${set.dataLength} bytes`));
    }
    const runs = await this.clustersOf(set);
    const directory = await Directory.load(this.range, this.geometry, this.upcase, runs);
    this.remember(set.firstCluster, directory);
    return directory;
  }

  remember(firstCluster: number, directory: Directory): void {
    // Directories without clusters (some writers make such) have no cluster to be known by.
    if (firstCluster === 0) return;
    const [oldest] = this.#directories.keys();
    if (this.#directories.size >= DIRECTORIES_KEPT && oldest !== undefined) {
      this.#directories.delete(oldest);
    }
    this.#directories.set(firstCluster, directory);
  }

  /** The directory that began at this cluster is gone, or begins elsewhere now. */
  forget(firstCluster: number): void {
    this.#directories.delete(firstCluster);
  }

  /** The clusters of a file, directory or system file: as many as its length needs. @throws LifeboatError `exfat-chain`. */
  async clustersOf(allocation: Allocation): Promise<ClusterRun[]> {
    return clustersOf(this.geometry, this.fat, allocation);
  }
}

async function clustersOf(
  geometry: Geometry,
  fat: FileAllocationTable,
  allocation: Allocation,
): Promise<ClusterRun[]> {
  const { firstCluster: first, dataLength } = allocation;
  const count = Math.ceil(dataLength / geometry.clusterSize);
  if (count === 0) return [];
  const last = first + count - 1;
  if (!isInHeap(geometry, first) || count > geometry.clusterCount) {
    throw damaged("exfat-chain", say.badChain(first, `${dataLength} bytes can't begin there`));
  }
  if (!allocation.contiguous) return fat.chain(first, count);
  if (!isInHeap(geometry, last)) {
    throw damaged("exfat-chain", say.badChain(first, `it leads to cluster ${last}`));
  }
  return [{ first, count }];
}

/** From the main boot region, or from its backup where the main one is damaged. */
async function readGeometry(
  range: ByteRange,
): Promise<{ geometry: Geometry; fromBackup: boolean }> {
  let main: unknown;
  try {
    return { geometry: await readBootRegion(range, 0), fromBackup: false };
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.kind !== "damaged") throw error;
    main = error;
  }
  // The sector size can't be taken from a damaged boot sector: the backup is where some size puts it.
  for (const sectorSize of [512, 4096, 1024, 2048]) {
    try {
      const geometry = await readBootRegion(range, BOOT_REGION_SECTORS * sectorSize);
      if (geometry.sectorSize === sectorSize) return { geometry, fromBackup: true };
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
    }
  }
  throw main;
}

async function readBootRegion(range: ByteRange, offset: number): Promise<Geometry> {
  const sector = await readBytes(range, offset, Math.max(range.sectorSize, 512));
  const geometry = decodeBootSector(sector, range.size);
  const region = await readBytes(range, offset, BOOT_REGION_SECTORS * geometry.sectorSize);
  if (isBootRegionIntact(region, geometry.sectorSize)) return geometry;
  throw damaged("exfat-boot-sector", say.badBootSector("checksum"));
}

/** Undefined where it is missing or damaged. */
async function readUpcaseTable(
  range: ByteRange,
  geometry: Geometry,
  fat: FileAllocationTable,
  root: Directory,
): Promise<UpcaseTable | undefined> {
  const found = root.others.find((other) => other.type === UPCASE_TABLE);
  if (found === undefined) return undefined;
  const entry = UpcaseEntry.decode(found.bytes);
  const dataLength = Number(entry.dataLength);
  if (dataLength === 0 || dataLength > MAX_UPCASE_TABLE_BYTES) return undefined;
  const allocation = { firstCluster: entry.firstCluster, contiguous: false, dataLength };
  try {
    const runs = await clustersOf(geometry, fat, allocation);
    const parts: Buffer[] = [];
    for (const run of runs) {
      // No more than the length needs: clusters may be large.
      const wanted = Math.ceil(dataLength / geometry.sectorSize) * geometry.sectorSize;
      const bytes = Math.min(run.count * geometry.clusterSize, wanted);
      parts.push(await readBytes(range, offsetOfCluster(geometry, run.first), bytes));
    }
    const stored = Buffer.concat(parts).subarray(0, dataLength);
    return upcaseChecksum(stored) === entry.tableChecksum ? expandUpcaseTable(stored) : undefined;
  } catch (error) {
    if (error instanceof LifeboatError && error.kind === "damaged") return undefined;
    throw error;
  }
}

function labelOf(root: Directory): string {
  const found = root.others.find((other) => other.type === VOLUME_LABEL);
  if (found === undefined) return "";
  const { volumeLabel, characterCount } = LabelEntry.decode(found.bytes);
  return volumeLabel.toString("utf16le").slice(0, Math.min(characterCount, MAX_LABEL_UNITS));
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

export function noSuchFile(path: string): LifeboatError {
  return new LifeboatError("no-such-file", say.noSuchFile(path));
}

function notADirectory(path: string): LifeboatError {
  return new LifeboatError("not-a-directory", say.notADirectory(path));
}
