import type { ByteRange } from "../block/byte-range.ts";

/** What a partition table must know of its disk. */
export interface Geometry {
  /** Logical sectors on the disk; a rest that fills no sector doesn't count. */
  readonly sectors: number;
  /** Logical sector size in bytes: 512 or 4096. */
  readonly sectorSize: number;
}

export function geometryOf(range: ByteRange, sectorSize: number = range.sectorSize): Geometry {
  return { sectors: Math.floor(range.size / sectorSize), sectorSize };
}

/** A run of sectors. */
export interface SectorRun {
  readonly startLba: number;
  readonly sectors: number;
}

/** The pairs of runs that share sectors, each with its neighbour by start (enough to say that there are some, and which). */
export function overlapsOf<T extends SectorRun>(runs: readonly T[]): [T, T][] {
  const sorted = [...runs].sort((a, b) => a.startLba - b.startLba);
  const overlaps: [T, T][] = [];
  let furthest: T | undefined;
  for (const run of sorted) {
    if (furthest !== undefined && run.startLba < furthest.startLba + furthest.sectors) {
      overlaps.push([furthest, run]);
    }
    if (furthest === undefined || endOf(run) > endOf(furthest)) furthest = run;
  }
  return overlaps;
}

function endOf(run: SectorRun): number {
  return run.startLba + run.sectors;
}
