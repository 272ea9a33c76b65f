/** `backup-boot` and `restore-boot` on what a command line names. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openTarget } from "../../block/device.ts";
import { isDevice } from "../../block/file.ts";
import type { SafetyOptions } from "../../disks/safety.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { sameJson } from "../manifest.ts";
import type { OpenedTarget, Target } from "../target.ts";
import { dropCaches, examineTarget, openPlanned } from "../target.ts";
import type { BackupHeader } from "./header.ts";
import { say } from "./messages.ts";
import type { BootBackup } from "./read.ts";
import { openBackup } from "./read.ts";
import type { RestoreOptions, RestorePlan } from "./restore.ts";
import { planRestore, restoreBoot } from "./restore.ts";
import type { SaveOptions, SavedBoot } from "./save.ts";
import { backupPathFor, saveBoot } from "./save.ts";

/** @param output undefined: beside an image, in the user's own folder for a device. */
export async function saveBootOf(
  path: string,
  output: string | undefined,
  options: SaveOptions,
  job: JobContext,
): Promise<SavedBoot> {
  const disk = await openTarget(path);
  try {
    const kind = (await isDevice(path)) ? "device" : "image";
    const file = output ?? backupPathFor(path, kind, options.now);
    return await saveBoot(disk, path, file, options, job);
  } finally {
    await disk.close();
  }
}

/** What was shown, to be carried out later: plain data. */
export interface ShownRestore {
  readonly plan: RestorePlan;
  /** As it was looked at: no other one is written. */
  readonly target: Target;
  /** Of the file. */
  readonly header: BackupHeader;
}

/** File and target, held open from the plan to its end. */
export interface PlannedRestore extends ShownRestore {
  /** Carries it out; returns how many bytes differed and were written. */
  readonly execute: (job: JobContext) => Promise<number>;
}

/**
 * Plans with the target open for reading, and hands the plan to `use`, which may carry it out.
 * @throws LifeboatError what `planRestore` and the safety rules throw, before `use`.
 */
export async function restoreBootOf<T>(
  path: string,
  file: string,
  options: RestoreOptions & SafetyOptions,
  run: Run,
  job: JobContext,
  use: (planned: PlannedRestore) => Promise<T>,
): Promise<T> {
  const target = await examineTarget(path, undefined, options, run);
  const backup = await openBackup(file);
  try {
    const plan = await planned(target, backup, options, job);
    const { header } = backup;
    const execute = async (job: JobContext) => carryOut({ plan, target, header }, backup, run, job);
    return await use({ plan, target, header, execute });
  } finally {
    await backup.close();
  }
}

/**
 * Carries out what was shown some time ago, on the disk and from the file that were looked at then.
 * @returns how many bytes differed and were written.
 * @throws LifeboatError `identity-changed`, `plan-changed` (refused); what `planRestore` and writing throw.
 */
export async function restoreAsShown(
  shown: ShownRestore,
  run: Run,
  job: JobContext,
): Promise<number> {
  const backup = await openBackup(shown.plan.file);
  try {
    return await carryOut(shown, backup, run, job);
  } finally {
    await backup.close();
  }
}

async function planned(
  target: Target,
  backup: BootBackup,
  options: RestoreOptions,
  job: JobContext,
): Promise<RestorePlan> {
  const { path, sizeBytes, sectorSize } = target;
  const disk = await openTarget(path, { sizeBytes, sectorSize });
  try {
    return await planRestore(backup, disk, path, options, job);
  } finally {
    await disk.close();
  }
}

/** Planned once more on the disk that is held now: it may have changed while somebody was asked. */
async function carryOut(
  { plan: shown, target, header }: ShownRestore,
  backup: BootBackup,
  run: Run,
  job: JobContext,
): Promise<number> {
  const opened: OpenedTarget = await openPlanned(target, run, job, true);
  try {
    const disk: ByteRange = opened.disk;
    // What tells against it was agreed to before; whether it is still the same is compared.
    const plan = await planRestore(backup, disk, target.path, { otherDisk: true }, job);
    if (!sameJson(plan, shown) || !sameJson(backup.header, header)) {
      throw new LifeboatError("plan-changed", say.planChanged(target.path), {
        kind: "refused",
        hint: say.planChangedHint(),
      });
    }
    const dropped = async () => dropCaches(opened.path, run);
    const written = await restoreBoot(plan, backup, disk, dropped, job);
    await opened.finish();
    return written;
  } catch (error) {
    await opened.abandon().catch(() => undefined);
    throw error;
  }
}
