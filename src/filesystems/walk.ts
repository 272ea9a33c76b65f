import { LifeboatError } from "../system/errors.ts";
import { say } from "./messages.ts";
import type { ReadableVolume, VolumeEntry } from "./volume.ts";

export interface WalkOptions {
  /** Directory to begin in, itself not given. Default: "/". */
  readonly from?: string;
  /** Default: a million. */
  readonly maxEntries?: number;
  /** Levels below `from`: 1 gives its own entries only. Default: 128. */
  readonly maxDepth?: number;
  /** False for a directory that is not to be entered. It is given all the same. */
  readonly enter?: (directory: VolumeEntry) => boolean;
}

const DEFAULT_MAX_ENTRIES = 1_000_000;
/** Deeper than any real tree: a path of 128 names. */
const DEFAULT_MAX_DEPTH = 128;

/**
 * Everything below a directory, each directory before its content, in the medium's order. Symbolic links are given, not
 * followed.
 *
 * A tree that contains itself ends with an error: the reader's own (`directory-loop`) where it sees one, else by depth.
 * @throws LifeboatError `tree-too-deep`, `too-many-entries`, and what `volume.list` throws.
 */
export async function* walk(
  volume: ReadableVolume,
  options: WalkOptions = {},
): AsyncGenerator<VolumeEntry> {
  const maxEntries = options.maxEntries ?? DEFAULT_MAX_ENTRIES;
  const maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
  let count = 0;
  const levels = [(await volume.list(options.from ?? "/")).values()];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    const entry = next.value;
    if (++count > maxEntries) {
      throw new LifeboatError("too-many-entries", say.tooManyEntries(maxEntries), {
        kind: "damaged",
      });
    }
    yield entry;
    if (entry.kind !== "directory" || options.enter?.(entry) === false) continue;
    const children = await volume.list(entry.path);
    if (children.length > 0 && levels.length >= maxDepth) {
      throw new LifeboatError("tree-too-deep", say.tooDeep(entry.path, maxDepth), {
        kind: "damaged",
      });
    }
    levels.push(children.values());
  }
}
