/** Random damage to a valid image: a reader may refuse with a LifeboatError, but never crash, hang or leak another error. */
import { MemoryRange } from "../../src/block/memory.ts";
import { LifeboatError } from "../../src/system/errors.ts";
import { randomFrom } from "./random.ts";

export interface MutationOptions {
  /** Where damage falls: structures, rather than file data. */
  readonly areas: readonly { start: number; length: number }[];
  readonly iterations: number;
  readonly seed: number;
  /** Makes checksums right again, so that damage reaches the code behind them. */
  readonly repair?: (image: Buffer) => void;
}

/** Calls `read` on damaged copies of `image`; returns how many were refused. Any other error escapes, with its seed. */
export async function mutate(
  image: Buffer,
  options: MutationOptions,
  read: (range: MemoryRange) => Promise<void>,
): Promise<number> {
  let refused = 0;
  for (let round = 0; round < options.iterations; round++) {
    const random = randomFrom(options.seed + round);
    const copy = Buffer.from(image);
    const flips = 1 + random(8);
    for (let flip = 0; flip < flips; flip++) {
      const area = options.areas[random(options.areas.length)];
      if (area === undefined) continue;
      const at = area.start + random(area.length);
      // Whole values as often as bits: 0, 255 and small counts reach more than noise does.
      copy[at] = [0, 255, 1, (copy[at] ?? 0) ^ (1 << random(8)), random(256)][random(5)] ?? 0;
    }
    options.repair?.(copy);
    try {
      await read(new MemoryRange(copy));
    } catch (error) {
      if (!(error instanceof LifeboatError)) {
        throw new Error(`seed ${options.seed + round}`, { cause: error });
      }
      refused++;
    }
  }
  return refused;
}

/** How many rounds a test does; LIFEBOAT_FUZZ asks for more. */
export function fuzzRounds(usual: number): number {
  return Number(process.env["LIFEBOAT_FUZZ"] ?? usual);
}
