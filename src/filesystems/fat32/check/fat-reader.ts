/** One of a volume's FATs, read in large pages and never changed: what a check follows chains in. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { FIRST_CLUSTER } from "../geometry.ts";
import type { FatGeometry } from "../geometry.ts";
import type { ClusterSet } from "../../cluster-set.ts";

/** What an entry says, without its four reserved bits ("FAT: General Overview" 1.03, "FAT Data Structure"). */
export const FREE = 0;
export const BAD_CLUSTER = 0x0ffffff7;
export const END_OF_CHAIN_LEAST = 0x0ffffff8;
export const END_OF_CHAIN = 0x0fffffff;
export const ENTRY_MASK = 0x0fffffff;

const PAGE_ENTRIES = 1 << 16;
/** 16 MiB of pages. */
const MOST_PAGES = 64;

/** How a chain ends: `taken` at a cluster that belongs to another chain, or to this one already. */
export type ChainEnd = "end" | "outside" | "free" | "bad" | "taken";

export interface Chain {
  readonly first: number;
  /** Clusters that are its own. */
  readonly length: number;
  /** The last of them; 0 where there are none. */
  readonly last: number;
  /** Its cluster number `mark` (counted from 1), where it has as many. */
  readonly marked: number;
  readonly end: ChainEnd;
  /** The cluster, or the value that is none, that ended it. */
  readonly at: number;
}

export class FatReader {
  readonly geometry: FatGeometry;
  readonly #range: ByteRange;
  readonly #start: number;
  readonly #pages = new Map<number, Uint32Array>();

  /** @param start byte offset of the FAT. */
  constructor(range: ByteRange, geometry: FatGeometry, start: number) {
    this.#range = range;
    this.geometry = geometry;
    this.#start = start;
  }

  isCluster(value: number): boolean {
    return value >= FIRST_CLUSTER && value < FIRST_CLUSTER + this.geometry.clusterCount;
  }

  /** The entry of a cluster; entries 0 and 1 are the FAT's own. */
  async entry(cluster: number): Promise<number> {
    const page = await this.#page(cluster);
    return (page[cluster % PAGE_ENTRIES] ?? 0) & ENTRY_MASK;
  }

  /**
   * Takes the clusters of a chain into `claimed`, up to its end or to what is wrong with it.
   * @param watch told of clusters in it, and how many of the chain come before.
   */
  async follow(
    first: number,
    claimed: ClusterSet,
    mark = 0,
    watch?: {
      clusters: ReadonlySet<number>;
      passed: (cluster: number, before: number, previous: number) => void;
    },
  ): Promise<Chain> {
    let [length, last, marked, cluster] = [0, 0, 0, first];
    let page: Uint32Array = new Uint32Array(0);
    let number = -1;
    const done = (end: ChainEnd): Chain => ({ first, length, last, marked, end, at: cluster });
    for (;;) {
      if (!this.isCluster(cluster)) return done("outside");
      if (claimed.has(cluster)) return done("taken");
      if (Math.floor(cluster / PAGE_ENTRIES) !== number) {
        number = Math.floor(cluster / PAGE_ENTRIES);
        page = await this.#page(cluster);
      }
      const value = (page[cluster % PAGE_ENTRIES] ?? 0) & ENTRY_MASK;
      if (value === FREE) return done("free");
      if (value === BAD_CLUSTER) return done("bad");
      if (watch?.clusters.has(cluster) === true) watch.passed(cluster, length, last);
      claimed.add(cluster);
      last = cluster;
      if (++length === mark) marked = cluster;
      if (value >= END_OF_CHAIN_LEAST) return done("end");
      cluster = value;
    }
  }

  /** The clusters of a chain that is known to be whole for so many of them. */
  async *clusters(first: number, length: number): AsyncGenerator<number> {
    let cluster = first;
    for (let left = length; left > 0; left--) {
      yield cluster;
      if (left > 1) cluster = await this.entry(cluster);
    }
  }

  /** How many clusters a chain has from `first` on, or `most` + 1 where it has more or is damaged. */
  async lengthOf(first: number, most: number): Promise<number> {
    let cluster = first;
    for (let length = 1; length <= most; length++) {
      if (!this.isCluster(cluster)) return most + 1;
      const value = await this.entry(cluster);
      if (value >= END_OF_CHAIN_LEAST) return length;
      cluster = value;
    }
    return most + 1;
  }

  /** The entries of all data clusters, from the medium, a page at a time. */
  async *all(): AsyncGenerator<{ first: number; entries: Uint32Array }> {
    const beyond = FIRST_CLUSTER + this.geometry.clusterCount;
    for (let cluster = 0; cluster < beyond; cluster += PAGE_ENTRIES) {
      const page = await this.#page(cluster);
      const skip = cluster === 0 ? FIRST_CLUSTER : 0;
      yield {
        first: cluster + skip,
        entries: page.subarray(skip, Math.min(PAGE_ENTRIES, beyond - cluster)),
      };
    }
  }

  async #page(cluster: number): Promise<Uint32Array> {
    const number = Math.floor(cluster / PAGE_ENTRIES);
    const present = this.#pages.get(number);
    if (present !== undefined) return present;
    const { bytesPerSector, clusterCount } = this.geometry;
    const at = number * PAGE_ENTRIES * 4;
    const bytes = Math.ceil(((FIRST_CLUSTER + clusterCount) * 4) / bytesPerSector) * bytesPerSector;
    const page = new Uint32Array(PAGE_ENTRIES);
    const into = Buffer.from(page.buffer, 0, Math.min(page.byteLength, bytes - at));
    await this.#range.read(this.#start + at, into);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(number, page);
    return page;
  }
}
