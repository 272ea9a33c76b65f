/** In which order a sync's files come and go, so that there is room at every step. Pure. */
import type { SyncAction } from "./action.ts";

export interface Room {
  readonly actions: readonly SyncAction[];
  readonly freeAfter: number;
  readonly missingBytes: number;
}

/**
 * Replacements come first, those that win the most room before the others, then what is new, and what is retired goes last, when
 * the rest is safe; retired files go first only where there isn't room otherwise. A replaced file goes before the new one comes only
 * where both don't fit.
 */
export function layRoom(
  actions: readonly SyncAction[],
  volume: { readonly freeBytes: number; readonly allocationUnitBytes: number },
): Room {
  const unit = volume.allocationUnitBytes;
  const cost = (bytes: number) => Math.ceil(bytes / unit) * unit;
  const growth = ({ sizeBytes, oldBytes = 0 }: SyncAction) => cost(sizeBytes) - cost(oldBytes);
  const of = (...kinds: SyncAction["action"][]) =>
    actions.filter(({ action }) => kinds.includes(action));
  const copies = [...of("replace").toSorted((a, b) => growth(a) - growth(b)), ...of("add")];
  const removes = of("remove");
  const rest = of("keep", "skip");
  const won = removes.reduce((sum, { sizeBytes }) => sum + cost(sizeBytes), 0);

  const put = (start: number) => {
    let free = start;
    let missing = 0;
    const done = copies.map((one): SyncAction => {
      const both = cost(one.sizeBytes) <= free;
      free -= growth(one);
      missing = Math.max(missing, -free);
      return both || one.action === "add" ? one : { ...one, oldFirst: true };
    });
    const isWhole = missing === 0 && !done.some(({ oldFirst }) => oldFirst);
    return { done, missing, free, isWhole };
  };
  const last = put(volume.freeBytes);
  if (last.isWhole || removes.length === 0) {
    return {
      actions: [...last.done, ...removes, ...rest],
      freeAfter: last.free + won,
      missingBytes: last.missing,
    };
  }
  const first = put(volume.freeBytes + won);
  return {
    actions: [...removes, ...first.done, ...rest],
    freeAfter: first.free,
    missingBytes: first.missing,
  };
}
