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
  for (const { algorithm, sum, source } of sums) {
    const real = found.get(algorithm) ?? "";
    if (real === sum) continue;
    throw new LifeboatError("checksum-mismatch", say.mismatch(name, algorithm, source, sum, real), {
      kind: "damaged",
      hint: say.mismatchHint(),
    });
  }
  const against = sums.map(({ algorithm, source }) => ({ algorithm, source }));
  return { sha256: found.get("sha256") ?? "", against };
}

interface WantedSum {
  readonly algorithm: Algorithm;
  readonly sum: string;
  readonly source: string;
}

function wantedSums(name: string, { sha256, list }: WantedSums): WantedSum[] {
  const wanted: WantedSum[] = [];
  if (sha256 !== undefined) {
    const sum = sha256.trim().toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(sum)) {
      throw new LifeboatError("bad-checksum", say.badSha256(sha256), { kind: "usage" });
    }
    wanted.push({ algorithm: "sha256", sum, source: "--sha256" });
  }
  if (list === undefined) return wanted;
  const listed = parseChecksums(list.text).filter((one) => speaksOf(one, name));
  if (listed.length === 0) {
    throw new LifeboatError("not-in-list", say.notInList(list.path, name), {
      kind: "usage",
      hint: say.notInListHint(),
    });
  }
  return [...wanted, ...listed.map((one) => ({ ...one, source: list.path }))];
}

/** A sum without a name is of the file that it is given with; a path is that of the computer where the list was made. */
function speaksOf({ name }: ListedSum, file: string): boolean {
  if (name === undefined) return true;
  return [posix.basename(name), win32.basename(name)].some((one) => keyOf(one) === keyOf(file));
}

function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
