/** Bytes or accesses, and the time that they took. */
export class Stopwatch {
  readonly #now: () => number;
  #done = 0;
  #ms = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get ms(): number {
    return this.#ms;
  }

  /** Of everything timed so far, a second; undefined where nothing was. */
  get perSecond(): number | undefined {
    return this.#done === 0 ? undefined : (this.#done * 1000) / Math.max(this.#ms, 0.001);
  }

  /** @param amount what `work` does, if it doesn't throw. */
  async time<T>(amount: number, work: () => Promise<T>): Promise<T> {
    const start = this.#now();
    const result = await work();
    this.#ms += this.#now() - start;
    this.#done += amount;
    return result;
  }
}
