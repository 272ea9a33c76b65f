/** The File Allocation Table: section 4 of the exFAT specification. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { FIRST_CLUSTER, isInHeap } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import { damaged } from "./errors.ts";
import { say } from "./messages.ts";

/** Section 4.1. The first two entries are no clusters: the media descriptor, and all ones. */
export const END_OF_CHAIN = 0xffffffff;
const FAT_ENTRY_0 = 0xfffffff8;
const FAT_ENTRY_1 = 0xffffffff;

const ENTRY_BYTES = 4;
const PAGE_BYTES = 1 << 16;
const PAGES_KEPT = 16;
const WRITE_ENTRIES = 1 << 18;
/** A file in more pieces than this is damage or malice; its runs would fill the memory. */
const MAX_RUNS = 1 << 20;

export class FileAllocationTable {
  readonly #range: ByteRange;
  readonly #geometry: Geometry;
  readonly #pages = new Map<number, Buffer>();

  constructor(range: ByteRange, geometry: Geometry) {
    this.#range = range;
    this.#geometry = geometry;
  }

  /**
   * The clusters of a chain, from `first` on.
   * @param wanted how many there must be at least, and where to stop; undefined: to the end of the chain.
   * @throws LifeboatError `exfat-chain`: it ends early, leaves the heap, or runs in a circle.
   */
  async chain(first: number, wanted: number | undefined): Promise<ClusterRun[]> {
    const geometry = this.#geometry;
    const broken = (why: string) => damaged("exfat-chain", say.badChain(first, why));
    const runs: ClusterRun[] = [];
    let [runFirst, runCount, clusters] = [first, 0, 0];
    let cluster = first;
    // Brent: a circle is found once the chain comes back to a cluster that is remembered ever less often.
    let [remembered, rememberAt] = [0, 1];
    while (wanted === undefined ? cluster !== END_OF_CHAIN : clusters < wanted) {
      if (cluster === END_OF_CHAIN) throw broken(`${clusters} clusters of ${wanted}`);
      if (!isInHeap(geometry, cluster)) throw broken(`it leads to cluster ${cluster}`);
      if (cluster === remembered || clusters > geometry.clusterCount)
        throw broken("it is a circle");
      if (++clusters === rememberAt) [remembered, rememberAt] = [cluster, rememberAt * 2];
      if (cluster === runFirst + runCount) {
        runCount++;
      } else {
        runs.push({ first: runFirst, count: runCount });
        if (runs.length > MAX_RUNS) throw broken(`more than ${MAX_RUNS} pieces`);
        [runFirst, runCount] = [cluster, 1];
      }
      const page = Math.floor((cluster * ENTRY_BYTES) / PAGE_BYTES);
      const bytes = this.#pages.get(page) ?? (await this.#loadPage(page));
      cluster = bytes.readUInt32LE(cluster * ENTRY_BYTES - page * PAGE_BYTES);
    }
    if (runCount > 0) runs.push({ first: runFirst, count: runCount });
    return runs;
  }

  /** Writes the chain that goes through `runs` and ends there. */
  async writeChain(runs: readonly ClusterRun[]): Promise<void> {
    for (const [index, run] of runs.entries()) {
      const after = runs[index + 1]?.first ?? END_OF_CHAIN;
      for (let done = 0; done < run.count; done += WRITE_ENTRIES) {
        const from = run.first + done;
        const count = Math.min(WRITE_ENTRIES, run.count - done);
        const entries = Buffer.alloc(count * ENTRY_BYTES);
        for (let entry = 0; entry < count; entry++) {
          entries.writeUInt32LE(from + entry + 1, entry * ENTRY_BYTES);
        }
        if (done + count === run.count) entries.writeUInt32LE(after, (count - 1) * ENTRY_BYTES);
        await this.#write(from, entries);
      }
    }
  }

  /** Lets the chain go on from `cluster` to `next`: one sector is written. */
  async link(cluster: number, next: number): Promise<void> {
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt32LE(next);
    await this.#write(cluster, entry);
  }

  async #write(firstCluster: number, entries: Buffer): Promise<void> {
    const { sectorSize, fatStart } = this.#geometry;
    const start = firstCluster * ENTRY_BYTES;
    const alignedStart = Math.floor(start / sectorSize) * sectorSize;
    const alignedEnd = Math.ceil((start + entries.length) / sectorSize) * sectorSize;
    // Devices take whole sectors only.
    const sectors = await readBytes(
      this.#range,
      fatStart + alignedStart,
      alignedEnd - alignedStart,
    );
    sectors.set(entries, start - alignedStart);
    await this.#range.write(fatStart + alignedStart, sectors);
    const lastPage = Math.floor((alignedEnd - 1) / PAGE_BYTES);
    for (let page = Math.floor(alignedStart / PAGE_BYTES); page <= lastPage; page++) {
      this.#pages.delete(page);
    }
  }

  async #loadPage(page: number): Promise<Buffer> {
    const start = page * PAGE_BYTES;
    const length = Math.min(PAGE_BYTES, this.#geometry.fatBytes - start);
    const bytes = await readBytes(this.#range, this.#geometry.fatStart + start, length);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= PAGES_KEPT && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(page, bytes);
    return bytes;
  }
}

/** The start of a FAT with the chains of `runs`, each from the end of the one before, up to the last of them. */
export function encodeFirstChains(counts: readonly number[]): Buffer {
  const entries = [FAT_ENTRY_0, FAT_ENTRY_1];
  for (const count of counts) {
    for (let left = count; left > 0; left--) {
      entries.push(left === 1 ? END_OF_CHAIN : entries.length + 1);
    }
  }
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES);
  entries.forEach((entry, index) => bytes.writeUInt32LE(entry, index * ENTRY_BYTES));
  return bytes;
}

/** Bytes of a FAT for that many clusters. */
export function fatBytesFor(clusterCount: number): number {
  return (clusterCount + FIRST_CLUSTER) * ENTRY_BYTES;
}
