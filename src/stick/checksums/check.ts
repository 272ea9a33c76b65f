/** `verify --deep` of one image: read once, and held against the sum of when it was added and those that lie beside it. */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { IsoRecord } from "../manifest.ts";
import type { VerifyFinding } from "../verify/finding.ts";
import { error, info } from "../verify/finding.ts";
import { say } from "../verify/messages.ts";
import type { PublishedSum } from "./find.ts";
import { hashRange } from "./hash.ts";
import type { Algorithm } from "../../system/checksum-list.ts";

export async function checkContent(
  iso: Pick<IsoRecord, "path" | "sha256">,
  published: readonly PublishedSum[],
  data: ReadableVolume,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const { path } = iso;
  let sums: ReadonlyMap<Algorithm, string>;
  try {
    const wanted = new Set<Algorithm>(["sha256", ...published.map(({ algorithm }) => algorithm)]);
    sums = await hashFile(path, wanted, data, job);
  } catch (cause) {
    return [error("iso-unreadable", failureOf(cause).text, path, say.copyAgain())];
  }
  const found = published.map((one) => compare(path, one, sums.get(one.algorithm) ?? ""));
  const sha256 = sums.get("sha256") ?? "";
  if (iso.sha256 !== null && sha256 !== iso.sha256) {
    found.push(error("iso-changed", say.isoChanged(path), path, say.copyAgain()));
  }
  if (iso.sha256 === null && published.length === 0) {
    found.push(info("hash-unknown", say.hashUnknown(path, sha256), path, say.compare()));
  }
  return found;
}

function compare(path: string, published: PublishedSum, sum: string): VerifyFinding {
  const { algorithm, source } = published;
  if (published.sum === sum) {
    const what = say.checksumRight(path, algorithm, source);
    return info("checksum-ok", what, path, say.nothingToDo());
  }
  const what = say.checksumWrong(path, algorithm, source, published.sum, sum);
  return error("checksum-mismatch", what, path, say.downloadAgain());
}

async function hashFile(
  path: string,
  algorithms: ReadonlySet<Algorithm>,
  data: ReadableVolume,
  job: JobContext,
): Promise<ReadonlyMap<Algorithm, string>> {
  return hashRange(await data.open(path), algorithms, say.hashing(path), job);
}
