/** From a number to an input: the same number, seed and reader give the same input. */
import { randomFrom } from "../support/random.ts";
import type { Random } from "../support/random.ts";
import { changeDocument } from "./change-document.ts";
import { changeImage, usedSectors } from "./change-image.ts";
import type { Area, FuzzedReader, Input, Seed } from "./reader.ts";
import { Scratch } from "./scratch.ts";

interface Prepared {
  readonly seed: Seed;
  readonly scratch: Scratch;
  readonly hot: readonly Area[];
  readonly used: readonly Area[];
}

export class Inputs {
  readonly #reader: FuzzedReader;
  readonly #seeds: readonly Seed[];
  readonly #prepared: readonly Prepared[];
  readonly #run: number;

  /** @param run the run's seed: another one gives other inputs. */
  constructor(reader: FuzzedReader, seeds: readonly Seed[], run: number) {
    this.#reader = reader;
    this.#seeds = seeds;
    this.#run = run;
    this.#prepared =
      reader.kind === "document"
        ? []
        : seeds.map((seed) => ({
            seed,
            scratch: new Scratch(seed.bytes),
            hot: seed.hot ?? [],
            used: usedSectors(seed.bytes),
          }));
  }

  /** Input `number`, good until `use` is done. */
  async with<T>(number: number, use: (input: Input) => Promise<T>): Promise<T> {
    const random = randomFrom(Math.imul(this.#run, 0x9e3779b1) ^ number);
    // Checksums are made right in every other input of each seed.
    const mends = Math.floor(number / this.#seeds.length) % 2 === 0;
    const which = number % this.#seeds.length;
    if (this.#reader.kind === "document")
      return use({ number, ...this.#document(which, mends, random) });
    const prepared = this.#prepared[which];
    if (prepared === undefined) throw new RangeError(`no seed ${which}`);
    const { seed, scratch, hot, used } = prepared;
    try {
      const length = changeImage(scratch, hot, used, random);
      if (mends) this.#reader.repair?.(scratch, seed.name);
      return await use({ number, seed: seed.name, bytes: scratch.bytes.subarray(0, length) });
    } finally {
      scratch.restore();
    }
  }

  #document(which: number, mends: boolean, random: Random): Omit<Input, "number"> {
    const seed = this.#seeds[which];
    if (seed === undefined) throw new RangeError(`no seed ${which}`);
    const others = this.#seeds.map(({ bytes }) => bytes);
    const bytes = changeDocument(seed.bytes, others, this.#reader.tokens ?? [], random);
    if (mends) this.#reader.repairDocument?.(bytes, random);
    return { seed: seed.name, bytes };
  }
}
