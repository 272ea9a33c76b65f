/**
 * Puts many small files onto the data partition: each is written whole, and all are read back together at the end. To flush and read
 * back each by itself costs more than copying it.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import type { WritableVolume } from "../../filesystems/volume.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { PlannedFile } from "../build/plan.ts";
import { say } from "../messages.ts";
import type { OpenSource } from "./source-file.ts";

/** Larger ones are put one by one. */
export const SMALL_BYTES = MIB;

export interface PutSmallOptions {
  readonly open: OpenSource;
  /** See `copyOnto`. */
  readonly beforeReadBack: () => Promise<void>;
}

/**
 * @param files of less than `SMALL_BYTES`, whose folders exist and which themselves don't.
 * @returns the SHA-256 of each, by its path.
 * @throws LifeboatError `volume-full`, `read-back-mismatch`.
 */
export async function putSmallFiles(
  files: readonly PlannedFile[],
  volume: WritableVolume,
  range: ByteRange,
  job: JobContext,
  { open, beforeReadBack }: PutSmallOptions,
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  const checksums: number[] = [];
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  const report = (text: typeof say.copyingSmall, bytes: number) => {
    doneBytes += bytes;
    job.report({ kind: "bytes", text: text(files.length), doneBytes, totalBytes });
  };
  for (const { source, path } of files) {
    job.signal.throwIfAborted();
    const { data, modified } = await readSource(source, open);
    hashes.set(path, createHash("sha256").update(data).digest("hex"));
    checksums.push(crc32(data));
    await volume.writeFile(path, data, modified);
    report(say.copyingSmall, data.length);
  }
  if (files.length === 0) return hashes;
  await range.flush();
  await beforeReadBack();
  doneBytes = 0;
  for (const [index, { path }] of files.entries()) {
    job.signal.throwIfAborted();
    const file = await volume.open(path);
    const data = await readBytes(file, 0, Math.min(file.size, SMALL_BYTES));
    if (crc32(data) !== checksums[index]) {
      throw new LifeboatError("read-back-mismatch", say.mismatch(path.slice(1), 0), {
        kind: "damaged",
        hint: say.mismatchHint(),
      });
    }
    report(say.readingBackSmall, data.length);
  }
  return hashes;
}

async function readSource(source: string, open: OpenSource) {
  const file = await open(source);
  try {
    const data = await readBytes(file, 0, Math.min(file.size, SMALL_BYTES));
    return { data, modified: await file.modified() };
  } finally {
    await file.close();
  }
}
