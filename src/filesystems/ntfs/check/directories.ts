/** All directories: what their entries name, and which directories are to be written anew. */
import { RECORD } from "../mft-record.ts";
import { readDirectory } from "./directory.ts";
import type { DirectoryState } from "./directory.ts";
import { NAMESPACE } from "../file-name.ts";
import { KIND } from "./survey.ts";
import type { Survey } from "./survey.ts";

/** What is wrong with a directory's index. */
export interface Faults extends Omit<DirectoryState, "good" | "stale"> {
  readonly stale: number;
  readonly firstStale: string;
}

export interface TreeState {
  /** By record number. */
  readonly faults: ReadonlyMap<number, Faults>;
  /** Torn records that an entry names. */
  readonly tornButNamed: ReadonlySet<number>;
}

/** Reads every directory in use, and counts in `survey.named` how often each file is named. */
export async function readDirectories(survey: Survey): Promise<TreeState> {
  const faults = new Map<number, Faults>();
  const tornButNamed = new Set<number>();
  for (let number = 0; number < survey.records; number++) {
    if (!survey.isDirectory(number)) continue;
    survey.signal?.throwIfAborted();
    const { good, stale, ...state } = await readDirectory(survey, number);
    for (const { file, name, isTorn } of good) {
      if (isTorn) tornButNamed.add(file.record);
      else {
        const times = survey.named[file.record] ?? 0;
        survey.named[file.record] = Math.min(times + 1, 0xffff);
        const isOwn = file.record < RECORD.firstUser || number === RECORD.extend;
        if (isOwn || name.namespace === NAMESPACE.dos) continue;
        if (survey.isDirectory(file.record)) survey.directories++;
        else survey.files++;
      }
    }
    if (state.damage !== undefined) survey.isTreeWhole = false;
    const isSound =
      state.damage === undefined && state.isOrdered && state.isBitmapRight && stale.length === 0;
    if (isSound) continue;
    faults.set(number, { ...state, stale: stale.length, firstStale: stale[0] ?? "" });
  }
  // Its own index is what names it.
  if (survey.kind(RECORD.root) === KIND.torn) tornButNamed.add(RECORD.root);
  if (tornButNamed.size > 0) {
    survey.isWhole = false;
    survey.isTreeWhole = false;
  }
  return { faults, tornButNamed };
}
