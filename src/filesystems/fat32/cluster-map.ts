/** Which clusters are free: one bit a cluster, 8 MiB for a volume of 2 TiB in clusters of 32 KiB. */
import { FIRST_CLUSTER } from "./geometry.ts";
import type { ClusterRun } from "./table.ts";

/** Requests up to this take the first run that is long enough; larger ones look for the one that fits best. */
const FIRST_FIT_CLUSTERS = 64;

export class ClusterMap {
  /** A set bit is a cluster in use. Bit 0 of word 0 is cluster 2. */
  readonly #words: Uint32Array;
  readonly #count: number;
  #free: number;
  /** Index (cluster − 2) at which the search for small runs goes on. */
  #next = 0;

  /** All clusters free. */
  constructor(clusterCount: number) {
    this.#words = new Uint32Array(Math.ceil(clusterCount / 32));
    this.#count = clusterCount;
    this.#free = clusterCount;
  }

  get freeClusters(): number {
    return this.#free;
  }

  /** The cluster where the next small search begins. */
  get nextFree(): number {
    return FIRST_CLUSTER + this.#next;
  }

  set nextFree(cluster: number) {
    const index = cluster - FIRST_CLUSTER;
    this.#next = index >= 0 && index < this.#count ? index : 0;
  }

  /** Takes in the FAT entries of consecutive clusters: all that aren't zero are in use. */
  load(firstCluster: number, entries: Uint32Array): void {
    const index = firstCluster - FIRST_CLUSTER;
    for (let at = 0; at < entries.length; at++) {
      if (((entries[at] ?? 0) & 0x0fffffff) === 0) continue;
      const bit = index + at;
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      this.#free--;
    }
  }

  /** Marks clusters that are free as in use. */
  take(runs: readonly ClusterRun[]): void {
    for (const run of runs) this.#fill(run, true);
  }

  /** Marks clusters that are in use as free. */
  give(runs: readonly ClusterRun[]): void {
    for (const run of runs) this.#fill(run, false);
  }

  /**
   * Takes `clusters` clusters: in one run where there is one, else in as few as possible. Undefined, and nothing taken,
   * where there aren't as many.
   */
  allocate(clusters: number): ClusterRun[] | undefined {
    if (clusters > this.#free) return undefined;
    if (clusters === 0) return [];
    const small = clusters <= FIRST_FIT_CLUSTERS;
    const one = (small ? this.#firstFit(clusters) : this.#bestFit(clusters)) ?? [];
    const runs = one.length > 0 ? one : this.#fewest(clusters);
    this.take(runs);
    const last = runs.at(-1);
    if (last !== undefined) this.nextFree = last.start + last.count;
    return runs;
  }

  /** The first run long enough behind the last allocation, or else from the front. */
  #firstFit(clusters: number): ClusterRun[] | undefined {
    for (const from of this.#next > 0 ? [this.#next, 0] : [0]) {
      for (const run of this.#freeRuns(from)) {
        if (run.count >= clusters) return [{ start: run.start, count: clusters }];
      }
    }
    return undefined;
  }

  /** In the shortest run that is long enough, so that long ones stay whole. */
  #bestFit(clusters: number): ClusterRun[] | undefined {
    let best: ClusterRun | undefined;
    for (const run of this.#freeRuns(0)) {
      if (run.count >= clusters && (best === undefined || run.count < best.count)) best = run;
    }
    return best === undefined ? undefined : [{ start: best.start, count: clusters }];
  }

  /** The longest runs, as many as it takes; the medium's order. */
  #fewest(clusters: number): ClusterRun[] {
    // Lengths are counted by powers of two first, so that a badly fragmented volume needs no list of all its runs.
    const byPower = new Float64Array(32);
    for (const run of this.#freeRuns(0)) {
      const power = 31 - Math.clz32(run.count);
      byPower[power] = (byPower[power] ?? 0) + run.count;
    }
    let power = 31;
    for (let sum = byPower[power] ?? 0; sum < clusters && power > 0;) sum += byPower[--power] ?? 0;
    const runs: ClusterRun[] = [];
    for (const run of this.#freeRuns(0)) if (run.count >= 2 ** power) runs.push(run);
    runs.sort((a, b) => b.count - a.count);
    const taken: ClusterRun[] = [];
    let missing = clusters;
    for (const run of runs) {
      if (missing === 0) break;
      const count = Math.min(run.count, missing);
      taken.push({ start: run.start, count });
      missing -= count;
    }
    return taken.sort((a, b) => a.start - b.start);
  }

  /** The runs of free clusters from an index on. */
  *#freeRuns(from: number): Generator<ClusterRun> {
    for (let at = from; at < this.#count;) {
      const start = this.#seek(at, false);
      if (start >= this.#count) return;
      const end = Math.min(this.#seek(start, true), this.#count);
      yield { start: FIRST_CLUSTER + start, count: end - start };
      at = end;
    }
  }

  /** Index of the first cluster from `from` on that is in use, or that isn't; the number of clusters or more: there is none. */
  #seek(from: number, used: boolean): number {
    const words = this.#words;
    const flip = used ? -1 : 0;
    let word = from >>> 5;
    // After this, the bits looked for are set.
    let bits = (~(words[word] ?? 0) ^ flip) & (-1 << (from & 31));
    while (bits === 0) {
      if (++word >= words.length) return this.#count;
      bits = ~(words[word] ?? 0) ^ flip;
    }
    return word * 32 + (31 - Math.clz32(bits & -bits));
  }

  #fill(run: ClusterRun, used: boolean): void {
    const words = this.#words;
    let index = run.start - FIRST_CLUSTER;
    const end = index + run.count;
    while (index < end) {
      const bit = index & 31;
      const count = Math.min(32 - bit, end - index);
      const mask = (count === 32 ? -1 : (1 << count) - 1) << bit;
      const word = words[index >>> 5] ?? 0;
      words[index >>> 5] = used ? word | mask : word & ~mask;
      // On a damaged volume two chains may share a cluster, which is given back only once.
      if (used) this.#free -= bitsIn(mask & ~word);
      else this.#free += bitsIn(mask & word);
      index += count;
    }
  }
}

function bitsIn(word: number): number {
  let bits = 0;
  for (let left = word; left !== 0; left &= left - 1) bits++;
  return bits;
}
