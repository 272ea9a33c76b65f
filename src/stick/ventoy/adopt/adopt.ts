/**
 * `adopt --ventoy`, carried out. The data partition isn't written at all. Ventoy's partition lies where lifeboat's EFI system partition
 * begins, so neither can start the stick at every moment; instead it says at every moment what it is (mark.ts):
 *
 * 1. everything that starts the stick, and all that will be overwritten, is saved to a file on this computer, and that is read again;
 * 2. the boot sector of the old EFI system partition becomes the mark, and so does that of Ventoy's partition to be, in most cases the
 *    same one. Before it the stick is lifeboat's, whole; from here on nothing starts it, and `inspect` and `verify` say why;
 * 3. the rest of Ventoy's partition, its core image, the first sector and the partition table are written, where they differ, and
 *    read back;
 * 4. one sector, the boot sector of Ventoy's partition, takes the mark's place: the stick is Ventoy's, whole.
 *
 * Whatever fails is answered by bringing back what was saved. After a power cut, the same command brings it to its end, and
 * `restore-boot` the lifeboat stick back.
 */
import { open } from "node:fs/promises";
import type { ByteRange } from "../../../block/byte-range.ts";
import { GuardedRange } from "../../../block/guarded.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import { readGpt } from "../../../disks/gpt/read.ts";
import { writeGpt } from "../../../disks/gpt/write.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import { checkBackup } from "../../boot-backup/read.ts";
import { saveBoot } from "../../boot-backup/save.ts";
import { refuseNonStandard } from "../install/standard.ts";
import { MARK_BYTES, encodeMark } from "../mark.ts";
import { PART_NAMES, restoreCommand } from "../upgrade/messages.ts";
import type { StagePart } from "../upgrade/new-stage.ts";
import { isThere, sameTable, writeDiffering } from "../write.ts";
import { say } from "./messages.ts";
import type { PreparedVentoyAdoption } from "./plan.ts";
import type { AdoptionStage } from "./stage.ts";
import { undoVentoyAdoption } from "./undo.ts";

export interface VentoyAdoptTools {
  /** lifeboat's, for the saved file. */
  readonly version: string;
  readonly now: Date;
  /** Where what starts the stick is saved. */
  readonly backupFile: string;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
}

export interface VentoyAdoptResult {
  readonly savedTo: string;
  /** The ventoy.json that the stick's settings come to; null where they come to none. */
  readonly ventoyJsonTo: string | null;
}

/**
 * @param disk that it was planned for, open for writing.
 * @throws LifeboatError `backup-exists`, `backup-failed` with nothing written; what failed, with the lifeboat stick brought back;
 * `adopt-not-undone` where that failed too.
 */
export async function adoptToVentoy(
  disk: ByteRange,
  prepared: PreparedVentoyAdoption,
  tools: VentoyAdoptTools,
  job: JobContext,
): Promise<VentoyAdoptResult> {
  const { plan, stage, json } = prepared;
  const { backupFile, version, now } = tools;
  const { path } = plan.target;
  const guarded = new GuardedRange(disk, stage.extents, path);
  await saveBoot(disk, path, backupFile, { version, now, whole: stage.extents }, job);
  await checkBackup(backupFile, job.signal);
  const text = say.saved(backupFile, restoreCommand(path, backupFile));
  job.report({ kind: "note", level: "info", text });
  const ventoyJsonTo =
    json === undefined ? null : await saveJson(`${backupFile}.ventoy.json`, json);
  if (ventoyJsonTo !== null) {
    job.report({ kind: "note", level: "info", text: say.jsonSaved(ventoyJsonTo) });
  }
  try {
    await carryOut(guarded, prepared, tools, job);
    return { savedTo: backupFile, ventoyJsonTo };
  } catch (error) {
    if (!guarded.written) throw error;
    throw await undoVentoyAdoption(error, disk, plan, tools, job);
  }
}

/** Never over a file that is there. */
async function saveJson(file: string, text: string): Promise<string> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    return file;
  } catch (cause) {
    const { outputFailed } = (await import("../../boot-backup/messages.ts")).say;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LifeboatError("backup-failed", outputFailed(file, reason), { cause });
  }
}

async function carryOut(
  disk: GuardedRange,
  { plan, stage }: PreparedVentoyAdoption,
  { backupFile, now, beforeReadBack }: VentoyAdoptTools,
  job: JobContext,
): Promise<void> {
  const { core, bootSector, table, marksAt } = stage;
  const efiStart = stage.efi.startLba * VENTOY_SECTOR;
  const coreStart = stage.coreLba * VENTOY_SECTOR;
  const { interrupted, earlierBackup } = plan;
  const mark = encodeMark({
    from: "",
    to: plan.release.version,
    secureBoot: plan.secureBoot,
    // Of a run that was cut short: its file has the lifeboat stick, whole.
    backup: interrupted?.backup || earlierBackup || backupFile,
    started: now.toISOString(),
    was: "lifeboat",
  });
  job.signal.throwIfAborted();
  // Ventoy's own first: where it isn't the other one, nobody looks at it yet.
  for (const at of marksAt) {
    await disk.write(efiStart + at, mark);
    await disk.flush();
  }
  await beforeReadBack();
  for (const at of marksAt) await readBack(disk, efiStart + at, mark, "efi-partition");

  const pieces = piecesBetween(stage);
  const totalBytes = stage.image.length + core.length;
  let doneBytes = 0;
  const progress = (bytes: number) => {
    doneBytes += bytes;
    job.report({ kind: "bytes", text: say.writing(), doneBytes, totalBytes });
    job.signal.throwIfAborted();
  };
  for (const { at, bytes } of pieces) await writeDiffering(disk, efiStart + at, bytes, progress);
  await writeDiffering(disk, coreStart, core, progress);
  await disk.flush();
  await writeDiffering(disk, 0, bootSector);
  await disk.flush();
  if (table !== undefined) await writeGpt(disk, table, { mbr: "keep" });

  job.report({ kind: "step", text: say.checking() });
  await beforeReadBack();
  for (const { at, bytes } of pieces) await readBack(disk, efiStart + at, bytes, "efi-partition");
  await readBack(disk, coreStart, core, "core-image");
  await readBack(disk, 0, bootSector, "boot-code");
  if (table !== undefined) {
    const found = await readGpt(disk);
    if (found.findings.length > 0 || !sameTable(found.table, table)) {
      throw mismatch("partition-table");
    }
  }

  // From here on it is a matter of one sector, or two: who cancels now has it either way.
  job.signal.throwIfAborted();
  job.report({ kind: "step", text: say.switching() });
  for (const at of marksAt.toReversed()) {
    const sector = stage.image.subarray(at, at + MARK_BYTES);
    await disk.write(efiStart + at, sector);
    await disk.flush();
    await beforeReadBack();
    await readBack(disk, efiStart + at, sector, "efi-partition");
  }
  await refuseNonStandard(disk);
}

/** Ventoy's partition without the sectors where the mark stands. */
function piecesBetween({ image, marksAt }: AdoptionStage) {
  const sorted = marksAt.toSorted((a, b) => a - b);
  return sorted.map((at, index) => {
    const from = at + MARK_BYTES;
    return { at: from, bytes: image.subarray(from, sorted[index + 1] ?? image.length) };
  });
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
