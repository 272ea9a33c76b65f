/** What a new stick's data partition is filled with: files of this computer here; those of another stick in clone/content.ts. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openFile } from "../../block/file.ts";
import type { WritableVolume } from "../../filesystems/volume.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { KnownHashes } from "../data/collect.ts";
import type { PutOptions } from "../data/put-file.ts";
import { putFile } from "../data/put-file.ts";
import type { SlotContents } from "../menu/slots.ts";
import { exampleSettings, putSettings } from "../settings/file.ts";
import { say } from "./messages.ts";
import type { BuildPlan, PlannedFile } from "./plan.ts";

export interface StickContent {
  /** Looks whether all is there and as it was planned; called before the first write. */
  check(): Promise<void>;
  /**
   * Fills the empty volume.
   * @param range of the data partition that `volume` lies in.
   * @returns the SHA-256 that the menu is to know of a file, by path.
   */
  put(
    volume: WritableVolume,
    range: ByteRange,
    job: JobContext,
    beforeReadBack: () => Promise<void>,
  ): Promise<KnownHashes>;
  /** A menu whose settings and compiled recipes hold for the new one. */
  readonly before?: SlotContents;
  /** Looks whether the source is still what it was at first; called when all but the partition table is written. */
  checkAgain?(): Promise<void>;
}

/** The plan's files, and the example settings. */
export function plannedContent(
  plan: BuildPlan,
  now: Date,
  options: Omit<PutOptions, "beforeReadBack"> = {},
): StickContent {
  return {
    async check() {
      for (const file of plan.files) await checkSource(file);
    },
    async put(volume, range, job, beforeReadBack) {
      const hashes = new Map<string, string>();
      for (const file of plan.files) {
        const all = { ...options, beforeReadBack };
        hashes.set(file.path, await putFile(file, volume, range, job, all));
      }
      await putSettings(volume, Buffer.from(await exampleSettings(plan.language)), now);
      return hashes;
    },
  };
}

/** That it can be read, and is still what there was found to be room for. @throws LifeboatError `open-failed`, `source-changed`. */
export async function checkSource({ source, sizeBytes }: PlannedFile): Promise<void> {
  const file = await openFile(source);
  await file.close();
  if (file.size === sizeBytes) return;
  throw new LifeboatError("source-changed", say.sourceChanged(source), {
    kind: "usage",
    hint: say.sourceChangedHint(),
  });
}
