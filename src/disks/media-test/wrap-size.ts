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
      if (!fitsAll(wrap, aliases)) continue;
      if (await repeatsAfter(wrap, size, known, reader, contents)) return wrap;
    }
  }
  return undefined;
}

/** On a medium that wraps around, every distance is a multiple of the same number. */
export function fitsAll(wrap: number, aliases: readonly Alias[]): boolean {
  return aliases.every(({ position, from }) => (from - position) % wrap === 0);
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
  return tried > 0 && startRepeats(wrap, size, reader);
}

/** What is at the start, whatever it is, is there again: not so where only what lies beyond the end repeats. */
async function startRepeats(wrap: number, size: number, reader: BlockReader): Promise<boolean> {
  const half = Math.floor(wrap / SECTOR_BYTES / 2) * SECTOR_BYTES;
  for (const position of [0, half, wrap - SECTOR_BYTES]) {
    if (position + wrap >= size) continue;
    const first = await reader.tryRead(position, SECTOR_BYTES);
    const again = await reader.tryRead(position + wrap, SECTOR_BYTES);
    if (first !== undefined && again !== undefined && !first.equals(again)) return false;
  }
  return true;
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
