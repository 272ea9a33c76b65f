/** An exFAT volume behind lifeboat's interface for file systems. */
import { rangeOfExtents } from "../../block/concatenation.ts";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { Reservation, VolumeEntry, WritableVolume } from "../volume.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { whereaboutsOf } from "../whereabouts.ts";
import { AllocationBitmap } from "./bitmap.ts";
import { extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import type { Directory } from "./directory.ts";
import { ALLOCATION_BITMAP, BitmapEntry } from "./entries.ts";
import type { EntrySet } from "./entries.ts";
import { FileContents } from "./file-contents.ts";
import { say } from "./messages.ts";
import { storableName } from "./names.ts";
import { ExfatTree, noSuchFile } from "./tree.ts";
import { exfatParts } from "./whereabouts.ts";
import { VolumeState } from "./volume-state.ts";
import { ExfatWriter, isADirectory } from "./writer.ts";

/**
 * Opens an exFAT volume. It can only be read where `range` can't be written, and where a write would make damage worse: a
 * main boot region, up-case table or allocation bitmap that isn't intact.
 *
 * Each change is on the medium when its promise resolves, except for the note that the volume is clean: `range.flush()` when
 * all is done brings that home too.
 *
 * @throws LifeboatError `not-exfat`, `exfat-boot-sector`, `exfat-revision`, `exfat-chain` (the root directory's).
 */
export async function openExfat(range: ByteRange): Promise<WritableVolume> {
  const tree = await ExfatTree.open(range);
  const bitmap = await loadBitmap(tree);
  const readOnlyReason = tree.readOnlyReason ?? (bitmap === undefined ? say.noBitmap() : undefined);
  if (readOnlyReason !== undefined || bitmap === undefined) {
    return new ExfatVolume(tree, bitmap, readOnlyReason ?? say.noBitmap());
  }
  const state = await VolumeState.load(range, tree.geometry.sectorSize);
  return new ExfatVolume(tree, bitmap, new ExfatWriter(tree, bitmap, state));
}

/** Undefined where there is none for the FAT in use, or a damaged one. */
async function loadBitmap(tree: ExfatTree): Promise<AllocationBitmap | undefined> {
  const { geometry, range, root } = tree;
  const found = root.others.find((other) => other.type === ALLOCATION_BITMAP);
  if (found === undefined) return undefined;
  const entry = BitmapEntry.decode(found.bytes);
  const dataLength = Math.ceil(geometry.clusterCount / 8);
  if (entry.dataLength < BigInt(dataLength)) return undefined;
  const allocation = { firstCluster: entry.firstCluster, contiguous: false, dataLength };
  try {
    return await AllocationBitmap.load(range, geometry, await tree.clustersOf(allocation));
  } catch (error) {
    if (error instanceof LifeboatError && error.kind === "damaged") return undefined;
    throw error;
  }
}

interface FoundFile {
  readonly set: EntrySet;
  readonly runs: readonly ClusterRun[];
  readonly extents: Extent[];
  /** That holds it. */
  readonly directory: Directory;
}

class ExfatVolume implements WritableVolume {
  readonly fileSystem = "exfat";
  readonly label: string;
  readonly uuid: string;
  readonly allocationUnitBytes: number;
  /** The format counts to 2^64; lifeboat to the largest exact number. */
  readonly maxFileBytes = Number.MAX_SAFE_INTEGER;
  readonly #tree: ExfatTree;
  readonly #bitmap: AllocationBitmap | undefined;
  /** The writer, or the reason why there is none. */
  readonly #writer: ExfatWriter | Text;
  /** The end of the last thing asked for: one at a time, so that no reader sees a change half-way. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(tree: ExfatTree, bitmap: AllocationBitmap | undefined, writer: ExfatWriter | Text) {
    this.#tree = tree;
    this.#bitmap = bitmap;
    this.#writer = writer;
    this.label = tree.label;
    this.allocationUnitBytes = tree.geometry.clusterSize;
    // GRUB prints "%04x-%04x" of the serial's halves, then makes it upper-case (`UUID FF97-2A70` in its `ls -l`).
    const serial = tree.geometry.serial.toString(16).toUpperCase().padStart(8, "0");
    this.uuid = `${serial.slice(0, 4)}-${serial.slice(4)}`;
  }

  get freeBytes(): number {
    return (this.#bitmap?.freeClusters ?? 0) * this.allocationUnitBytes;
  }

  async list(path: string): Promise<VolumeEntry[]> {
    return this.#inTurn(async () => {
      const { directory, path: found } = await this.#tree.directoryAt(path);
      return directory.sets.map((set) => toVolumeEntry(found, set));
    });
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    return this.#inTurn(async () => {
      try {
        const place = await this.#tree.locate(path);
        if (place === undefined) {
          return { path: "/", name: "", kind: "directory", sizeBytes: 0, modified: undefined };
        }
        return place.set === undefined ? undefined : toVolumeEntry(place.parentPath, place.set);
      } catch (error) {
        const codes = ["no-such-file", "not-a-directory"];
        if (error instanceof LifeboatError && codes.includes(error.code)) return undefined;
        throw error;
      }
    });
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    const { set, extents } = await this.#file(path);
    // What was never written reads as zeroes, but the medium holds whatever was there before.
    return set.validDataLength < set.dataLength ? undefined : extents;
  }

  async open(path: string): Promise<ByteRange> {
    const { set, runs } = await this.#file(path);
    const written = extentsOfRuns(this.#tree.geometry, runs, 0, set.validDataLength);
    return new FileContents(rangeOfExtents(this.#tree.range, written), set.dataLength);
  }

  async whereabouts(path: string): Promise<Whereabouts | undefined> {
    const { set, runs, directory } = await this.#file(path);
    const { geometry, range } = this.#tree;
    return whereaboutsOf(range, exfatParts(geometry, directory.runs, set, runs));
  }

  storableName(name: string): string {
    return storableName(name);
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#write(async (writer) => writer.makeDirectory(path, new Date()));
  }

  async reserve(sizeBytes: number): Promise<Reservation> {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw new LifeboatError("file-too-large", say.fileTooLarge(sizeBytes));
    }
    const runs = await this.#write(async (writer) => writer.reserve(sizeBytes));
    let open = true;
    const once = async (use: (writer: ExfatWriter) => Promise<void>) =>
      this.#write(async (writer) => {
        if (!open) throw new LifeboatError("reservation-closed", say.reservationClosed());
        await use(writer);
        open = false;
      });
    return {
      extents: extentsOfRuns(this.#tree.geometry, runs, 0, sizeBytes),
      commit: async (path, modified) =>
        once(async (writer) => writer.addFile(path, runs, sizeBytes, modified)),
      release: async () => once(async (writer) => writer.release(runs)),
    };
  }

  async writeFile(path: string, data: Uint8Array, modified = new Date()): Promise<void> {
    await this.#write(async (writer) => writer.writeFile(path, data, modified));
  }

  async remove(path: string): Promise<void> {
    await this.#write(async (writer) => writer.remove(path));
  }

  async #file(path: string): Promise<FoundFile> {
    return this.#inTurn(async () => {
      const place = await this.#tree.locate(path);
      if (place === undefined || place.set?.isDirectory === true) throw isADirectory(path);
      const { set } = place;
      if (set === undefined) throw noSuchFile(path);
      const runs = await this.#tree.clustersOf(set);
      const extents = extentsOfRuns(this.#tree.geometry, runs, 0, set.dataLength);
      return { set, runs, extents, directory: place.directory };
    });
  }

  async #write<T>(use: (writer: ExfatWriter) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const writer = this.#writer;
      if (writer instanceof ExfatWriter) return use(writer);
      throw new LifeboatError("read-only", writer, { kind: "refused" });
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function toVolumeEntry(parentPath: string, set: EntrySet): VolumeEntry {
  return {
    path: `${parentPath}/${set.name}`,
    name: set.name,
    kind: set.isDirectory ? "directory" : "file",
    sizeBytes: set.isDirectory ? 0 : set.dataLength,
    modified: set.modified,
  };
}
