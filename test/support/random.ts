/** Random numbers that can be had again. */

/** A whole number from 0 up to, and without, `below`. */
export type Random = (below: number) => number;

/** mulberry32. Neighbouring seeds give sequences that have nothing in common. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One of `choices`, which are not empty. */
export function pick<T>(choices: readonly T[], random: Random): T {
  const chosen = choices[random(choices.length)];
  if (chosen === undefined) throw new RangeError("nothing to pick from");
  return chosen;
}
