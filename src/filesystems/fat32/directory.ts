/** A directory as it was read: its records in the order of the medium, and a look-up by the format's rules. */
import type { Extent } from "../../block/byte-range.ts";
import { ATTRIBUTE_DIRECTORY, ATTRIBUTE_VOLUME_ID, ShortEntry } from "./directory-entry.ts";
import { decodeOem } from "./code-page.ts";
import { SLOT_BYTES } from "./geometry.ts";
import type { FatBits } from "./geometry.ts";
import { foldCase, LONG_NAME_ATTRIBUTES, LONG_NAME_MASK, LongNameCollector } from "./long-name.ts";
import { decodeShortName, FREE_SLOT } from "./short-name.ts";
import { decodeTimestamp } from "./timestamp.ts";

/** "FAT: General Overview" 1.03, "FAT Directory Structure": offsets of entries must fit in 16 bits times 32. */
export const MOST_DIRECTORY_BYTES = 65536 * SLOT_BYTES;
/** First byte of the slot behind the last one in use. */
export const END_OF_DIRECTORY = 0x00;

export interface FatRecord {
  readonly name: string;
  /** The short name, `BASE.EXT`. */
  readonly alias: string;
  readonly isDirectory: boolean;
  readonly firstCluster: number;
  readonly sizeBytes: number;
  readonly modified: Date | undefined;
  /** Index of its first slot, and how many there are: those of the long name, then the short entry. */
  readonly slot: number;
  readonly slots: number;
}

export class Directory {
  /** First cluster; 0 for the root of FAT12/16. */
  readonly cluster: number;
  /** Where it lies within the volume. */
  readonly extents: readonly Extent[];
  readonly records: FatRecord[] = [];
  /** The name in the volume label's entry: in a root directory only. */
  readonly label: string | undefined;
  readonly #byName = new Map<string, FatRecord>();

  constructor(cluster: number, bytes: Buffer, extents: readonly Extent[], bits: FatBits) {
    this.cluster = cluster;
    this.extents = extents;
    let label: string | undefined;
    const longName = new LongNameCollector();
    for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
      const first = bytes[at];
      if (first === END_OF_DIRECTORY) break;
      const attributes = bytes[at + 11] ?? 0;
      if (first === FREE_SLOT) longName.clear();
      else if ((attributes & LONG_NAME_MASK) === LONG_NAME_ATTRIBUTES) longName.add(bytes, at);
      else {
        if ((attributes & ATTRIBUTE_VOLUME_ID) === 0) this.#read(bytes, at, longName, bits);
        else label ??= decodeOem(bytes.subarray(at, at + 11)).trimEnd();
        longName.clear();
      }
    }
    this.label = label;
  }

  #read(bytes: Buffer, at: number, longName: LongNameCollector, bits: FatBits): void {
    const entry = ShortEntry.decode(bytes, at);
    const alias = decodeShortName(entry.name, 0);
    const long = longName.nameFor(entry.name);
    const name = long ?? decodeShortName(entry.name, entry.caseFlags);
    // The directory itself and its parent; and names that no path could hold.
    if (["", ".", ".."].includes(name) || alias === "." || alias === "..") return;
    const slots = long === undefined ? 1 : longName.slots + 1;
    this.add({
      name,
      alias,
      isDirectory: (entry.attributes & ATTRIBUTE_DIRECTORY) !== 0,
      firstCluster: entry.clusterLow + (bits === 32 ? entry.clusterHigh * 0x10000 : 0),
      sizeBytes: entry.sizeBytes,
      modified: decodeTimestamp(entry.modifiedDate, entry.modifiedTime),
      slot: at / SLOT_BYTES - (slots - 1),
      slots,
    });
  }

  /** The record of that long or short name, whatever the case of its letters. */
  find(name: string): FatRecord | undefined {
    return this.#byName.get(foldCase(name));
  }

  protected add(record: FatRecord): void {
    this.records.push(record);
    for (const key of [foldCase(record.name), foldCase(record.alias)]) {
      // Of two with the same name (damage), the first one counts, as in every driver.
      if (!this.#byName.has(key)) this.#byName.set(key, record);
    }
  }

  protected drop(record: FatRecord): void {
    const index = this.records.indexOf(record);
    if (index >= 0) this.records.splice(index, 1);
    for (const key of [foldCase(record.name), foldCase(record.alias)]) {
      if (this.#byName.get(key) === record) this.#byName.delete(key);
    }
  }
}
