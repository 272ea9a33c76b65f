/** FAT and exFAT both number their data clusters from here. */
const FIRST_CLUSTER = 2;

/** A set of data clusters: one bit each, 33 MB for the most that FAT32 can have. For the checks of FAT and exFAT. */
export class ClusterSet {
  readonly #words: Uint32Array;
  readonly #count: number;

  constructor(clusterCount: number) {
    this.#words = new Uint32Array(Math.ceil(clusterCount / 32));
    this.#count = clusterCount;
  }

  has(cluster: number): boolean {
    const bit = cluster - FIRST_CLUSTER;
    return (
      bit >= 0 && bit < this.#count && (((this.#words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1
    );
  }

  add(cluster: number): void {
    const bit = cluster - FIRST_CLUSTER;
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  /** Eight clusters as a byte of an allocation bitmap has them; `first` is the first of such a byte. */
  byteFrom(first: number): number {
    const bit = first - FIRST_CLUSTER;
    return ((this.#words[bit >>> 5] ?? 0) >>> (bit & 31)) & 0xff;
  }
}
