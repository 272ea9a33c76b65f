/**
 * A FAT16 volume that is whole in memory, from which files are taken away: their entries and clusters become free, and one file may take
 * over what another one holds. Nothing is allocated, so it can't run out of room; what adds files is in fat16-editor.ts.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03.
 */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { Directory, MOST_DIRECTORY_BYTES } from "./directory.ts";
import type { FatRecord } from "./directory.ts";
import { clusterStart, decodeGeometry, FIRST_CLUSTER, SLOT_BYTES } from "./geometry.ts";
import type { FatGeometry } from "./geometry.ts";
import { say } from "./messages.ts";
import { FREE_SLOT } from "./short-name.ts";
import { namesIn, noSuchFile } from "./volume.ts";

const END_OF_CHAIN_LEAST = 0xfff8;
/** Of an entry: the time and date of its last change, first cluster and size. */
const CONTENT = { from: 22, to: 32 };
const CASE_FLAGS = 12;

/** A file, and where in the volume its entry lies. */
export interface Found {
  readonly path: string;
  readonly record: FatRecord;
  /** The slot with its short name. */
  readonly own: number;
  /** All of them, those of its long name first. */
  readonly slots: readonly number[];
}

export class Fat16Image {
  readonly bytes: Buffer;
  protected readonly geometry: FatGeometry;

  /**
   * @param bytes the volume, which is changed in place.
   * @throws LifeboatError `not-fat`
   */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    if (bytes.length < 512) throw notFat();
    this.geometry = decodeGeometry(bytes.subarray(0, 512));
    if (this.geometry.bits !== 16 || this.geometry.totalBytes > bytes.length) throw notFat();
  }

  /** @throws LifeboatError `fat-chain`, of a directory on the way. */
  has(path: string): boolean {
    return this.find(path) !== undefined;
  }

  /**
   * Takes a file away, where there is one.
   * @param spared a file that stays: both must not have the same clusters.
   * @throws LifeboatError `no-such-file` (of `spared`), `fat-chain`, and nothing is changed.
   */
  remove(path: string, spared: string): void {
    const found = this.find(path);
    if (found === undefined) return;
    this.freeClusters(found, this.chainOf(this.get(spared)));
    this.dropEntry(found);
  }

  /**
   * The file at `path` holds from now on what the one at `from` holds, which goes; where there is none at `path`, that one gets its name.
   * @param path with a name of eight and three characters in upper case.
   * @throws LifeboatError `no-such-file`, `fat-chain`, and nothing is changed.
   */
  takeOver(path: string, from: string): void {
    const source = this.get(from);
    const chain = this.chainOf(source);
    const has = chain.length * this.geometry.clusterBytes;
    if (has < source.record.sizeBytes || has === 0) {
      throw damaged(say.chainTooShort(from, source.record.sizeBytes, has));
    }
    const entry = Buffer.from(this.bytes.subarray(source.own, source.own + SLOT_BYTES));
    const old = this.find(path);
    if (old !== undefined) {
      this.freeClusters(old, chain);
      entry.copy(this.bytes, old.own + CONTENT.from, CONTENT.from, CONTENT.to);
      this.dropEntry(source);
      return;
    }
    shortNameOf(path).copy(entry);
    entry[CASE_FLAGS] = 0;
    this.dropEntry(source);
    entry.copy(this.bytes, source.own);
  }

  protected freeClusters(found: Found, spared: readonly number[]): void {
    const chain = this.chainOf(found);
    const kept = new Set(spared);
    if (chain.some((cluster) => kept.has(cluster))) throw damaged(say.chainShared(found.path));
    for (const start of this.geometry.fatStarts) {
      for (const cluster of chain) this.bytes.writeUInt16LE(0, start + 2 * cluster);
    }
  }

  protected get(path: string): Found {
    const found = this.find(path);
    if (found === undefined) throw noSuchFile(path);
    return found;
  }

  /** Files only. */
  protected find(path: string): Found | undefined {
    const names = namesIn(path);
    const name = names.pop();
    let directory = this.directory(0);
    for (const below of names) {
      const record = directory.find(below);
      if (record === undefined || !record.isDirectory) return undefined;
      directory = this.directory(record.firstCluster);
    }
    const record = name === undefined ? undefined : directory.find(name);
    if (record === undefined || record.isDirectory) return undefined;
    const slots = Array.from({ length: record.slots }, (_, index) =>
      this.slotOffset(directory, record.slot + index),
    );
    const own = slots.at(-1);
    if (own === undefined) throw new RangeError(`${path} has no slot`);
    return { path, record, own, slots };
  }

  protected directory(cluster: number): Directory {
    const { rootStart, rootBytes, clusterBytes } = this.geometry;
    const extents =
      cluster === 0
        ? [{ start: rootStart, length: rootBytes }]
        : this.chain(cluster).map((one) => ({
            start: clusterStart(this.geometry, one),
            length: clusterBytes,
          }));
    if (extents.length * clusterBytes > MOST_DIRECTORY_BYTES) {
      throw damaged(say.chainTooLong(cluster, MOST_DIRECTORY_BYTES / clusterBytes));
    }
    const parts = extents.map(({ start, length }) => this.bytes.subarray(start, start + length));
    return new Directory(cluster, Buffer.concat(parts), extents, 16);
  }

  protected slotOffset(directory: Directory, slot: number): number {
    let at = slot * SLOT_BYTES;
    for (const { start, length } of directory.extents) {
      if (at < length) return start + at;
      at -= length;
    }
    throw new RangeError(`slot ${slot} lies behind its directory`);
  }

  protected dropEntry(found: Found): void {
    for (const at of found.slots) this.bytes[at] = FREE_SLOT;
  }

  protected chainOf({ record }: Found): number[] {
    // An empty file has no cluster.
    return record.firstCluster === 0 ? [] : this.chain(record.firstCluster);
  }

  /** Every cluster from `first` on to the end. */
  protected chain(first: number): number[] {
    const { clusterCount, fatStarts } = this.geometry;
    const beyond = FIRST_CLUSTER + clusterCount;
    const [fat = 0] = fatStarts;
    if (first < FIRST_CLUSTER || first >= beyond) throw damaged(say.chainStart(first));
    const chain = [first];
    for (let cluster = first; ;) {
      const next = this.bytes.readUInt16LE(fat + 2 * cluster);
      if (next >= END_OF_CHAIN_LEAST) return chain;
      if (next < FIRST_CLUSTER || next >= beyond) throw damaged(say.chainLeaves(cluster, next));
      // No chain has more clusters than there are.
      if (chain.length >= clusterCount) throw damaged(say.chainLoops(next));
      chain.push(next);
      cluster = next;
    }
  }
}

/** The eleven bytes of the last name of a path. */
export function shortNameOf(path: string): Buffer {
  const [base = "", extension = ""] = (namesIn(path).at(-1) ?? "").split(".");
  return Buffer.from(base.padEnd(8) + extension.padEnd(3), "latin1");
}

function notFat(): LifeboatError {
  return new LifeboatError("not-fat", say.notFat16(), { kind: "damaged" });
}

export function damaged(text: Text): LifeboatError {
  return new LifeboatError("fat-chain", text, { kind: "damaged" });
}
