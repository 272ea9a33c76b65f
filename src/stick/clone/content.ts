/** The data partition of a clone: every folder and file of the source, read back. */
import type { JobContext } from "../../system/progress.ts";
import type { StickContent } from "../build/content.ts";
import type { PutOptions } from "../data/put-file.ts";
import { putFile } from "../data/put-file.ts";
import { SMALL_BYTES, putSmallFiles } from "../data/put-small.ts";
import { say } from "./messages.ts";
import type { CloneSource } from "./source.ts";

/**
 * @param damaged files of the source that aren't what they were when their hash was taken are added to it. Clones that are made at
 * once share it, and each such file is told once.
 */
export function clonedContent(
  source: CloneSource,
  damaged: Set<string>,
  options: Pick<PutOptions, "open" | "chunkBytes"> = {},
): StickContent {
  const { open = source.open } = options;
  return {
    check: async () => source.checkAgain(),
    checkAgain: async () => source.checkAgain(),
    ...(source.before && { before: source.before }),
    async put(volume, range, job, beforeReadBack) {
      for (const folder of source.folders) await volume.makeDirectory(folder);
      const hashes = new Map<string, string>();
      const large = source.files.filter(({ sizeBytes }) => sizeBytes >= SMALL_BYTES);
      for (const file of large) {
        const all = { ...options, open, beforeReadBack };
        hashes.set(file.path, await putFile(file, volume, range, job, all));
      }
      const rest = source.files.slice(large.length);
      const small = await putSmallFiles(rest, volume, range, job, { open, beforeReadBack });
      for (const [path, sha256] of small) hashes.set(path, sha256);
      for (const path of hashes.keys()) judge(path, hashes, source.hashes, damaged, job);
      return hashes;
    },
  };
}

/** The menu keeps the hash that was known: a damaged file is to be found out on the clone, too. */
function judge(
  path: string,
  hashes: Map<string, string>,
  known: ReadonlyMap<string, string>,
  damaged: Set<string>,
  job: JobContext,
): void {
  const expected = known.get(path);
  if (expected === undefined || expected === hashes.get(path)) return;
  hashes.set(path, expected);
  if (damaged.has(path)) return;
  damaged.add(path);
  job.report({ kind: "note", level: "warning", text: say.damaged(path) });
}
