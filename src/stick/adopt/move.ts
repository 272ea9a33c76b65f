/** Files that lie where the boot partition has to be, moved within their file system while the stick is still the old one. */
import type { ByteRange } from "../../block/byte-range.ts";
import { GuardedRange } from "../../block/guarded.ts";
import { relocateExfat } from "../../filesystems/exfat/index.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { rangeOf } from "../data/volume.ts";
import { partitionOf } from "../layout.ts";
import { say } from "./messages.ts";
import type { AdoptPlan } from "./plan.ts";

/**
 * exFAT only, as the plan has it. Each file is copied, read back, and then named by its new place.
 * @param beforeReadBack drops the medium's cache.
 * @throws LifeboatError what failed; every file is whole then, and the stick the old one.
 */
export async function moveFiles(
  plan: AdoptPlan,
  disk: ByteRange,
  beforeReadBack: () => Promise<void>,
  job: JobContext,
): Promise<void> {
  const { startLba, sectors } = partitionOf(plan.layout, "data");
  const { sectorSize } = disk;
  const { path } = plan.target;
  const start = startLba * sectorSize;
  const length = plan.data.sectorsBefore * sectorSize;
  const guarded = new GuardedRange(disk, [{ start, length }], path);
  const range = rangeOf({ disk: guarded, path, startLba, sectors: plan.data.sectorsBefore });
  const totalBytes = plan.moves.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  const progress = (bytes: number) => {
    doneBytes = Math.min(totalBytes, doneBytes + bytes);
    job.report({ kind: "bytes", text: say.moving(), doneBytes, totalBytes });
  };
  const hooks = { signal: job.signal, beforeReadBack, progress };
  try {
    await relocateExfat(range, sectors * sectorSize, plan.moves, hooks);
  } catch (error) {
    if (!guarded.written || !(error instanceof LifeboatError)) throw error;
    const { code, kind, hint } = error;
    throw new LifeboatError(code, say.movedSome(error.text, path), {
      kind,
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
