/** After how many bytes a medium begins again at its start, from sectors that turned up in two places. */
import type { Alias, BlockReader } from "./sector-states.ts";
import type { BlockContents } from "./block-contents.ts";
import { SECTOR_BYTES } from "./block-contents.ts";

/** Distances worth looking at: most are the same. */
const MOST_DISTANCES = 8;

/**
 * The distance between two addresses of one place is a multiple of the wrap size. Each of its divisors is tried, the smallest
 * first: at that distance from known blocks there must be the same blocks again.
 * @param known positions of sectors that are known to hold their own test contents.
 * @returns bytes; undefined where nothing repeats regularly.
 */
export async function findWrapSize(
  size: number,
  aliases: readonly Alias[],
  known: readonly number[],
  reader: BlockReader,
  contents: BlockContents,
): Promise<number | undefined> {
  if (known.length === 0) return undefined;
  const distances = new Set(aliases.map(({ position, from }) => Math.abs(position - from)));
  for (const distance of [...distances].slice(0, MOST_DISTANCES)) {
    for (const candidate of divisors(distance / SECTOR_BYTES)) {
      const wrap = candidate * SECTOR_BYTES;
      if (await repeatsAfter(wrap, size, known, reader, contents)) return wrap;
    }
  }
  return undefined;
}

async function repeatsAfter(
  wrap: number,
  size: number,
  known: readonly number[],
  reader: BlockReader,
  contents: BlockContents,
): Promise<boolean> {
  let tried = 0;
  for (const position of known) {
    const other = position + wrap < size ? position + wrap : position - wrap;
    if (other < 0) continue;
    const bytes = await reader.tryRead(other, SECTOR_BYTES);
    if (bytes === undefined || contents.positionIn(bytes) !== position) return false;
    tried++;
  }
  return tried > 0;
}

/** In ascending order. */
function divisors(number: number): number[] {
  const small: number[] = [];
  const large: number[] = [];
  for (let divisor = 1; divisor * divisor <= number; divisor++) {
    if (number % divisor !== 0) continue;
    small.push(divisor);
    if (divisor * divisor !== number) large.unshift(number / divisor);
  }
  return [...small, ...large];
}
