/** Which clusters the files of a volume have: a bit each, laid out as $Bitmap is. */
export class Claims {
  readonly #bits: Buffer;

  constructor(clusters: number) {
    this.#bits = Buffer.alloc(Math.ceil(clusters / 8));
  }

  /** Takes a run, and returns the first of its clusters that something else has; undefined where none is. */
  add(lcn: number, clusters: number): number | undefined {
    const end = lcn + clusters;
    let taken: number | undefined;
    for (let cluster = lcn; cluster < end; cluster++) {
      const byte = cluster >>> 3;
      const value = this.#bits[byte] ?? 0;
      if ((cluster & 7) === 0 && cluster + 8 <= end && value === 0) {
        this.#bits[byte] = 0xff;
        cluster += 7;
        continue;
      }
      const bit = 1 << (cluster & 7);
      if ((value & bit) !== 0) taken ??= cluster;
      this.#bits[byte] = value | bit;
    }
    return taken;
  }

  /** The bits of eight clusters. */
  byte(index: number): number {
    return this.#bits[index] ?? 0;
  }
}
