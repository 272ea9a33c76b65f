import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { ConcatenatedRange } from "../../block/concatenation.ts";
import { ReadOnlyRange } from "../../block/read-only.ts";
import { SliceRange } from "../../block/slice.ts";
import { LifeboatError } from "../../system/errors.ts";
import { checkInside } from "./cache.ts";
import { say } from "./messages.ts";

/** A run of a file's bytes: at `start` of the volume, or a hole of zeroes where that is undefined. */
export interface Run {
  readonly start: number | undefined;
  readonly length: number;
}

/**
 * Runs as extents, adjacent ones joined; undefined where one is a hole.
 * @throws LifeboatError `truncated-volume` where a run lies beyond the end of `volume`.
 */
export function extentsOfRuns(
  what: string,
  volume: ByteRange,
  runs: readonly Run[],
): Extent[] | undefined {
  const extents: { start: number; length: number }[] = [];
  for (const { start, length } of runs) {
    if (start === undefined) return undefined;
    if (length === 0) continue;
    checkInside(what, start, length, volume.size);
    const last = extents.at(-1);
    if (last !== undefined && last.start + last.length === start) last.length += length;
    else extents.push({ start, length });
  }
  return extents;
}

/**
 * The bytes of `runs` as one read-only range.
 * @throws LifeboatError `truncated-volume` where a run lies beyond the end of `volume`.
 */
export function contentOfRuns(what: string, volume: ByteRange, runs: readonly Run[]): ByteRange {
  const parts = runs.map(({ start, length }) => {
    if (start === undefined) return new ZeroRange(length);
    checkInside(what, start, length, volume.size);
    return new SliceRange(volume, start, length);
  });
  return new ReadOnlyRange(new ConcatenatedRange(parts), what);
}

/** A hole in a file: space that was never recorded. */
class ZeroRange implements ByteRange {
  readonly size: number;
  readonly sectorSize = 512;
  readonly writable = false;

  constructor(size: number) {
    this.size = size;
  }

  async read(_offset: number, into: Uint8Array): Promise<void> {
    into.fill(0);
  }

  async write(): Promise<void> {
    throw new LifeboatError("read-only", say.readOnly("hole"));
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
