/** A file of this computer held against the sum that its user names, or against a list of sums that the user keeps. */
import { posix, win32 } from "node:path";
import type { ByteRange } from "../../block/byte-range.ts";
import type { Algorithm, ListedSum } from "../../system/checksum-list.ts";
import { parseChecksums } from "../../system/checksum-list.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { hashRange } from "./hash.ts";
import { say } from "./messages.ts";

export interface WantedSums {
  /** SHA-256 in hex, as it was typed. */
  readonly sha256?: string;
  readonly list?: { readonly path: string; readonly text: string };
}

export interface CheckedFile {
  readonly sha256: string;
  /** What it was held against, and fits. */
  readonly against: readonly { readonly algorithm: Algorithm; readonly source: string }[];
}

/**
 * @param name the file's, without folders.
 * @throws LifeboatError `bad-checksum`, `not-in-list` (usage), `checksum-mismatch` (damaged).
 */
export async function checkFile(
  range: ByteRange,
  name: string,
  wanted: WantedSums,
  job: JobContext,
): Promise<CheckedFile> {
  const sums = wantedSums(name, wanted);
  const algorithms = new Set<Algorithm>(["sha256", ...sums.map(({ algorithm }) => algorithm)]);
  const found = await hashRange(range, algorithms, say.hashing(name), job);
  for (const { algorithm, sums: listed, source } of sums) {
    const real = found.get(algorithm) ?? "";
    if (listed.includes(real)) continue;
    const said = listed.slice(0, MOST_NAMED).join(", ");
    throw new LifeboatError(
      "checksum-mismatch",
      say.mismatch(name, algorithm, source, said, real),
      { kind: "damaged", hint: say.mismatchHint() },
    );
  }
  const against = sums.map(({ algorithm, source }) => ({ algorithm, source }));
  return { sha256: found.get("sha256") ?? "", against };
}

interface WantedSum {
  readonly algorithm: Algorithm;
  /** One of them has to fit: a list may have files of the same name in several folders. */
  readonly sums: readonly string[];
  readonly source: string;
}

/** So many sums are told where none of them fits. */
const MOST_NAMED = 3;

function wantedSums(name: string, { sha256, list }: WantedSums): WantedSum[] {
  const wanted: WantedSum[] = [];
  if (sha256 !== undefined) {
    const sum = sha256.trim().toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(sum)) {
      throw new LifeboatError("bad-checksum", say.badSha256(sha256), { kind: "usage" });
    }
    wanted.push({ algorithm: "sha256", sums: [sum], source: "--sha256" });
  }
  if (list === undefined) return wanted;
  const listed = listedFor(name, parseChecksums(list.text));
  if (listed.length === 0) {
    throw new LifeboatError("not-in-list", say.notInList(list.path, name), {
      kind: "usage",
      hint: say.notInListHint(),
    });
  }
  const source = list.path;
  for (const algorithm of new Set(listed.map((one) => one.algorithm))) {
    const sums = listed.filter((one) => one.algorithm === algorithm).map(({ sum }) => sum);
    wanted.push({ algorithm, sums: [...new Set(sums)], source });
  }
  return wanted;
}

/**
 * Of each algorithm the sums of this very name, else those of a name that differs in its case. Where none has the name: those that stand
 * alone, which are of the file that they are given with.
 */
function listedFor(file: string, listed: readonly ListedSum[]): readonly ListedSum[] {
  const named = listed.filter((one) => lastNames(one).some((name) => keyOf(name) === keyOf(file)));
  if (named.length === 0) return listed.filter(({ name }) => name === undefined);
  const exact = named.filter((one) =>
    lastNames(one).some((name) => name.normalize("NFC") === file.normalize("NFC")),
  );
  const algorithms = new Set(exact.map(({ algorithm }) => algorithm));
  return named.filter((one) => exact.includes(one) || !algorithms.has(one.algorithm));
}

/** A path is that of the computer where the list was made. */
function lastNames({ name }: ListedSum): string[] {
  return name === undefined ? [] : [posix.basename(name), win32.basename(name)];
}

function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
