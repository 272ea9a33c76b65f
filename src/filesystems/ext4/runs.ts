import type { Extent } from "../../block/byte-range.ts";
import { damaged } from "./errors.ts";

/** Consecutive blocks of a file that are consecutive on the medium too. What lies between runs is a hole. */
export interface Run {
  /** First block within the file. */
  readonly logical: number;
  /** First block within the volume. */
  readonly physical: number;
  /** Blocks. */
  readonly length: number;
}

/** More pieces than any real file has; keeps a hostile map from filling the memory. */
const MAX_RUNS = 1 << 22;

/** Collects runs in file order, joining neighbours. */
export class RunList {
  readonly runs: Run[] = [];

  add(logical: number, physical: number, length: number): void {
    const last = this.runs.at(-1);
    const joins =
      last !== undefined &&
      last.logical + last.length === logical &&
      last.physical + last.length === physical;
    if (joins) {
      this.runs[this.runs.length - 1] = { ...last, length: last.length + length };
    } else {
      if (this.runs.length >= MAX_RUNS) throw damaged(`a file of more than ${MAX_RUNS} pieces`);
      this.runs.push({ logical, physical, length });
    }
  }
}

/** The bytes of a file of `sizeBytes` as extents of the volume; undefined where it has a hole. Blocks behind its end are left out. */
export function extentsOf(
  runs: readonly Run[],
  sizeBytes: number,
  blockSize: number,
): Extent[] | undefined {
  const extents: Extent[] = [];
  let done = 0;
  for (const run of runs) {
    if (done >= sizeBytes) break;
    if (run.logical * blockSize !== done) return undefined;
    const length = Math.min(run.length * blockSize, sizeBytes - done);
    extents.push({ start: run.physical * blockSize, length });
    done += length;
  }
  return done === sizeBytes ? extents : undefined;
}
