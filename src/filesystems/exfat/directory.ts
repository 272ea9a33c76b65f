/** One directory in memory: its bytes up to the end mark, the entry sets in them, and where they lie on the medium. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import type { Geometry } from "./boot-sector.ts";
import { countClusters, extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import {
  decodeEntrySet,
  DELETED_FILE,
  END_OF_DIRECTORY,
  ENTRY_SIZE,
  IN_USE,
  isFileEntry,
  SECONDARY,
} from "./entries.ts";
import type { EntrySet } from "./entries.ts";
import { upcaseName } from "./upcase.ts";
import type { UpcaseTable } from "./upcase.ts";

/** Section 7.4 of the specification: 8,388,608 entries. */
export const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;
const READ_BYTES = 1 << 16;
/** A root directory has about five. */
const MAX_OTHERS = 64;

/** A primary entry in use that is no file: bitmap, up-case table, label, volume GUID, … */
interface OtherEntry {
  readonly type: number;
  readonly bytes: Buffer;
}

export class Directory {
  readonly #range: ByteRange;
  readonly #geometry: Geometry;
  readonly #upcase: UpcaseTable;
  #runs: readonly ClusterRun[];
  /** What was read so far, to the first end mark at least; whole sectors. */
  #bytes: Buffer = Buffer.alloc(0);
  readonly #sets = new Set<EntrySet>();
  readonly #byName = new Map<string, EntrySet>();
  readonly others: OtherEntry[] = [];

  /** @param runs all clusters of the directory. */
  static async load(
    range: ByteRange,
    geometry: Geometry,
    upcase: UpcaseTable,
    runs: readonly ClusterRun[],
  ): Promise<Directory> {
    const directory = new Directory(range, geometry, upcase, runs);
    let slot = 0;
    while (await directory.#has(slot)) {
      const type = directory.#type(slot);
      if (type === END_OF_DIRECTORY) break;
      slot = (await directory.#readSet(slot, type)) ?? slot + 1;
    }
    directory.#end = slot;
    return directory;
  }

  /** Index of the first entry that was never used; all behind it are unused too. */
  #end = 0;

  private constructor(
    range: ByteRange,
    geometry: Geometry,
    upcase: UpcaseTable,
    runs: readonly ClusterRun[],
  ) {
    this.#range = range;
    this.#geometry = geometry;
    this.#upcase = upcase;
    this.#runs = runs;
  }

  get runs(): readonly ClusterRun[] {
    return this.#runs;
  }

  get capacityBytes(): number {
    return Math.min(countClusters(this.#runs) * this.#geometry.clusterSize, MAX_DIRECTORY_BYTES);
  }

  /** In the order in which they lie. */
  get sets(): EntrySet[] {
    return [...this.#sets].sort((a, b) => a.slot - b.slot);
  }

  /** True where no entry is in use, not even a damaged one. */
  get isEmpty(): boolean {
    for (let slot = 0; slot < this.#end; slot++) {
      if ((this.#type(slot) & IN_USE) !== 0) return false;
    }
    return true;
  }

  /** By the volume's own rules for case. */
  find(name: string): EntrySet | undefined {
    return this.#byName.get(upcaseName(name, this.#upcase));
  }

  bytesOf(set: EntrySet): Buffer {
    const start = set.slot * ENTRY_SIZE;
    return Buffer.from(this.#bytes.subarray(start, start + set.slots * ENTRY_SIZE));
  }

  /**
   * Where `slots` new entries can go so that they appear all at once: unused entries within one sector, or behind the last
   * entry. Undefined where the directory has to grow first.
   */
  async placeFor(slots: number): Promise<number | undefined> {
    const perSector = this.#geometry.sectorSize / ENTRY_SIZE;
    if (slots <= perSector) {
      let free = 0;
      for (let slot = 0; slot < this.#end; slot++) {
        if (slot % perSector === 0) free = 0;
        free = (this.#type(slot) & IN_USE) === 0 ? free + 1 : 0;
        if (free === slots) return slot - slots + 1;
      }
    }
    const within = this.#end % perSector;
    // In as few sectors as can be, and the first two entries, which change together later on, in one of them.
    const fewest = Math.ceil(slots / perSector) * perSector;
    const skip = within + slots > fewest || within === perSector - 1 ? perSector - within : 0;
    const place = this.#end + skip;
    return (await this.#has(place + slots - 1)) ? place : undefined;
  }

  /**
   * Writes a new entry set at a place from `placeFor`, and flushes. Whatever moment the power goes at, it is there or not: the
   * sectors behind the old end can't be seen before the one with the end mark is written.
   */
  async add(place: number, set: Buffer): Promise<void> {
    const slots = set.length / ENTRY_SIZE;
    const firstChanged = Math.min(place, this.#end);
    let behind = place + slots;
    for (let slot = this.#end; slot < place; slot++) {
      this.#bytes.fill(0, slot * ENTRY_SIZE, (slot + 1) * ENTRY_SIZE);
      this.#bytes[slot * ENTRY_SIZE] = DELETED_FILE;
    }
    set.copy(this.#bytes, place * ENTRY_SIZE);
    if (behind > this.#end) {
      this.#end = behind;
      // Whatever lies behind the end mark, against the specification, must not come into view now.
      if ((await this.#has(behind)) && this.#type(behind) !== END_OF_DIRECTORY) {
        const perSector = this.#geometry.sectorSize / ENTRY_SIZE;
        const sectorEnd = (Math.floor(behind / perSector) + 1) * perSector;
        this.#bytes.fill(0, behind * ENTRY_SIZE, sectorEnd * ENTRY_SIZE);
        behind = sectorEnd;
      }
    }
    await this.#writeEntries(Math.min(firstChanged, place), behind, "first sector last");
    this.#remember(place);
  }

  /** Takes an entry set out of use, and flushes. Where it spans sectors, the one with the file entry goes first. */
  async clear(set: EntrySet): Promise<void> {
    for (let slot = set.slot; slot < set.slot + set.slots; slot++) {
      this.#bytes[slot * ENTRY_SIZE] = this.#type(slot) & ~IN_USE;
    }
    await this.#writeEntries(set.slot, set.slot + set.slots, "first sector first");
    this.#forget(set);
  }

  /** Writes the file and stream entries of a set anew, and flushes. Its name and number of entries stay. */
  async rewrite(set: EntrySet, bytes: Buffer): Promise<void> {
    bytes.copy(this.#bytes, set.slot * ENTRY_SIZE);
    await this.#writeEntries(set.slot, set.slot + 2, "in one write");
    this.#forget(set);
    this.#remember(set.slot);
  }

  /** True where the two entries that `rewrite` changes lie in one sector: then they change both or not at all. */
  rewritesAtOnce(set: EntrySet): boolean {
    const perSector = this.#geometry.sectorSize / ENTRY_SIZE;
    return set.slot % perSector !== perSector - 1;
  }

  /** All bytes up to the end mark: what has to move when the directory moves. */
  get usedBytes(): Buffer {
    return this.#bytes.subarray(0, this.#end * ENTRY_SIZE);
  }

  /** The directory has more clusters now, zeroed, or others with the same content and more. */
  moveTo(runs: readonly ClusterRun[]): void {
    this.#runs = runs;
    const { sectorSize } = this.#geometry;
    const sectors = Math.ceil((this.#end * ENTRY_SIZE) / sectorSize);
    this.#bytes = Buffer.from(this.#bytes.subarray(0, sectors * sectorSize));
    this.#bytes.fill(0, this.#end * ENTRY_SIZE);
  }

  #type(slot: number): number {
    return this.#bytes[slot * ENTRY_SIZE] ?? END_OF_DIRECTORY;
  }

  /** True where the directory has that entry; reads as far as needed. */
  async #has(slot: number): Promise<boolean> {
    const end = (slot + 1) * ENTRY_SIZE;
    const capacity = this.capacityBytes;
    if (end > capacity) return false;
    while (this.#bytes.length < end) {
      const at = this.#bytes.length;
      // Ever larger pieces: few reads, and a small directory in large clusters costs little.
      const length = Math.min(Math.max(READ_BYTES, at), capacity - at);
      const extents = extentsOfRuns(this.#geometry, this.#runs, at, length);
      const parts = [this.#bytes];
      for (const extent of extents)
        parts.push(await readBytes(this.#range, extent.start, extent.length));
      this.#bytes = Buffer.concat(parts);
    }
    return true;
  }

  /** @returns the slot behind the set, undefined where there is none to be made out: the next entry is looked at then. */
  async #readSet(slot: number, type: number): Promise<number | undefined> {
    if ((type & IN_USE) === 0) return undefined;
    const start = slot * ENTRY_SIZE;
    if (!isFileEntry(type)) {
      const wanted = (type & SECONDARY) === 0 && this.others.length < MAX_OTHERS;
      if (wanted)
        this.others.push({
          type,
          bytes: Buffer.from(this.#bytes.subarray(start, start + ENTRY_SIZE)),
        });
      return undefined;
    }
    await this.#has(slot + (this.#bytes[start + 1] ?? 0));
    const set = this.#remember(slot);
    return set === undefined ? undefined : slot + set.slots;
  }

  #remember(slot: number): EntrySet | undefined {
    const set = decodeEntrySet(this.#bytes, slot);
    if (set === undefined) return undefined;
    this.#sets.add(set);
    const key = upcaseName(set.name, this.#upcase);
    if (!this.#byName.has(key)) this.#byName.set(key, set);
    return set;
  }

  #forget(set: EntrySet): void {
    this.#sets.delete(set);
    const key = upcaseName(set.name, this.#upcase);
    if (this.#byName.get(key) !== set) return;
    this.#byName.delete(key);
    // A volume in disorder may have the name twice; the other one comes into view then.
    for (const other of this.#sets) {
      if (upcaseName(other.name, this.#upcase) === key) this.#byName.set(key, other);
    }
  }

  async #writeEntries(
    from: number,
    to: number,
    order: "first sector first" | "first sector last" | "in one write",
  ): Promise<void> {
    const { sectorSize } = this.#geometry;
    const start = Math.floor((from * ENTRY_SIZE) / sectorSize) * sectorSize;
    const end = Math.ceil((to * ENTRY_SIZE) / sectorSize) * sectorSize;
    const second = order === "in one write" ? end : Math.min(start + sectorSize, end);
    const parts = [
      [start, second],
      [second, end],
    ].filter(([partStart = 0, partEnd = 0]) => partStart < partEnd);
    if (order === "first sector last") parts.reverse();
    for (const [partStart = 0, partEnd = 0] of parts) {
      let at = partStart;
      for (const extent of extentsOfRuns(this.#geometry, this.#runs, at, partEnd - at)) {
        await this.#range.write(extent.start, this.#bytes.subarray(at, at + extent.length));
        at += extent.length;
      }
      await this.#range.flush();
    }
  }
}
