/** Runs of consecutive clusters: how files, directories and free space are described in memory. */
import type { Extent } from "../../block/byte-range.ts";
import { offsetOfCluster } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";

export interface ClusterRun {
  readonly first: number;
  readonly count: number;
}

export function countClusters(runs: readonly ClusterRun[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}

/** `runs` and `more` behind them, adjacent ones joined. */
export function appendRuns(runs: readonly ClusterRun[], more: readonly ClusterRun[]): ClusterRun[] {
  const joined = [...runs];
  for (const run of more) {
    const last = joined.at(-1);
    if (last !== undefined && last.first + last.count === run.first) {
      joined[joined.length - 1] = { first: last.first, count: last.count + run.count };
    } else {
      joined.push(run);
    }
  }
  return joined;
}

/** The bytes within the volume of `lengthBytes` bytes that begin `fromByte` bytes into `runs`. */
export function extentsOfRuns(
  geometry: Geometry,
  runs: readonly ClusterRun[],
  fromByte: number,
  lengthBytes: number,
): Extent[] {
  const extents: Extent[] = [];
  let skip = fromByte;
  let left = lengthBytes;
  for (const run of runs) {
    if (left <= 0) break;
    const runBytes = run.count * geometry.clusterSize;
    if (skip < runBytes) {
      const length = Math.min(runBytes - skip, left);
      extents.push({ start: offsetOfCluster(geometry, run.first) + skip, length });
      left -= length;
    }
    skip = Math.max(0, skip - runBytes);
  }
  return extents;
}
