/** A directory that can be changed in memory, sector by sector, and then written. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import {
  ATTRIBUTE_DIRECTORY,
  encodeEntrySet,
  encodeReplaced,
  encodeShortEntry,
  setAttributes,
  setFirstCluster,
} from "./directory-entry.ts";
import type { NewEntry } from "./directory-entry.ts";
import { Directory, END_OF_DIRECTORY } from "./directory.ts";
import type { FatRecord } from "./directory.ts";
import { SLOT_BYTES } from "./geometry.ts";
import { FREE_SLOT, makeShortName } from "./short-name.ts";

export class WritableDirectory extends Directory {
  #bytes: Buffer;
  #extents: readonly Extent[];
  readonly #slotsPerSector: number;
  /** Index of the slot that ends the directory. */
  #end: number;
  /** No search for free slots begins before this one. */
  #searchFrom = 0;
  /** Sectors to write, in the order in which they must reach the medium. */
  readonly #dirty = new Set<number>();

  constructor(cluster: number, bytes: Buffer, extents: readonly Extent[], bytesPerSector: number) {
    super(cluster, bytes, extents, 32);
    this.#bytes = bytes;
    this.#extents = extents;
    this.#slotsPerSector = bytesPerSector / SLOT_BYTES;
    const slots = bytes.length / SLOT_BYTES;
    let end = 0;
    while (end < slots && bytes[end * SLOT_BYTES] !== END_OF_DIRECTORY) end++;
    this.#end = end;
    this.#clearBehindEnd();
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** Byte offset in the volume of the end of its last cluster. */
  get endOfLastCluster(): number {
    const last = this.#extents.at(-1);
    return last === undefined ? 0 : last.start + last.length;
  }

  /** Adds a cluster of zeroes, which is on the medium already, at `extent`. */
  grow(extent: Extent): void {
    this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length + extent.length);
    this.#extents = [...this.#extents, extent];
  }

  /** Adds an entry; false where the directory must grow first. @throws LifeboatError `directory-full` */
  insert(name: string, entry: NewEntry): boolean {
    const short = makeShortName(name, (alias) => this.find(alias) !== undefined);
    const set = short.exact
      ? encodeShortEntry(short.bytes, entry)
      : encodeEntrySet(name, short.bytes, entry);
    const slots = set.length / SLOT_BYTES;
    const slot = this.#findFree(slots);
    if (slot === undefined) return false;
    // The slot at the end hides everything behind it: those up to the new entry become free ones.
    for (; this.#end < slot; this.#end++) {
      this.#bytes[this.#end * SLOT_BYTES] = FREE_SLOT;
      this.#touch(this.#end);
    }
    set.copy(this.#bytes, slot * SLOT_BYTES);
    for (let at = slot; at < slot + slots; at++) this.#touch(at);
    this.#end = Math.max(this.#end, slot + slots);
    this.#searchFrom = slot + slots;
    this.#addSorted({
      name,
      alias: short.alias,
      isDirectory: (entry.attributes & ATTRIBUTE_DIRECTORY) !== 0,
      firstCluster: entry.firstCluster,
      sizeBytes: entry.sizeBytes,
      modified: entry.modified,
      slot,
      slots,
    });
    return true;
  }

  /** Gives a file other contents: one slot changes. */
  replace(
    record: FatRecord,
    entry: Pick<NewEntry, "firstCluster" | "sizeBytes" | "modified">,
  ): void {
    const slot = record.slot + record.slots - 1;
    const at = slot * SLOT_BYTES;
    encodeReplaced(this.#bytes.subarray(at, at + SLOT_BYTES), entry).copy(this.#bytes, at);
    this.#touch(slot);
    this.drop(record);
    this.#addSorted({ ...record, ...entry });
  }

  /** Makes an entry lead to another cluster: one slot changes, and its times stay. */
  redirect(record: FatRecord, firstCluster: number): void {
    const slot = record.slot + record.slots - 1;
    setFirstCluster(this.#bytes, slot * SLOT_BYTES, firstCluster);
    this.#touch(slot);
    this.drop(record);
    this.#addSorted({ ...record, firstCluster });
  }

  /** Sets an entry's attributes: one slot changes, and its times stay. */
  setAttributes(record: FatRecord, attributes: number): void {
    const slot = record.slot + record.slots - 1;
    setAttributes(this.#bytes, slot * SLOT_BYTES, attributes);
    this.#touch(slot);
  }

  /** Nothing of it is on the medium yet. */
  touchAll(): void {
    for (let slot = 0; slot < this.#bytes.length / SLOT_BYTES; slot += this.#slotsPerSector) {
      this.#touch(slot);
    }
  }

  /** How many sectors `flush` will write. */
  get changedSectors(): number {
    return this.#dirty.size;
  }

  /** Takes an entry out, its short name first: what may be left over of a long one alone is ignored by all. */
  erase(record: FatRecord): void {
    for (let slot = record.slot + record.slots - 1; slot >= record.slot; slot--) {
      this.#bytes[slot * SLOT_BYTES] = FREE_SLOT;
      this.#touch(slot);
    }
    this.#searchFrom = Math.min(this.#searchFrom, record.slot);
    this.drop(record);
  }

  /**
   * Writes the changed sectors. `ordered`: one after the other, each flushed before the next one, so that a power cut
   * finds the entry with its whole name or not at all.
   */
  async flush(range: ByteRange, ordered: boolean): Promise<void> {
    await this.writeChanges(range, ordered);
    this.#dirty.clear();
  }

  /** The same, and it stays to be flushed. */
  async writeChanges(range: ByteRange, ordered: boolean): Promise<void> {
    const content = rangeOfExtents(range, this.#extents);
    const sectorBytes = this.#slotsPerSector * SLOT_BYTES;
    const sectors = [...this.#dirty];
    const runs = ordered ? sectors.map((first) => ({ first, count: 1 })) : runsOf(sectors);
    for (const [index, { first, count }] of runs.entries()) {
      if (ordered && index > 0) await range.flush();
      const from = first * sectorBytes;
      await content.write(from, this.#bytes.subarray(from, from + count * sectorBytes));
    }
  }

  /**
   * Index of the first of `slots` free ones in a row; within one sector where they fit into one, so that a single write
   * makes the entry appear.
   */
  #findFree(slots: number): number | undefined {
    const total = this.#bytes.length / SLOT_BYTES;
    const perSector = this.#slotsPerSector;
    let start = this.#searchFrom;
    for (let slot = start; slot < total; slot++) {
      if (slot < this.#end && this.#bytes[slot * SLOT_BYTES] !== FREE_SLOT) {
        start = slot + 1;
        continue;
      }
      const left = perSector - (start % perSector);
      if (slots <= perSector && left < slots) start += left;
      if (slot - start + 1 >= slots) return start;
    }
    return undefined;
  }

  /** What lies behind the end may be anything, and would appear once the end moves. */
  #clearBehindEnd(): void {
    const total = this.#bytes.length / SLOT_BYTES;
    for (let slot = this.#end; slot < total; slot++) {
      const bytes = this.#bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
      if (bytes.every((byte) => byte === 0)) continue;
      bytes.fill(0);
      this.#touch(slot);
    }
  }

  #addSorted(record: FatRecord): void {
    const last = this.records.at(-1);
    this.add(record);
    if (last !== undefined && last.slot > record.slot) this.records.sort((a, b) => a.slot - b.slot);
  }

  #touch(slot: number): void {
    this.#dirty.add(Math.floor(slot / this.#slotsPerSector));
  }
}

/** Numbers as runs of consecutive ones, in ascending order. */
function runsOf(numbers: readonly number[]): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === number) last.count++;
    else runs.push({ first: number, count: 1 });
  }
  return runs;
}
