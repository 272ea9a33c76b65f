/** Holds an archive against the `sha256.txt` that is published with each release. */
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parseChecksums } from "../../../system/checksum-list.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { reasonOf } from "../../../system/reason.ts";
import { MIB } from "../../../system/sizes.ts";
import { say } from "./messages.ts";

/** Which list the archive was held against: one that was named, the one beside it, or none. */
export type SumsChecked = "given" | "beside" | "none";

const BESIDE = "sha256.txt";
/** A list has four lines. */
const LARGEST_BYTES = MIB;

/**
 * @param sha256 of the archive, lower-case hex.
 * @param given path of a list; without it, `sha256.txt` beside the archive counts where it names the archive.
 * @throws LifeboatError `ventoy-sums-unreadable`, `ventoy-sums-lack`: of a list that was given; `checksum-mismatch`.
 */
export async function checkSums(
  archive: string,
  sha256: string,
  given: string | undefined,
): Promise<SumsChecked> {
  const path = given ?? join(dirname(archive), BESIDE);
  const name = basename(archive);
  const text = await readList(path).catch((cause: unknown) => {
    // Nobody asked for it.
    if (given === undefined) return "";
    throw new LifeboatError("ventoy-sums-unreadable", say.noSums(path, whyNot(cause)), {
      kind: "usage",
      hint: say.sumsHint(),
      cause,
    });
  });
  const sums = parseChecksums(text).filter(
    (one) => one.algorithm === "sha256" && one.name?.replace(/^(?:\.[\\/])+/, "") === name,
  );
  if (sums.length === 0) {
    if (given === undefined) return "none";
    throw new LifeboatError("ventoy-sums-lack", say.notListed(path, name), {
      kind: "usage",
      hint: say.notListedHint(),
    });
  }
  for (const { sum } of sums) {
    if (sum === sha256) continue;
    const why = say.otherSum(path, sum, sha256);
    throw new LifeboatError("checksum-mismatch", say.refused(archive, why), {
      kind: "damaged",
      hint: say.downloadHint(),
    });
  }
  return given === undefined ? "beside" : "given";
}

class NotAList extends Error {
  readonly why = say.tooLarge(LARGEST_BYTES);
}

async function readList(path: string): Promise<string> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(LARGEST_BYTES + 1);
    let filled = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled);
      filled += bytesRead;
      if (filled > LARGEST_BYTES) throw new NotAList();
      if (bytesRead === 0) return bytes.toString("utf8", 0, filled);
    }
  } finally {
    await file.close();
  }
}

function whyNot(cause: unknown) {
  return cause instanceof NotAList ? cause.why : reasonOf(cause);
}
