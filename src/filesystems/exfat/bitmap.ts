/**
 * The allocation bitmap in memory (section 7.1 of the exFAT specification): one bit a cluster, the lowest bit of the first
 * byte for cluster 2. 2 TiB in clusters of 128 KiB take 2 MiB.
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { FIRST_CLUSTER } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";

const READ_BYTES = 1 << 20;

export class AllocationBitmap {
  readonly #geometry: Geometry;
  readonly #runs: readonly ClusterRun[];
  /** As on the medium, or soon: whole sectors. */
  readonly #stored: Buffer;
  /** The same, and reserved clusters, and a 1 for every bit behind the last cluster; read 32 bits at a time. */
  readonly #taken: Uint8Array;
  readonly #changedSectors = new Set<number>();
  #freeClusters = 0;
  /** Free on the medium, and not to be given away. */
  #withheld = 0;
  #withheldFrom = Infinity;

  /** @param runs where the bitmap lies, long enough for one bit a cluster. */
  static async load(
    range: ByteRange,
    geometry: Geometry,
    runs: readonly ClusterRun[],
  ): Promise<AllocationBitmap> {
    const bytes = Math.ceil(geometry.clusterCount / 8);
    const stored = Buffer.alloc(Math.ceil(bytes / geometry.sectorSize) * geometry.sectorSize);
    let at = 0;
    for (const extent of extentsOfRuns(geometry, runs, 0, stored.length)) {
      for (let done = 0; done < extent.length; done += READ_BYTES) {
        const length = Math.min(READ_BYTES, extent.length - done);
        stored.set(await readBytes(range, extent.start + done, length), at);
        at += length;
      }
    }
    return new AllocationBitmap(geometry, runs, stored);
  }

  private constructor(geometry: Geometry, runs: readonly ClusterRun[], stored: Buffer) {
    this.#geometry = geometry;
    this.#runs = runs;
    this.#stored = stored;
    this.#taken = Uint8Array.from(stored);
    setBits(
      this.#taken,
      geometry.clusterCount,
      this.#taken.length * 8 - geometry.clusterCount,
      true,
    );
    this.#visitFreeRuns((_, count) => (this.#freeClusters += count));
  }

  get freeClusters(): number {
    return this.#freeClusters;
  }

  /** Of the whole heap, rounded down (section 3.1.18). */
  get percentInUse(): number {
    const { clusterCount } = this.#geometry;
    const used = clusterCount - this.#freeClusters - this.#withheld;
    return Math.floor((used * 100) / clusterCount);
  }

  /** How many clusters there are up to the last one that the medium has in use; 0 for an empty bitmap. */
  get lastInUse(): number {
    const { clusterCount } = this.#geometry;
    for (let bit = clusterCount - 1; bit >= 0; bit--) {
      const byte = this.#stored[bit >> 3] ?? 0;
      // Whole bytes of free clusters at once.
      if (byte === 0) bit &= ~7;
      else if (((byte >> (bit & 7)) & 1) === 1) return bit + 1;
    }
    return 0;
  }

  /** How many clusters from `first` on the medium has in use. */
  usedFrom(first: number): number {
    const { clusterCount } = this.#geometry;
    let used = 0;
    for (let bit = Math.max(0, first - FIRST_CLUSTER); bit < clusterCount; bit++) {
      const byte = this.#stored[bit >> 3] ?? 0;
      // Whole bytes of free clusters at once.
      if (byte === 0) bit |= 7;
      else used += (byte >> (bit & 7)) & 1;
    }
    return used;
  }

  isFree(cluster: number): boolean {
    const bit = cluster - FIRST_CLUSTER;
    if (bit < 0 || bit >= this.#geometry.clusterCount) return false;
    return (((this.#taken[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0;
  }

  /**
   * Takes `count` clusters in memory: the smallest free run that holds them all, else as few runs as possible, the longest
   * ones. @returns undefined where there aren't as many.
   */
  reserve(count: number): ClusterRun[] | undefined {
    if (count > this.#freeClusters) return undefined;
    if (count === 0) return [];
    const runs = this.#bestRun(count) ?? this.#longestRuns(count);
    for (const run of runs) this.#take(run);
    return runs;
  }

  /** From now on no cluster from `first` on is given away; nothing changes on the medium. */
  withhold(first: number): void {
    const free: ClusterRun[] = [];
    this.#visitFreeRuns((start, count) => {
      const from = Math.max(start, first);
      if (from < start + count) free.push({ first: from, count: start + count - from });
    });
    for (const run of free) {
      this.#take(run);
      this.#withheld += run.count;
    }
    this.#withheldFrom = first;
  }

  /** Takes given clusters, all of them free. */
  reserveAt(run: ClusterRun): ClusterRun[] {
    this.#take(run);
    return [run];
  }

  /** Gives back clusters that were reserved and never stored. */
  release(runs: readonly ClusterRun[]): void {
    for (const run of runs) {
      setBits(this.#taken, run.first - FIRST_CLUSTER, run.count, false);
      this.#freeClusters += run.count;
    }
  }

  /** Marks reserved clusters as used on the medium too, with the next `store`. */
  use(runs: readonly ClusterRun[]): void {
    for (const run of runs) this.#change(run, true);
  }

  /** Marks clusters as free on the medium and in memory. */
  free(runs: readonly ClusterRun[]): void {
    for (const run of runs) this.#change(run, false);
    const parts = runs.flatMap((run) => [...this.#takenParts(run)]);
    const { kept, given } = split(parts, this.#withheldFrom);
    this.release(given);
    for (const { count } of kept) this.#withheld += count;
  }

  /** Marks clusters as used that some file was found to use, whatever the bitmap says of them. */
  markInUse(runs: readonly ClusterRun[]): void {
    for (const run of runs) {
      for (let cluster = run.first; cluster < run.first + run.count; cluster++) {
        if (this.isFree(cluster)) this.use(this.reserveAt({ first: cluster, count: 1 }));
      }
    }
  }

  /** Writes the sectors that changed. */
  async store(range: ByteRange): Promise<void> {
    const { sectorSize } = this.#geometry;
    const sectors = [...this.#changedSectors].sort((a, b) => a - b);
    for (let index = 0; index < sectors.length;) {
      const first = sectors[index] ?? 0;
      let count = 1;
      while (sectors[index + count] === first + count) count++;
      index += count;
      let at = first * sectorSize;
      for (const part of extentsOfRuns(this.#geometry, this.#runs, at, count * sectorSize)) {
        await range.write(part.start, this.#stored.subarray(at, at + part.length));
        at += part.length;
      }
    }
    this.#changedSectors.clear();
  }

  #take(run: ClusterRun): void {
    setBits(this.#taken, run.first - FIRST_CLUSTER, run.count, true);
    this.#freeClusters -= run.count;
  }

  #change(run: ClusterRun, used: boolean): void {
    const bit = run.first - FIRST_CLUSTER;
    setBits(this.#stored, bit, run.count, used);
    const bitsPerSector = this.#geometry.sectorSize * 8;
    const last = Math.floor((bit + run.count - 1) / bitsPerSector);
    for (let sector = Math.floor(bit / bitsPerSector); sector <= last; sector++) {
      this.#changedSectors.add(sector);
    }
  }

  /** The parts of a run that are taken: a volume in disorder may have files on clusters that are marked free. */
  *#takenParts(run: ClusterRun): Generator<ClusterRun> {
    let first = run.first;
    const end = run.first + run.count;
    for (let cluster = run.first; cluster <= end; cluster++) {
      if (cluster < end && !this.isFree(cluster)) continue;
      if (cluster > first) yield { first, count: cluster - first };
      first = cluster + 1;
    }
  }

  /** The shortest free run of at least `count` clusters, the first of several. */
  #bestRun(count: number): ClusterRun[] | undefined {
    let best: ClusterRun | undefined;
    this.#visitFreeRuns((first, length) => {
      if (length >= count && (best === undefined || length < best.count)) {
        best = { first, count: length };
      }
    });
    return best === undefined ? undefined : [{ first: best.first, count }];
  }

  /** The longest free runs, in the order in which they lie; one of the shortest of them may be cut. */
  #longestRuns(count: number): ClusterRun[] {
    const runsOfLength = new Map<number, number>();
    this.#visitFreeRuns((_, length) => {
      runsOfLength.set(length, (runsOfLength.get(length) ?? 0) + 1);
    });
    let left = count;
    let shortest = 0;
    for (const length of [...runsOfLength.keys()].sort((a, b) => b - a)) {
      shortest = length;
      const total = length * (runsOfLength.get(length) ?? 0);
      if (total >= left) break;
      left -= total;
    }
    // `left` clusters come from runs of the length `shortest`, all longer runs are taken whole.
    const runs: ClusterRun[] = [];
    this.#visitFreeRuns((first, length) => {
      if (length < shortest || (length === shortest && left === 0)) return;
      const take = length > shortest ? length : Math.min(length, left);
      if (length === shortest) left -= take;
      runs.push({ first, count: take });
    });
    return runs;
  }

  /** Calls `visit` for each run of free clusters, in order. */
  #visitFreeRuns(visit: (first: number, count: number) => void): void {
    // Every machine that Node runs on and that has a USB port is little-endian.
    const words = new Uint32Array(this.#taken.buffer, 0, this.#taken.length / 4);
    let start = -1;
    const end = (bit: number) => {
      if (start >= 0) visit(start + FIRST_CLUSTER, bit - start);
      start = -1;
    };
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? 0;
      if (word === 0xffffffff) {
        end(index * 32);
      } else if (word === 0) {
        if (start < 0) start = index * 32;
      } else {
        for (let bit = 0; bit < 32; bit++) {
          if (((word >>> bit) & 1) === 1) end(index * 32 + bit);
          else if (start < 0) start = index * 32 + bit;
        }
      }
    }
    end(words.length * 32);
  }
}

/** What of the runs lies before a cluster, and what from there on. */
function split(runs: readonly ClusterRun[], cluster: number) {
  const given: ClusterRun[] = [];
  const kept: ClusterRun[] = [];
  for (const { first, count } of runs) {
    const before = Math.max(0, Math.min(count, cluster - first));
    if (before > 0) given.push({ first, count: before });
    if (before < count) kept.push({ first: first + before, count: count - before });
  }
  return { given, kept };
}

/** Sets or clears `count` bits from bit `first` on, whole bytes at once where it can. */
function setBits(bytes: Uint8Array, first: number, count: number, value: boolean): void {
  const end = first + count;
  const setOne = (bit: number) => {
    const mask = 1 << (bit & 7);
    const old = bytes[bit >> 3] ?? 0;
    bytes[bit >> 3] = value ? old | mask : old & ~mask;
  };
  const wholeFrom = Math.min(Math.ceil(first / 8) * 8, end);
  const wholeTo = Math.max(Math.floor(end / 8) * 8, wholeFrom);
  for (let bit = first; bit < wholeFrom; bit++) setOne(bit);
  if (wholeFrom < wholeTo) bytes.fill(value ? 0xff : 0, wholeFrom / 8, wholeTo / 8);
  for (let bit = wholeTo; bit < end; bit++) setOne(bit);
}
