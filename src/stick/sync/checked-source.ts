/** Holds what is read of a file against what is published of it. */
import type { Hash } from "node:crypto";
import { createHash } from "node:crypto";
import { LifeboatError } from "../../system/errors.ts";
import type { Algorithm, ListedSum } from "../../system/checksum-list.ts";
import type { SourceFile } from "../data/source-file.ts";
import { say } from "./messages.ts";

const STRONGEST_FIRST: readonly Algorithm[] = ["sha256", "sha512", "sha1", "md5"];

export interface ContentCheck {
  /**
   * Passes `file` through; where it takes another sum than the SHA-256 of the copy, it is made on the way.
   * @param modified the time of the plan, which the stick's state says too.
   */
  watch(file: SourceFile, modified: Date): SourceFile;
  /** @param sha256 of what was copied. @throws LifeboatError `checksum-mismatch`. */
  judge(sha256: string): void;
}

/** The strongest algorithm decides, and all that is said in it must hold. SHA-256 is what copying makes anyway. */
export function checkContent(path: string, sums: readonly ListedSum[]): ContentCheck {
  const algorithm = STRONGEST_FIRST.find((one) => sums.some((sum) => sum.algorithm === one));
  let hash: Hash | undefined;
  return {
    watch(file, modified) {
      hash = algorithm === undefined || algorithm === "sha256" ? undefined : createHash(algorithm);
      return watched(file, modified, hash);
    },
    judge(sha256) {
      if (algorithm === undefined) return;
      const found = hash?.digest("hex") ?? sha256;
      for (const { algorithm: said, sum } of sums) {
        if (said !== algorithm || sum === found) continue;
        throw new LifeboatError("checksum-mismatch", say.mismatch(path, algorithm, sum, found), {
          kind: "damaged",
          hint: say.mismatchHint(),
        });
      }
    },
  };
}

/** Copying reads from the beginning to the end, each byte once. */
function watched(file: SourceFile, modified: Date, hash: Hash | undefined): SourceFile {
  return {
    size: file.size,
    sectorSize: file.sectorSize,
    writable: false,
    async read(offset, into) {
      await file.read(offset, into);
      hash?.update(into);
    },
    write: async (offset, data) => file.write(offset, data),
    flush: async () => {},
    modified: async () => modified,
    close: async () => file.close(),
  };
}
