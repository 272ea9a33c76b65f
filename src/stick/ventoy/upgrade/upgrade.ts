/**
 * `upgrade` of a Ventoy stick, carried out. Ventoy's partition has no room for two releases, so the stick can't start one of them at every
 * moment; instead it says at every moment what it is:
 *
 * 1. everything that will be written is saved to a file on this computer, and that is read again;
 * 2. one sector, the boot sector of Ventoy's partition, becomes the mark of an upgrade under way (mark.ts). Before it the stick is
 *    the old release, whole; from here on nothing starts it, and `verify` and `inspect` say why and what to do;
 * 3. the rest of the partition, the core image, the table's entry and the first sector are written, where they differ, and read back;
 *    with lifeboat's menu before Ventoy's, also what lies on its partition of the boot code;
 * 4. one sector, the partition's new boot sector, takes the mark's place: the stick is the new release, whole.
 *
 * Whatever fails is answered by bringing back what was saved, the marked sector last. After a power cut, `upgrade` once more brings
 * the new release, and `restore-boot` the old one.
 */
import type { ByteRange, Extent } from "../../../block/byte-range.ts";
import { GuardedRange } from "../../../block/guarded.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import type { Finding } from "../../../disks/finding.ts";
import { readGpt } from "../../../disks/gpt/read.ts";
import { writeGpt } from "../../../disks/gpt/write.ts";
import type { ReadableVolume } from "../../../filesystems/volume.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Text } from "../../../system/text.ts";
import { findBootPlaces } from "../../boot-backup/places.ts";
import { checkBackup, openBackup } from "../../boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../boot-backup/restore.ts";
import { saveBoot } from "../../boot-backup/save.ts";
import { readWhole } from "../../esp/files.ts";
import { sameJson } from "../../manifest.ts";
import { openChainEsp } from "../chain/facts.ts";
import { encodeMark } from "../mark.ts";
import { isThere, sameTable, writeDiffering } from "../write.ts";
import { PART_NAMES, restoreCommand, say } from "./messages.ts";
import type { StagePart, VentoyStage } from "./new-stage.ts";
import type { PreparedVentoyUpgrade } from "./plan.ts";

export interface VentoyUpgradeTools {
  /** lifeboat's, for the saved file. */
  readonly version: string;
  readonly now: Date;
  /** Where what starts the stick is saved. */
  readonly backupFile: string;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
}

export interface VentoyUpgradeResult {
  /** False: nothing at all was written. */
  readonly changed: boolean;
  /** What the stick had before; null where nothing was written. */
  readonly savedTo: string | null;
}

/**
 * @param disk that the upgrade was planned for, open for writing.
 * @throws LifeboatError `not-allowed-here` (refused, with nothing written); what failed, with the old release brought back; `upgrade-not-undone` where that failed too.
 */
export async function upgradeVentoy(
  disk: ByteRange,
  prepared: PreparedVentoyUpgrade,
  tools: VentoyUpgradeTools,
  job: JobContext,
): Promise<VentoyUpgradeResult> {
  const { plan } = prepared;
  if (plan.upToDate) return { changed: false, savedTo: null };
  const { backupFile, version, now } = tools;
  const path = plan.target;
  const { places } = await findBootPlaces(disk, path);
  const guarded = new GuardedRange(disk, places, path);
  for (const { start, length } of extentsOf(prepared)) guarded.refuseOutside(start, length);
  await saveBoot(disk, path, backupFile, { version, now }, job);
  await checkBackup(backupFile, job.signal);
  const text = say.saved(backupFile, restoreCommand(path, backupFile));
  job.report({ kind: "note", level: "info", text });

  try {
    await carryOut(guarded, prepared, tools, job);
    return { changed: true, savedTo: backupFile };
  } catch (error) {
    if (!guarded.written) throw error;
    throw await undo(error, disk, prepared, tools, job);
  }
}

/** What is written, as the plan has it; but for the table, which is written where it is read. */
function extentsOf({ survey, stage }: PreparedVentoyUpgrade): Extent[] {
  return [
    { start: survey.esp.startLba * VENTOY_SECTOR, length: stage.esp.length },
    { start: stage.coreLba * VENTOY_SECTOR, length: stage.core.length },
    { start: 0, length: stage.bootSector.length },
  ];
}

async function carryOut(
  disk: GuardedRange,
  { plan, survey, stage }: PreparedVentoyUpgrade,
  { backupFile, now, beforeReadBack }: VentoyUpgradeTools,
  job: JobContext,
): Promise<void> {
  const espStart = survey.esp.startLba * VENTOY_SECTOR;
  const coreStart = stage.coreLba * VENTOY_SECTOR;
  const gptBefore = survey.scheme === "gpt" ? await readGpt(disk) : undefined;
  const mark = encodeMark({
    from: plan.versions.before ?? "",
    to: plan.versions.after,
    secureBoot: plan.secureBoot.after,
    // Of an upgrade that was cut short: its file has the old release, whole.
    backup: plan.interrupted?.backup || backupFile,
    started: now.toISOString(),
  });
  job.signal.throwIfAborted();
  await disk.write(espStart, mark);
  await disk.flush();
  await beforeReadBack();
  await readBack(disk, espStart, mark, "efi-partition");

  const behindMark = stage.esp.subarray(VENTOY_SECTOR);
  const totalBytes = behindMark.length + stage.core.length;
  let doneBytes = 0;
  const progress = (bytes: number) => {
    doneBytes += bytes;
    job.report({ kind: "bytes", text: say.writing(), doneBytes, totalBytes });
    job.signal.throwIfAborted();
  };
  await writeDiffering(disk, espStart + VENTOY_SECTOR, behindMark, progress);
  await writeDiffering(disk, coreStart, stage.core, progress);
  await disk.flush();
  if (stage.table !== undefined) await writeGpt(disk, stage.table, { mbr: "keep" });
  if (survey.chain !== undefined && stage.handOver.length > 0) {
    const own = await openChainEsp(disk, survey.chain.esp);
    await own.switchTrees({ put: stage.handOver, remove: [] }, async (after) => {
      await checkFiles(after, stage);
    });
  }
  await writeDiffering(disk, 0, stage.bootSector);
  await disk.flush();

  job.report({ kind: "step", text: say.checking() });
  await beforeReadBack();
  await readBack(disk, espStart + VENTOY_SECTOR, behindMark, "efi-partition");
  await readBack(disk, coreStart, stage.core, "core-image");
  await readBack(disk, 0, stage.bootSector, "boot-code");
  if (survey.chain !== undefined) {
    await checkFiles(await openChainEsp(disk, survey.chain.esp), stage);
  }
  if (gptBefore !== undefined) {
    // The core image begins where it ends: a medium that writes beside it, too, is found out.
    const { table, findings } = await readGpt(disk);
    const wanted = stage.table ?? gptBefore.table;
    const allowed = stage.table === undefined ? gptBefore.findings : [];
    const isRight = sameJson(codesOf(findings), codesOf(allowed)) && sameTable(table, wanted);
    if (!isRight) throw mismatch("partition-table");
  }

  // From here on it is a matter of one sector: who cancels now has it either way.
  job.signal.throwIfAborted();
  job.report({ kind: "step", text: say.switching() });
  const bootSector = stage.esp.subarray(0, VENTOY_SECTOR);
  await disk.write(espStart, bootSector);
  await disk.flush();
  await beforeReadBack();
  await readBack(disk, espStart, bootSector, "efi-partition");
}

/** @throws LifeboatError `read-back-mismatch`. */
async function checkFiles(volume: ReadableVolume, { handOver }: VentoyStage): Promise<void> {
  for (const { path, data } of handOver) {
    if ((await readWhole(volume, path))?.equals(data) !== true) throw mismatch("hand-over");
  }
}

function codesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code }) => code);
}

/** @throws LifeboatError `read-back-mismatch`. */
async function readBack(
  disk: ByteRange,
  start: number,
  wanted: Buffer,
  part: StagePart,
): Promise<void> {
  if (!(await isThere(disk, start, wanted))) throw mismatch(part);
}

function mismatch(part: StagePart): LifeboatError {
  return new LifeboatError("read-back-mismatch", say.mismatch(PART_NAMES[part]), {
    kind: "damaged",
    hint: say.mismatchHint(),
  });
}

/** Brings back what was saved; the error to throw then. Isn't cancelled by what cancelled the upgrade. */
async function undo(
  error: unknown,
  disk: ByteRange,
  { plan }: PreparedVentoyUpgrade,
  { backupFile, beforeReadBack }: VentoyUpgradeTools,
  { report }: JobContext,
): Promise<unknown> {
  const path = plan.target;
  const job = { report, signal: new AbortController().signal };
  const reason = error instanceof LifeboatError ? error : undefined;
  const text = textOf(error);
  // What was saved of a half-written stick is half-written too: the first run's file is the way back.
  const whole = plan.interrupted?.backup || backupFile;
  const command = restoreCommand(path, whole);
  if (reason?.code === "device-gone") {
    const hint = say.goneHint(path, plan.archive, command);
    return new LifeboatError(reason.code, say.gone(text), { hint, cause: error });
  }
  report({ kind: "step", text: say.undoing() });
  try {
    const backup = await openBackup(backupFile);
    try {
      const restore = await planRestore(backup, disk, path, { otherDisk: false }, job);
      await restoreBoot(restore, backup, disk, beforeReadBack, job);
    } finally {
      await backup.close();
    }
  } catch (second) {
    return new LifeboatError("upgrade-not-undone", say.notUndone(text, textOf(second), path), {
      kind: "damaged",
      hint: say.notUndoneHint(path, plan.archive, command),
      cause: error,
    });
  }
  const kind = reason?.kind ?? "failed";
  if (plan.interrupted !== null) {
    return new LifeboatError(reason?.code ?? "unexpected", say.stillInterrupted(text, path), {
      kind,
      hint: say.notUndoneHint(path, plan.archive, command),
      cause: error,
    });
  }
  return new LifeboatError(reason?.code ?? "unexpected", say.undone(text, path), {
    kind,
    ...(reason?.hint === undefined ? {} : { hint: reason.hint }),
    cause: error,
  });
}

function textOf(error: unknown): Text {
  if (error instanceof LifeboatError) return error.text;
  const message = error instanceof Error ? error.message : String(error);
  return { en: message, zh: message };
}
