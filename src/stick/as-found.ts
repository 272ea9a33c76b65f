/**
 * A record holds what was found in an ISO, which is kept as long as the file is the same, and what a refresh made of it: files on the
 * ESP, a persistence file, and why one of them can't be had. The latter is made anew each time.
 */
import type { IsoRecord } from "./manifest.ts";

/** The ids of what a refresh says in a record's `problems`, beside what is wrong with the ISO itself. */
export const REFRESH_PROBLEMS = {
  inPieces: "in-pieces",
  notBootableInPieces: "not-bootable-in-pieces",
  noHookFiles: "no-hook-files",
  notCopied: "not-copied",
  ownLoaderUnusable: "own-loader-unusable",
  persistenceUnusable: "persistence-unusable",
  persistenceLabel: "persistence-label",
} as const;

const IDS: ReadonlySet<string> = new Set(Object.values(REFRESH_PROBLEMS));

/** The record without what an earlier refresh made of it. */
export function asFound(record: IsoRecord): IsoRecord {
  const {
    copies: _copies,
    extentList: _extentList,
    extras: _extras,
    ownLoader: _ownLoader,
    noOwnLoader: _noOwnLoader,
    persistenceFile: _persistenceFile,
    ...found
  } = record;
  return { ...found, problems: record.problems.filter(({ id }) => !IDS.has(id)) };
}
