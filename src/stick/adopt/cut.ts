/** Cutting the data's file system, rehearsed over memory: what is to be written is known, and checked, before anything is. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { OverlayRange } from "../../block/overlay.ts";
import { RecordingRange } from "../../block/recorder.ts";
import { SliceRange } from "../../block/slice.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { DataFileSystem } from "../layout.ts";
import { say } from "./messages.ts";
import { mistakesOf, shrinkVolume } from "./volume.ts";

/** Whole sectors, at a byte offset of the data partition. */
interface SectorWrite {
  readonly offset: number;
  readonly before: Buffer;
  readonly after: Buffer;
}

/** What a cut writes, in stages: each is on the medium before the next begins. */
export class VolumeCut {
  readonly #stages: readonly (readonly SectorWrite[])[];
  #begun = 0;

  constructor(stages: readonly (readonly SectorWrite[])[]) {
    this.#stages = stages;
  }

  /** In bytes of the data partition: all that is written. */
  get extents(): Extent[] {
    return this.#stages
      .flat()
      .map(({ offset, after }) => ({ start: offset, length: after.length }));
  }

  /**
   * Writes it to the real partition, each stage read back before the next.
   * @param beforeReadBack drops the medium's cache.
   * @throws LifeboatError `read-back-mismatch`; what writing throws.
   */
  async carryOut(range: ByteRange, beforeReadBack: () => Promise<void>): Promise<void> {
    for (const stage of this.#stages) {
      this.#begun++;
      for (const { offset, after } of stage) await range.write(offset, after);
      await range.flush();
      await beforeReadBack();
      for (const [index, write] of stage.entries()) {
        if (stage.slice(index + 1).some((later) => overlap(later, write))) continue;
        const found = await readBytes(range, write.offset, write.after.length);
        if (found.equals(write.after)) continue;
        throw new LifeboatError("read-back-mismatch", say.mismatch("data"), {
          kind: "damaged",
          hint: say.mismatchHint(),
        });
      }
    }
  }

  /** Brings back what was there, stage by stage in the reverse order. */
  async undo(range: ByteRange): Promise<void> {
    for (const stage of this.#stages.slice(0, this.#begun).toReversed()) {
      for (const { offset, before } of stage.toReversed()) await range.write(offset, before);
      await range.flush();
      this.#begun--;
    }
  }
}

/**
 * @param range the data partition as it is.
 * @param bytes the partition is to have.
 * @throws LifeboatError what the file system's own shrink throws; `adopt-dirty` where the smaller volume wouldn't be in order.
 */
export async function rehearseCut(
  fileSystem: DataFileSystem,
  range: ByteRange,
  bytes: number,
  job: JobContext,
): Promise<VolumeCut> {
  const memory = new OverlayRange(range);
  const recorder = new RecordingRange(memory);
  await shrinkVolume(fileSystem, recorder, bytes);
  const [wrong] = await mistakesOf(fileSystem, new SliceRange(memory, 0, bytes), job);
  if (wrong !== undefined) throw new LifeboatError("adopt-dirty", wrong, { kind: "refused" });
  // What each write finds is what the ones before it have left.
  const again = new OverlayRange(range);
  const stages: SectorWrite[][] = [[]];
  for (const event of recorder.log) {
    if (event.kind === "flush") {
      stages.push([]);
      continue;
    }
    const { offset, data: after } = event;
    const before = await readBytes(again, offset, after.length);
    await again.write(offset, after);
    stages.at(-1)?.push({ offset, before, after });
  }
  return new VolumeCut(stages.filter((stage) => stage.length > 0));
}

type Place = Pick<SectorWrite, "offset" | "after">;

function overlap(a: Place, b: Place): boolean {
  return a.offset < b.offset + b.after.length && b.offset < a.offset + a.after.length;
}
