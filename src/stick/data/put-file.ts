/** Puts one file onto the data partition: room first, then the bytes, read back, and only then a name. */
import { posix } from "node:path";
import type { ByteRange } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { openFile } from "../../block/file.ts";
import type { WritableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "../build/messages.ts";
import type { PlannedFile } from "../build/plan.ts";
import type { CopyOptions } from "./copy.ts";
import { copyOnto } from "./copy.ts";
import type { OpenSource } from "./source-file.ts";

export interface PutOptions extends CopyOptions {
  /**
   * An existing file of the same path is given up once the new one's bytes are proved. No volume can rename, so the old name
   * goes before the new one comes: cut between these two writes, the stick has neither file.
   */
  readonly replace?: boolean;
  /** Default: the source is a path on this computer. */
  readonly open?: OpenSource;
  /** Called once the bytes are on the medium and proved, before they get a name: what it throws keeps them from it. */
  readonly accept?: (sha256: string) => void;
}

/**
 * @param range of the data partition that `volume` lies in.
 * @returns the SHA-256 of the file, in hex.
 * @throws LifeboatError `volume-full`, `read-back-mismatch`, `not-replaceable`. The stick's files are then as
 * they were, with one exception: where the old file was removed and the new one can't be given its name, the error says that
 * both are missing.
 */
export async function putFile(
  file: PlannedFile,
  volume: WritableVolume,
  range: ByteRange,
  job: JobContext,
  options: PutOptions = {},
): Promise<string> {
  const source = await (options.open ?? openFile)(file.source);
  try {
    if (options.replace) await checkReplaceable(file.path, volume);
    const reservation = await volume.reserve(source.size);
    try {
      const target = rangeOfExtents(range, reservation.extents);
      const { sha256 } = await copyOnto(source, target, file.path.slice(1), job, options);
      options.accept?.(sha256);
      job.signal.throwIfAborted();
      const modified = await source.modified();
      const replaced = options.replace === true && (await volume.find(file.path)) !== undefined;
      if (replaced) {
        await checkReplaceable(file.path, volume);
        // The new bytes are on the medium before the old ones are given up.
        await range.flush();
        await volume.remove(file.path);
      }
      await reservation.commit(file.path, modified).catch((error: unknown) => {
        throw replaced ? withLoss(file.path, error) : error;
      });
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

/** All that can keep a commit from taking an old file's place and can be known before the old one goes. */
async function checkReplaceable(path: string, volume: WritableVolume): Promise<void> {
  const old = await volume.find(path);
  const name = posix.basename(path);
  if ((old !== undefined && old.kind !== "file") || volume.storableName(name) !== name) {
    throw new LifeboatError("not-replaceable", say.notReplaceable(path), { kind: "usage" });
  }
}

function withLoss(path: string, error: unknown): unknown {
  if (!(error instanceof LifeboatError)) return error;
  const { code, kind } = error;
  return new LifeboatError(code, say.replacedLost(error.text, path), {
    kind,
    hint: say.replacedLostHint(),
    cause: error,
  });
}
