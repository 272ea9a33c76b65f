import type { Extent } from "../../block/byte-range.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";

/** A file, and where it lies within its volume. */
export interface PlacedFile {
  readonly path: string;
  readonly extents: readonly Extent[];
}

/** Of a volume with more files than these the rest isn't drawn. */
const MOST_FILES = 2_000;

/**
 * @param except paths that are left out.
 * @throws LifeboatError where it can't be read.
 */
export async function placedFiles(
  volume: ReadableVolume,
  except: ReadonlySet<string> = new Set(),
): Promise<PlacedFile[]> {
  const found: PlacedFile[] = [];
  for await (const { path, kind } of walk(volume)) {
    if (kind !== "file" || except.has(path)) continue;
    if (found.length === MOST_FILES) break;
    found.push({ path, extents: (await volume.extents(path)) ?? [] });
  }
  return found;
}
