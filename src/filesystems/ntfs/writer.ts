/**
 * Writing NTFS, of the kind that a stick's data partition needs: whole files, directories, removal.
 *
 * Not written: the journal (it is left empty, as ntfs-3g leaves it), the change journal, quotas, compressed or encrypted
 * files, directories whose record has an attribute list, and volumes that Windows hasn't closed cleanly.
 */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Reservation, VolumeEntry, WritableVolume } from "../volume.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { TYPE } from "./attribute.ts";
import { ClusterBitmap } from "./cluster-bitmap.ts";
import type { Piece } from "./cluster-bitmap.ts";
import { describe } from "./describe.ts";
import { noSuchFile, volumeFull } from "./failures.ts";
import { removeFromExtend } from "./extend-indexes.ts";
import { NAMESPACE, nameOfKey, namespaceOfKey } from "./file-name.ts";
import { openPieces, piecesOf } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import { dropNames, freeFile, MAX_PIECES, namesOf, writeFileRecords } from "./file-writer.ts";
import type { NewEntry, NewFile } from "./file-writer.ts";
import { fileOf, keyOf } from "./index-node.ts";
import type { IndexEntry } from "./index-node.ts";
import { DIRECTORY_INDEX } from "./index-tree.ts";
import { changeIndex, writePieces } from "./index-writer.ts";
import type { WriteParts } from "./index-writer.ts";
import { say } from "./messages.ts";
import { MftWriter } from "./mft-writer.ts";
import { RECORD } from "./mft-record.ts";
import { storableName } from "./names.ts";
import { loadNtfs, NtfsReader, partsOf } from "./reader.ts";
import type { DirectoryEntry, Loaded } from "./reader.ts";
import { prepareForWriting } from "./refusal.ts";
import { extentsOf, runsOf } from "./runs.ts";
import type { UpCase } from "./up-case.ts";

/** 16 TiB less 64 KiB: what Windows takes with clusters of 4 KiB. */
const MAX_FILE_BYTES = 2 ** 44 - (64 << 10);

export interface NtfsWriteOptions {
  /** What time it is; for directories, and files without a time of their own. */
  readonly now?: () => Date;
}

/**
 * Opens an NTFS volume for reading and writing. One that must not be written (marked dirty, journal in use, hibernated) can
 * be read all the same; each change is refused with the reason. Each change is on the medium when its promise resolves.
 * @throws LifeboatError `not-ntfs`, `ntfs-bitlocker`, `ntfs-truncated`, `ntfs-damaged`, `ntfs-beyond-us`.
 */
export async function openNtfsWritable(
  range: ByteRange,
  options: NtfsWriteOptions = {},
): Promise<WritableVolume> {
  const loaded = await loadNtfs(range);
  const { mft, geometry } = loaded;
  const bitmapFile = await mft.file(RECORD.bitmap);
  const open = { writable: true };
  const stream = openPieces(piecesOf(bitmapFile, TYPE.data), range, geometry, "$Bitmap", open);
  const clusters = await ClusterBitmap.load(stream, geometry.clusters);
  const parts = { volume: range, geometry, clusters, mft: await MftWriter.open(mft, clusters) };
  return new NtfsVolume(loaded, parts, options.now ?? (() => new Date()));
}

class NtfsVolume extends NtfsReader implements WritableVolume {
  readonly maxFileBytes = MAX_FILE_BYTES;
  readonly #parts: WriteParts;
  readonly #now: () => Date;
  #isPrepared = false;
  /** The end of the last thing asked for: one at a time, so that nobody sees a change half-way. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(loaded: Loaded, parts: WriteParts, now: () => Date) {
    super(loaded);
    this.#parts = parts;
    this.#now = now;
  }

  get freeBytes(): number {
    return this.#parts.clusters.freeClusters * this.allocationUnitBytes;
  }

  storableName(name: string): string {
    return storableName(name);
  }

  override async list(path: string): Promise<VolumeEntry[]> {
    return this.#inTurn(async () => super.list(path));
  }

  override async find(path: string): Promise<VolumeEntry | undefined> {
    return this.#inTurn(async () => super.find(path));
  }

  override async extents(path: string): Promise<Extent[] | undefined> {
    return this.#inTurn(async () => super.extents(path));
  }

  override async open(path: string): Promise<ByteRange> {
    return this.#inTurn(async () => super.open(path));
  }

  override async whereabouts(path: string): Promise<Whereabouts | undefined> {
    return this.#inTurn(async () => super.whereabouts(path));
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#change(async () => {
      const now = this.#now();
      const { parent, name } = await this.#newPlace(path);
      const times = { created: now, modified: now };
      await this.#add({ parent, name, isDirectory: true, sizeBytes: 0, pieces: [], times });
    });
  }

  async reserve(sizeBytes: number): Promise<Reservation> {
    const pieces = await this.#change(async () => this.#take(sizeBytes));
    const { clusters, geometry } = this.#parts;
    let isOpen = true;
    const use = (): void => {
      if (isOpen) return;
      throw new LifeboatError("reservation-closed", say.reservationSpent(), { kind: "usage" });
    };
    return {
      extents: extentsOf(runsOf(pieces), geometry.clusterBytes, sizeBytes),
      commit: async (path, modified) =>
        this.#change(async () => {
          use();
          const { parent, name } = await this.#newPlace(path);
          const times = { created: this.#now(), modified };
          await this.#add({ parent, name, isDirectory: false, sizeBytes, pieces, times });
          isOpen = false;
        }),
      release: async () =>
        this.#inTurn(async () => {
          use();
          isOpen = false;
          clusters.release(pieces);
        }),
    };
  }

  async writeFile(path: string, data: Uint8Array, modified = this.#now()): Promise<void> {
    await this.#change(async () => {
      const { parent, name, existing } = await this.#place(path);
      const old = existing === undefined ? undefined : await this.file(existing.file);
      if (old !== undefined && describe(old).kind !== "file") throw isADirectory(path);
      if (old === undefined) await this.#checkNew(parent, name, path);
      const { clusters, volume, geometry } = this.#parts;
      const pieces = this.#take(data.length);
      try {
        await writePieces(volume, geometry.clusterBytes, pieces, data);
        const times = { created: this.#now(), modified };
        const stored = existing?.fileName.name ?? name;
        const sizeBytes = data.length;
        const file = { parent, name: stored, isDirectory: false, sizeBytes, pieces, times };
        await this.#add(file, existing, old);
      } catch (error) {
        clusters.release(pieces);
        throw error;
      }
    });
  }

  async remove(path: string): Promise<void> {
    await this.#change(async () => {
      const { parent, existing } = await this.#place(path);
      if (existing === undefined) throw noSuchFile(path);
      const file = await this.file(existing.file);
      if (file.record.isDirectory && piecesOf(file, TYPE.reparsePoint).length === 0) {
        const entries = await this.indexOf(file).entries();
        if (entries.length > 0) {
          throw new LifeboatError("directory-not-empty", say.directoryNotEmpty(path));
        }
      }
      const isGone = namesOfEntry(existing);
      await this.#changeDirectory(parent, isGone);
      await this.#unlink(file, parent, existing);
    });
  }

  /** Room in memory only. */
  #take(sizeBytes: number): Piece[] {
    const { clusters, geometry } = this.#parts;
    if (!(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 && sizeBytes <= MAX_FILE_BYTES)) {
      throw new LifeboatError("file-too-large", say.fileTooLarge(sizeBytes, MAX_FILE_BYTES));
    }
    const pieces = clusters.reserve(Math.ceil(sizeBytes / geometry.clusterBytes));
    if (pieces === undefined) throw volumeFull(sizeBytes, this.freeBytes);
    if (pieces.length <= MAX_PIECES) return pieces;
    clusters.release(pieces);
    throw new LifeboatError("volume-full", say.tooFragmented(pieces.length), {
      hint: say.tooFragmentedHint(),
    });
  }

  /**
   * Makes a file appear: what says that clusters and records are taken, the records, the directory's one record, a flush between
   * each. A power cut leaves no more than something marked that nobody has. With `existing`, the new file takes the old one's place
   * in the same write.
   */
  async #add(file: NewFile, existing?: DirectoryEntry, old?: NtfsFile): Promise<void> {
    const { clusters, mft, volume } = this.#parts;
    clusters.commit(file.pieces);
    try {
      await clusters.store();
      const entry = await writeFileRecords(this.#parts, file);
      try {
        const isGone = existing === undefined ? undefined : namesOfEntry(existing);
        await this.#changeDirectory(file.parent, isGone, entry);
      } catch (error) {
        const made = await this.file(entry.file);
        const records = [made.record, ...made.extensions];
        for (const record of records) await mft.free(record);
        await volume.flush();
        for (const { number } of records) await mft.giveBack(number);
        throw error;
      }
    } catch (error) {
      clusters.withdraw(file.pieces);
      await clusters.store();
      throw error;
    }
    if (old !== undefined && existing !== undefined) {
      await this.#unlink(old, file.parent, existing);
    }
  }

  async #changeDirectory(
    directory: NtfsFile,
    isGone: IsGone | undefined,
    added?: NewEntry,
  ): Promise<void> {
    const { upCase } = this.loaded;
    await changeIndex(
      this.#parts,
      directory,
      DIRECTORY_INDEX,
      (entries) => {
        const kept =
          isGone === undefined
            ? entries
            : entries.filter((entry) => !isGone(fileOf(entry).record, () => keyOf(entry)));
        const leaves = kept.map(({ leaf }) => leaf);
        if (added !== undefined) leaves.splice(placeOf(kept, added.name, upCase), 0, added.leaf);
        return leaves;
      },
      this.#now(),
    );
  }

  /** Frees a file whose entry is gone, or takes the name away from one that has others. */
  async #unlink(file: NtfsFile, parent: NtfsFile, entry: DirectoryEntry): Promise<void> {
    const isGone = namesOfEntry(entry);
    const names = namesOf(file);
    const isHere = (value: Buffer, parentRecord: number) =>
      parentRecord === parent.record.number && isGone(file.record.number, () => value);
    const gone = names.filter(
      ({ attribute, fileName }) =>
        attribute.value !== undefined && isHere(attribute.value, fileName.parent.record),
    );
    if (gone.length === names.length) {
      const extend = async (name: string) => this.#extendFile(name);
      await removeFromExtend(this.#parts, file, extend, this.#now());
      return freeFile(this.#parts, file);
    }
    const dropped = gone.map(({ attribute }) => attribute);
    return dropNames(this.#parts, file, (attribute) => dropped.includes(attribute));
  }

  async #extendFile(name: string): Promise<NtfsFile | undefined> {
    const extend = await this.loaded.mft.file(RECORD.extend);
    const entry = await this.lookUp(extend, name);
    return entry === undefined ? undefined : this.file(entry.file);
  }

  /** Where a path leads: its directory, its last name, and what has that name now. */
  async #place(path: string) {
    const names = partsOf(path);
    const name = names.pop();
    if (name === undefined) throw isADirectory(path);
    const parent = await this.directoryAt(names.join("/"));
    return { parent, name, existing: await this.lookUp(parent, name) };
  }

  async #newPlace(path: string): Promise<{ parent: NtfsFile; name: string }> {
    const { parent, name } = await this.#place(path);
    await this.#checkNew(parent, name, path);
    return { parent, name };
  }

  async #checkNew(parent: NtfsFile, name: string, path: string): Promise<void> {
    if (storableName(name) !== name) {
      throw new LifeboatError("name-not-storable", say.nameNotStorable(name), { kind: "usage" });
    }
    // Short names and the format's own files are in the way too.
    if ((await this.allNamed(parent, name)).length > 0) {
      throw new LifeboatError("file-exists", say.fileExists(path), { kind: "usage" });
    }
  }

  /** Runs a change after those before it, on a volume that may be changed. */
  async #change<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#prepare();
      return work();
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Before the first change: may this volume be written? Its journal is emptied, for it says nothing of what follows. */
  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    const { mft, range, geometry } = this.loaded;
    const found = await this.lookUp(await mft.file(RECORD.root), "hiberfil.sys");
    const pieces = found === undefined ? [] : piecesOf(await this.file(found.file), TYPE.data);
    const hibernation =
      pieces.length === 0 ? undefined : openPieces(pieces, range, geometry, "hiberfil.sys");
    await prepareForWriting(this.loaded, hibernation);
    this.#isPrepared = true;
  }
}

/** Says of a directory's entry whether it goes; its key is asked for where the record is the right one only. */
type IsGone = (record: number, key: () => Buffer) => boolean;

/** With an entry go its own name, and the short name that belongs to it. */
function namesOfEntry(entry: DirectoryEntry): IsGone {
  const hasShort = entry.fileName.namespace === NAMESPACE.win32;
  return (record, readKey) => {
    if (record !== entry.file.record) return false;
    const key = readKey();
    const isShort = hasShort && namespaceOfKey(key) === NAMESPACE.dos;
    return nameOfKey(key) === entry.fileName.name || isShort;
  };
}

/** Where a name belongs in sorted entries, by bisection. */
function placeOf(entries: readonly IndexEntry[], name: string, upCase: UpCase): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && upCase.compare(nameOfKey(keyOf(entry)), name) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isADirectory(path: string): LifeboatError {
  return new LifeboatError("is-a-directory", say.isADirectory(path), { kind: "usage" });
}
