/** Puts one file onto the data partition: room first, then the bytes, read back, and only then a name. */
import type { ByteRange } from "../block/byte-range.ts";
import { rangeOfExtents } from "../block/concatenation.ts";
import { openFile } from "../block/file.ts";
import type { WritableVolume } from "../filesystems/volume.ts";
import type { JobContext } from "../system/progress.ts";
import type { PlannedFile } from "./build-plan.ts";
import { copyOnto } from "./copy.ts";

export interface PutOptions {
  /** An existing file of the same path is given up once the new one's bytes are proved. */
  readonly replace?: boolean;
  /** See `copyOnto`. */
  readonly beforeReadBack?: () => Promise<void>;
}

/**
 * @param range of the data partition that `volume` lies in.
 * @returns the SHA-256 of the file, in hex.
 * @throws LifeboatError `volume-full`, `read-back-mismatch`; whatever it throws, the stick's files are as they were.
 */
export async function putFile(
  file: PlannedFile,
  volume: WritableVolume,
  range: ByteRange,
  job: JobContext,
  options: PutOptions = {},
): Promise<string> {
  const source = await openFile(file.source);
  try {
    const reservation = await volume.reserve(source.size);
    try {
      const target = rangeOfExtents(range, reservation.extents);
      const { sha256 } = await copyOnto(
        source,
        target,
        file.path.slice(1),
        job,
        options.beforeReadBack,
      );
      job.signal.throwIfAborted();
      if (options.replace && (await volume.find(file.path)) !== undefined) {
        await volume.remove(file.path);
      }
      await reservation.commit(file.path, await source.modified());
      await range.flush();
      return sha256;
    } catch (error) {
      // The first error is the one to tell; a stick that was pulled out can't release anything.
      await reservation.release().catch(() => undefined);
      throw error;
    }
  } finally {
    await source.close();
  }
}
