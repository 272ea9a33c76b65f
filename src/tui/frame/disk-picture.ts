/** A disk as people would rather see it: what lies where, in proportion. */
import type { Extent } from "../../block/byte-range.ts";
import type { Words } from "./words.ts";

/** What a stretch of a disk is; each has a look of its own, with colours and without. */
export type StretchKind =
  | "used"
  | "free"
  | "file"
  | "pieces"
  | "boot"
  | "windows"
  | "unallocated"
  /** Of whose inside nothing is said. */
  | "partition"
  | "damaged";

export interface Stretch {
  readonly kind: StretchKind;
  readonly startBytes: number;
  readonly bytes: number;
}

export interface DiskPart {
  readonly label: Words;
  readonly startBytes: number;
  readonly bytes: number;
  /** What is known of its inside, in any order; what none covers is drawn as `kind`. */
  readonly kind: StretchKind;
  readonly stretches: readonly Stretch[];
}

export interface DiskPicture {
  readonly totalBytes: number;
  readonly parts: readonly DiskPart[];
  /** Where something is wrong: drawn over whatever lies there. */
  readonly damaged?: readonly Extent[];
}

/**
 * What each of `columns` cells shows: of the stretches that begin or reach into it the one that covers most; a file in pieces wins over
 * others, since that is what the picture is looked at for, and damage over all. What there is of each kind shows in one cell at least,
 * however small it is.
 */
export function cellsOf(picture: DiskPicture, columns: number): StretchKind[] {
  const all = flatten(picture);
  const cell = picture.totalBytes / columns;
  const cells = Array.from({ length: columns }, (_value, index) =>
    kindOfCell(all, index * cell, (index + 1) * cell),
  );
  for (const { kind, startBytes, bytes } of all) {
    if (bytes <= 0 || cells.includes(kind)) continue;
    const wanted = Math.max(0, Math.min(columns - 1, Math.floor(startBytes / cell)));
    cells[nearestToSpare(cells, wanted)] = kind;
  }
  for (const { start, length } of picture.damaged ?? []) {
    const first = Math.floor(start / cell);
    const last = Math.floor((start + Math.max(1, length) - 1) / cell);
    for (let index = Math.max(0, first); index <= Math.min(columns - 1, last); index++) {
      cells[index] = "damaged";
    }
  }
  return cells;
}

/** A cell near the wanted one that isn't the only one of its kind. */
function nearestToSpare(cells: readonly StretchKind[], wanted: number): number {
  const isSpare = (index: number) => cells.filter((kind) => kind === cells[index]).length > 1;
  for (let index = wanted; index < cells.length; index++) if (isSpare(index)) return index;
  for (let index = wanted; index >= 0; index--) if (isSpare(index)) return index;
  return wanted;
}

function kindOfCell(all: readonly Stretch[], from: number, to: number): StretchKind {
  const covered = new Map<StretchKind, number>();
  for (const { kind, startBytes, bytes } of all) {
    const overlap = Math.min(startBytes + bytes, to) - Math.max(startBytes, from);
    if (overlap > 0) covered.set(kind, (covered.get(kind) ?? 0) + overlap);
  }
  if (covered.has("pieces")) return "pieces";
  const most = [...covered].sort(([, a], [, b]) => b - a)[0];
  return most?.[0] ?? "unallocated";
}

/** Every byte once: parts, with what lies in them cut out of them. */
function flatten({ parts }: DiskPicture): Stretch[] {
  return parts.flatMap((part) => {
    const inside = part.stretches.toSorted((a, b) => a.startBytes - b.startBytes);
    const all: Stretch[] = [];
    let at = part.startBytes;
    for (const stretch of inside) {
      if (stretch.startBytes > at) {
        all.push({ kind: part.kind, startBytes: at, bytes: stretch.startBytes - at });
      }
      all.push(stretch);
      at = Math.max(at, stretch.startBytes + stretch.bytes);
    }
    const end = part.startBytes + part.bytes;
    if (end > at) all.push({ kind: part.kind, startBytes: at, bytes: end - at });
    return all;
  });
}
