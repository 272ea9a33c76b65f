/**
 * The file allocation table: which cluster follows which. Read in pages as they are needed; changes stay in their pages
 * until `flush` writes them to every FAT.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "FAT Data Structure".
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { FIRST_CLUSTER } from "./geometry.ts";
import type { FatBits, FatGeometry } from "./geometry.ts";
import { say } from "./messages.ts";

/** Consecutive clusters. */
export interface ClusterRun {
  readonly start: number;
  readonly count: number;
}

/** The value that ends a chain; any that isn't below `END_OF_CHAIN_LEAST` does. */
const END_OF_CHAIN = 0x0fffffff;
const END_OF_CHAIN_LEAST: Readonly<Record<FatBits, number>> = {
  12: 0xff8,
  16: 0xfff8,
  32: 0x0ffffff8,
};
/** The four bits above a FAT32 entry are reserved: ignored when read, kept when written. */
const RESERVED_BITS = 0xf0000000;
/** Holds 16,384 FAT32 entries, and any FAT12 whole (an entry of 12 bits must not lie across two pages). */
const PAGE_BYTES = 64 * 1024;
/** Unchanged pages kept: 16 MiB. */
const MOST_PAGES = 256;

interface Page {
  readonly bytes: Buffer;
  /** What `flush` must write; empty while `dirtyFrom >= dirtyTo`. */
  dirtyFrom: number;
  dirtyTo: number;
}

export class FatTable {
  readonly #range: ByteRange;
  readonly #geometry: FatGeometry;
  /** Bytes of one FAT that hold entries, whole sectors. */
  readonly #usedBytes: number;
  readonly #pages = new Map<number, Page>();
  readonly #dirty = new Set<number>();
  /** Pages in which another FAT differs from the first one: it was cut off from a write. */
  readonly #behind = new Set<number>();

  constructor(range: ByteRange, geometry: FatGeometry) {
    this.#range = range;
    this.#geometry = geometry;
    const bytes = Math.ceil(((geometry.clusterCount + FIRST_CLUSTER) * geometry.bits) / 8);
    this.#usedBytes = Math.ceil(bytes / geometry.bytesPerSector) * geometry.bytesPerSector;
  }

  /**
   * The clusters of the chain that begins at `first`, adjacent ones joined, at most `limit` of them (a chain may go on behind).
   * @throws LifeboatError `fat-chain` where it leaves the volume, meets a bad or free cluster, or runs in a circle.
   */
  async chain(first: number, limit: number): Promise<ClusterRun[]> {
    const { bits, clusterCount } = this.#geometry;
    const beyond = FIRST_CLUSTER + clusterCount;
    const endLeast = END_OF_CHAIN_LEAST[bits];
    if (first < FIRST_CLUSTER || first >= beyond) throw damaged(say.chainStart(first));
    const runs: ClusterRun[] = [];
    let start = first;
    let cluster = first;
    let page = await this.#pageOf(cluster);
    let pageNumber = this.#pageNumber(cluster);
    // Brent's cycle detection: compare with a cluster that is moved up at each power of two.
    let landmark = first;
    let steps = 0;
    let power = 1;
    for (let taken = 1; taken < limit; taken++) {
      if (this.#pageNumber(cluster) !== pageNumber) {
        page = await this.#pageOf(cluster);
        pageNumber = this.#pageNumber(cluster);
      }
      const next = this.#entry(page, cluster);
      if (next >= endLeast) break;
      if (next < FIRST_CLUSTER || next >= beyond) throw damaged(say.chainLeaves(cluster, next));
      if (next === landmark) throw damaged(say.chainLoops(next));
      if (++steps === power) {
        landmark = next;
        power *= 2;
        steps = 0;
      }
      if (next !== cluster + 1) {
        runs.push({ start, count: cluster - start + 1 });
        start = next;
      }
      cluster = next;
    }
    runs.push({ start, count: cluster - start + 1 });
    return runs;
  }

  /**
   * Calls `each` with the entries of all data clusters, from the medium, a MiB at a time, and notes where the other FATs differ:
   * the next `flush` makes them equal again. FAT32 only.
   */
  async scan(each: (firstCluster: number, entries: Uint32Array) => void): Promise<void> {
    const chunk = new Uint32Array((1 << 20) / 4);
    const beyond = FIRST_CLUSTER + this.#geometry.clusterCount;
    for (let cluster = 0; cluster < beyond; cluster += chunk.length) {
      const at = cluster * 4;
      const length = Math.min(chunk.byteLength, this.#usedBytes - at);
      const first = Buffer.from(chunk.buffer, 0, length);
      await this.#readFat(at, first);
      await this.#compareOthers(at, first);
      const skip = Math.max(0, FIRST_CLUSTER - cluster);
      each(cluster + skip, chunk.subarray(skip, Math.min(chunk.length, beyond - cluster)));
    }
  }

  /** Makes one chain of `runs`, and ends it. Nothing is on the medium before `flush`. FAT32 only, like all that changes. */
  async setChain(runs: readonly ClusterRun[]): Promise<void> {
    for (const [index, run] of runs.entries()) {
      const after = runs[index + 1]?.start ?? END_OF_CHAIN;
      const last = run.start + run.count - 1;
      await this.#setEach(run, (cluster) => (cluster === last ? after : cluster + 1));
    }
  }

  /** Marks the clusters of `runs` free. */
  async free(runs: readonly ClusterRun[]): Promise<void> {
    for (const run of runs) await this.#setEach(run, () => 0);
  }

  /** Makes the chain of `next` follow the cluster `last`, which ended one. */
  async link(last: number, next: number): Promise<void> {
    await this.#setEach({ start: last, count: 1 }, () => next);
  }

  /** Writes what was changed to every FAT, the first one first. */
  async flush(): Promise<void> {
    if (this.#dirty.size > 0) await this.#includeBehind();
    const numbers = [...this.#dirty].sort((a, b) => a - b);
    for (const fatStart of this.#geometry.fatStarts) {
      for (const number of numbers) {
        const page = this.#pages.get(number);
        if (page === undefined || page.dirtyFrom >= page.dirtyTo) continue;
        const data = page.bytes.subarray(page.dirtyFrom, page.dirtyTo);
        await this.#range.write(fatStart + number * PAGE_BYTES + page.dirtyFrom, data);
      }
    }
    for (const number of numbers) {
      const page = this.#pages.get(number);
      if (page !== undefined) page.dirtyFrom = page.dirtyTo = 0;
    }
    this.#dirty.clear();
  }

  /** Forgets what wasn't flushed. */
  discard(): void {
    for (const number of this.#dirty) this.#pages.delete(number);
    this.#dirty.clear();
  }

  async #compareOthers(at: number, first: Buffer): Promise<void> {
    const [, ...others] = this.#geometry.fatStarts;
    const copy = Buffer.alloc(first.length);
    for (const other of others) {
      // One that can't be read can't be helped.
      if (!(await readsInto(this.#range, other + at, copy)) || copy.equals(first)) continue;
      for (let from = 0; from < first.length; from += PAGE_BYTES) {
        const to = Math.min(from + PAGE_BYTES, first.length);
        if (!copy.subarray(from, to).equals(first.subarray(from, to))) {
          this.#behind.add((at + from) / PAGE_BYTES);
        }
      }
    }
  }

  /** The first FAT is written first, so where they differ it is the newer one. */
  async #includeBehind(): Promise<void> {
    for (const number of this.#behind) {
      const page = this.#pages.get(number) ?? (await this.#pageOf((number * PAGE_BYTES) / 4));
      this.#markDirty(number, page, 0, page.bytes.length);
    }
    this.#behind.clear();
  }

  async #setEach(run: ClusterRun, valueOf: (cluster: number) => number): Promise<void> {
    const perPage = PAGE_BYTES / 4;
    const beyond = run.start + run.count;
    for (let cluster = run.start; cluster < beyond;) {
      const number = this.#pageNumber(cluster);
      const page = await this.#pageOf(cluster);
      const from = (cluster % perPage) * 4;
      const end = Math.min(beyond, (number + 1) * perPage);
      let at = from;
      for (; cluster < end; cluster++, at += 4) {
        const kept = page.bytes.readUInt32LE(at) & RESERVED_BITS;
        page.bytes.writeUInt32LE((kept | valueOf(cluster)) >>> 0, at);
      }
      this.#markDirty(number, page, from, at);
    }
  }

  #markDirty(number: number, page: Page, from: number, to: number): void {
    const { bytesPerSector } = this.#geometry;
    const first = Math.floor(from / bytesPerSector) * bytesPerSector;
    const last = Math.ceil(to / bytesPerSector) * bytesPerSector;
    const clean = page.dirtyFrom >= page.dirtyTo;
    page.dirtyFrom = clean ? first : Math.min(page.dirtyFrom, first);
    page.dirtyTo = clean ? last : Math.max(page.dirtyTo, last);
    // Still unchanged, it may have been dropped by a reader since it was fetched.
    this.#pages.set(number, page);
    this.#dirty.add(number);
  }

  #entry(page: Page, cluster: number): number {
    const { bits } = this.#geometry;
    if (bits === 32) return page.bytes.readUInt32LE((cluster * 4) % PAGE_BYTES) & ~RESERVED_BITS;
    if (bits === 16) return page.bytes.readUInt16LE((cluster * 2) % PAGE_BYTES);
    const pair = page.bytes.readUInt16LE(Math.floor((cluster * 3) / 2));
    return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
  }

  #pageNumber(cluster: number): number {
    return Math.floor((cluster * this.#geometry.bits) / 8 / PAGE_BYTES);
  }

  async #pageOf(cluster: number): Promise<Page> {
    const number = this.#pageNumber(cluster);
    const present = this.#pages.get(number);
    if (present !== undefined) return present;
    const at = number * PAGE_BYTES;
    const bytes = Buffer.alloc(Math.min(PAGE_BYTES, this.#usedBytes - at));
    await this.#readFat(at, bytes);
    // Someone else may have read, and changed, it in the meantime.
    const since = this.#pages.get(number);
    if (since !== undefined) return since;
    this.#makeRoom();
    const page = { bytes, dirtyFrom: 0, dirtyTo: 0 };
    this.#pages.set(number, page);
    return page;
  }

  #makeRoom(): void {
    for (const number of this.#pages.keys()) {
      if (this.#pages.size < MOST_PAGES) return;
      if (!this.#dirty.has(number)) this.#pages.delete(number);
    }
  }

  /** Reads from the first FAT, or from the next one where the medium fails there. */
  async #readFat(at: number, into: Buffer): Promise<void> {
    const [first = 0, ...others] = this.#geometry.fatStarts;
    try {
      await this.#range.read(first + at, into);
    } catch (error) {
      for (const other of others) {
        if (await readsInto(this.#range, other + at, into)) return;
      }
      throw error;
    }
  }
}

async function readsInto(range: ByteRange, offset: number, into: Buffer): Promise<boolean> {
  try {
    await range.read(offset, into);
    return true;
  } catch {
    return false;
  }
}

function damaged(text: Text): LifeboatError {
  return new LifeboatError("fat-chain", text, { kind: "damaged" });
}
