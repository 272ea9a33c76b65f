/**
 * Reading NTFS 1.2 to 3.1 over a byte range. Nothing here writes.
 *
 * Not read: contents of compressed and encrypted files, and of those that a Windows driver supplies (CompactOS,
 * deduplication, cloud); their names, sizes and times are.
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { ReadableVolume, VolumeEntry } from "../volume.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { isSafeName } from "../safe-name.ts";
import { whereaboutsOf } from "../whereabouts.ts";
import { TYPE } from "./attribute.ts";
import { BootSector, decodeGeometry } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { describe, validDate } from "./describe.ts";
import type { Description } from "./describe.ts";
import { damaged, isDamage, noSuchFile } from "./failures.ts";
import { decodeFileName, FILE_ATTRIBUTE, NAMESPACE, nameOfKey } from "./file-name.ts";
import type { FileName } from "./file-name.ts";
import { openPieces, piecesOf, runsOfPieces } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import type { FileReference } from "./fields.ts";
import { fileOf, keyOf } from "./index-node.ts";
import { DIRECTORY_INDEX, IndexTree } from "./index-tree.ts";
import { say } from "./messages.ts";
import { Mft } from "./mft.ts";
import { RECORD } from "./mft-record.ts";
import { extentsOf } from "./runs.ts";
import { UpCase, UPCASE_BYTES } from "./up-case.ts";
import { decodeVolumeInformation } from "./volume-information.ts";
import type { VolumeInformation } from "./volume-information.ts";
import { ntfsParts } from "./whereabouts.ts";

/** A name in a directory, and the file that it names. */
export interface DirectoryEntry {
  readonly file: FileReference;
  readonly fileName: FileName;
}

/** What `NtfsReader.load` finds before it can make a volume. */
export interface Loaded {
  readonly range: ByteRange;
  readonly geometry: Geometry;
  readonly mft: Mft;
  readonly upCase: UpCase;
  readonly information: VolumeInformation;
}

export class NtfsReader implements ReadableVolume {
  readonly fileSystem = "ntfs";
  readonly label: string;
  readonly uuid: string;
  readonly allocationUnitBytes: number;
  protected readonly loaded: Loaded;

  constructor(loaded: Loaded) {
    this.loaded = loaded;
    this.label = loaded.information.label;
    // GRUB and blkid print the serial number most significant digit first, in upper case.
    this.uuid = loaded.geometry.serial.toString(16).toUpperCase().padStart(16, "0");
    this.allocationUnitBytes = loaded.geometry.clusterBytes;
  }

  async list(path: string): Promise<VolumeEntry[]> {
    const directory = await this.directoryAt(path);
    const parent = partsOf(path).join("/");
    const entries: VolumeEntry[] = [];
    for (const indexEntry of await this.indexOf(directory).entries()) {
      const file = fileOf(indexEntry);
      const fileName = decodeFileName(keyOf(indexEntry));
      if (!isShown(directory, { file, fileName })) continue;
      entries.push(await this.#entry(parent, { file, fileName }));
    }
    return entries;
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    const parts = partsOf(path);
    let found: VolumeEntry = rootEntry(await this.file({ record: RECORD.root, sequence: 0 }));
    let at: FileReference = { record: RECORD.root, sequence: 0 };
    for (const name of parts) {
      if (found.kind !== "directory") return undefined;
      const entry = await this.lookUp(await this.file(at), name);
      if (entry === undefined) return undefined;
      found = await this.#entry(found.path === "/" ? "" : found.path.slice(1), entry);
      at = entry.file;
    }
    return found;
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    const { file, description } = await this.#readable(path);
    if (description.sizeBytes === 0) return [];
    const pieces = piecesOf(file, TYPE.data);
    const sizes = pieces[0]?.nonResident;
    const isOnMedium = sizes !== undefined && sizes.initializedBytes >= sizes.dataBytes;
    if (description.unreadable !== undefined || !isOnMedium) return undefined;
    const runs = runsOfPieces(pieces, this.loaded.geometry);
    if (runs.some(({ lcn }) => lcn === undefined)) return undefined;
    // Opening checks that the runs are whole.
    openPieces(pieces, this.loaded.range, this.loaded.geometry, path);
    return extentsOf(runs, this.allocationUnitBytes, description.sizeBytes);
  }

  async open(path: string): Promise<ByteRange> {
    const { file, description } = await this.#readable(path);
    if (description.unreadable !== undefined) {
      throw new LifeboatError(
        "ntfs-unreadable-data",
        say.unreadableData(path, description.unreadable),
      );
    }
    return openPieces(piecesOf(file, TYPE.data), this.loaded.range, this.loaded.geometry, path);
  }

  async whereabouts(path: string): Promise<Whereabouts | undefined> {
    const { file } = await this.#readable(path);
    const { geometry, mft, range } = this.loaded;
    return whereaboutsOf(range, ntfsParts(geometry, mft.stream.runs, file));
  }

  protected async file(reference: FileReference): Promise<NtfsFile> {
    return this.loaded.mft.file(reference.record, reference.sequence);
  }

  protected indexOf(directory: NtfsFile): IndexTree {
    return IndexTree.open(directory, DIRECTORY_INDEX, this.loaded.range, this.loaded.geometry);
  }

  /** The directory at a path. @throws LifeboatError `no-such-file`, `not-a-directory`. */
  protected async directoryAt(path: string): Promise<NtfsFile> {
    let directory = await this.file({ record: RECORD.root, sequence: 0 });
    for (const name of partsOf(path)) {
      const entry = await this.lookUp(directory, name);
      if (entry === undefined) throw noSuchFile(path);
      directory = await this.file(entry.file);
      if (describe(directory).kind !== "directory") {
        throw new LifeboatError("not-a-directory", say.notADirectory(path), { kind: "usage" });
      }
    }
    return directory;
  }

  /** The entry with a name, exactly as written where there are several that differ in case only. */
  protected async lookUp(directory: NtfsFile, name: string): Promise<DirectoryEntry | undefined> {
    const found = (await this.allNamed(directory, name)).filter((entry) =>
      isShown(directory, entry),
    );
    return found.find(({ fileName }) => fileName.name === name) ?? found[0];
  }

  /** All entries whose names differ from `name` in case at most: short names and the format's own files too. */
  protected async allNamed(directory: NtfsFile, name: string): Promise<DirectoryEntry[]> {
    const { upCase } = this.loaded;
    const compare = (key: Buffer) => upCase.compareIgnoringCase(nameOfKey(key), name);
    const found = await this.indexOf(directory).entries(compare);
    return found.map((entry) => ({
      file: fileOf(entry),
      fileName: decodeFileName(keyOf(entry)),
    }));
  }

  async #readable(path: string): Promise<{ file: NtfsFile; description: Description }> {
    const parts = partsOf(path);
    const name = parts.pop();
    const parent = await this.directoryAt(parts.join("/"));
    const entry = name === undefined ? undefined : await this.lookUp(parent, name);
    if (name !== undefined && entry === undefined) throw noSuchFile(path);
    const file = entry === undefined ? parent : await this.file(entry.file);
    const description = describe(file);
    if (description.kind === "file") return { file, description };
    const isDirectory = description.kind === "directory";
    throw isDirectory
      ? new LifeboatError("is-a-directory", say.isADirectory(path), { kind: "usage" })
      : new LifeboatError("ntfs-unreadable-data", say.unreadableData(path, "a link"));
  }

  /**
   * What the rest of lifeboat sees of an entry. Size and time come from the file's own record: the directory's copies are
   * brought up to date late, or never for a second hard link. They serve where the record is damaged, so that one bad file
   * doesn't hide its neighbours; opening it says what is wrong.
   */
  async #entry(parent: string, { file, fileName }: DirectoryEntry): Promise<VolumeEntry> {
    const { name } = fileName;
    const path = parent === "" ? `/${name}` : `/${parent}/${name}`;
    try {
      const { kind, sizeBytes, modified } = describe(await this.file(file));
      return { path, name, kind, sizeBytes, modified };
    } catch (error) {
      if (!isDamage(error)) throw error;
      const isDirectory = (fileName.fileAttributes & FILE_ATTRIBUTE.directory) !== 0;
      const kind = isDirectory ? "directory" : "file";
      const sizeBytes = isDirectory ? 0 : fileName.dataBytes;
      return { path, name, kind, sizeBytes, modified: validDate(fileName.modified) };
    }
  }
}

/** Reads what every use of a volume needs. @throws LifeboatError `not-ntfs`, `ntfs-bitlocker`, `ntfs-truncated`, `ntfs-damaged`. */
export async function loadNtfs(range: ByteRange): Promise<Loaded> {
  if (range.size < BootSector.size) {
    throw new LifeboatError("not-ntfs", say.notNtfs("it is shorter than a sector"), {
      kind: "damaged",
    });
  }
  const geometry = decodeGeometry(await readBytes(range, 0, BootSector.size), range);
  return loadFromMft(await Mft.open(range, geometry));
}

/** The rest of what every use of a volume needs. @throws LifeboatError `ntfs-damaged`. */
export async function loadFromMft(mft: Mft): Promise<Loaded> {
  const { volume: range, geometry } = mft;
  const information = decodeVolumeInformation((await mft.file(RECORD.volume)).attributes);
  const upCaseFile = await mft.file(RECORD.upCase);
  const table = openPieces(piecesOf(upCaseFile, TYPE.data), range, geometry, "$UpCase");
  if (table.size !== UPCASE_BYTES) throw damaged("$UpCase", `it is ${table.size} bytes long`);
  const upCase = UpCase.decode(await readBytes(table, 0, UPCASE_BYTES));
  return { range, geometry, mft, information, upCase };
}

/**
 * Opens an NTFS volume for reading.
 * @throws LifeboatError `not-ntfs`, `ntfs-bitlocker`, `ntfs-truncated`, `ntfs-damaged`.
 */
export async function openNtfs(range: ByteRange): Promise<ReadableVolume> {
  return new NtfsReader(await loadNtfs(range));
}

/** The names of a path. */
export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

/** Not the short companions of other names, and no names that lead out of their directory. */
function isShown(directory: NtfsFile, { file, fileName }: DirectoryEntry): boolean {
  if (fileName.namespace === NAMESPACE.dos || isOwnFile(directory, file)) return false;
  return isSafeName(fileName.name);
}

/** The root's entries for the format's own files ($MFT …, and the root itself) are nobody else's business. */
function isOwnFile(directory: NtfsFile, file: FileReference): boolean {
  return directory.record.number === RECORD.root && file.record < RECORD.firstFree;
}

function rootEntry(root: NtfsFile): VolumeEntry {
  const { modified } = describe(root);
  return { path: "/", name: "", kind: "directory", sizeBytes: 0, modified };
}
