/** Which of an image's starts others are made from: variants, entries with persistence, unattended ones. */
import type { Firmware } from "../types.ts";

/** The first one, and where it isn't for all firmware, the first for the others. */
export function firstOfEachFirmware<T extends { readonly firmware: readonly Firmware[] }>(
  all: readonly T[],
): T[] {
  const covered = new Set<Firmware>();
  return all.filter(({ firmware }) => {
    if (firmware.some((one) => covered.has(one))) return false;
    for (const one of firmware) covered.add(one);
    return true;
  });
}
