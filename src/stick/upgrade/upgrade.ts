/**
 * `upgrade`, carried out. The data partition isn't written, and at any power cut the stick has a whole boot stage, the old one or
 * the new one:
 *
 * 1. everything is saved to a file on this computer;
 * 2. the new core image goes into the gap beside the old one, which the boot code still names;
 * 3. the new files go into free clusters of the ESP, with copies of the directories that they lie in; nothing leads to them;
 * 4. all of that is read back from the medium and compared;
 * 5. one sector makes the BIOS start the new core image: the first one of the disk;
 * 6. one sector makes all files of the ESP the new ones, `stick.json` and the menu among them: that of the root directory.
 *
 * Between 5 and 6 a BIOS starts the new core image with the old menu, which newer GRUBs read. Whatever fails is answered by
 * bringing back what was saved.
 */
import {
  BOOT_CODE_BYTES,
  checkBiosStage,
  writeBiosCore,
  writeBootCode,
} from "../../boot/bios-stage.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { GuardedRange } from "../../block/guarded.ts";
import { sha256Of } from "../../boot/kit/kit.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { commandLine } from "../../system/command-line.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { checkBackup, openBackup } from "../boot-backup/read.ts";
import { planRestore, restoreBoot } from "../boot-backup/restore.ts";
import { saveBoot } from "../boot-backup/save.ts";
import { readWhole } from "../esp/files.ts";
import { MANIFEST_PATH, encodeJson } from "../manifest.ts";
import type { RefreshResult, RefreshTools } from "../refresh.ts";
import { refreshStick } from "../refresh.ts";
import type { Stick } from "../stick.ts";
import { openEsp, recogniseStick } from "../stick.ts";
import { say } from "./messages.ts";
import type { PreparedUpgrade } from "./plan.ts";

export interface UpgradeTools extends RefreshTools {
  readonly version: string;
  readonly now: Date;
  /** Where the old boot stage is saved. */
  readonly backupFile: string;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
}

export interface UpgradeResult {
  /** False: nothing at all was written. */
  readonly changed: boolean;
  /** The old boot stage; null where nothing was written. */
  readonly savedTo: string | null;
  /** What the refresh that follows has done; null where there was none, or it failed and the menu is as it was. */
  readonly refresh: RefreshResult | null;
}

/**
 * @param stick that the upgrade was planned for, open for writing; to be opened anew afterwards.
 * @throws LifeboatError what failed, with the old boot stage brought back; `upgrade-not-undone` where that failed too.
 */
export async function upgradeStick(
  stick: Stick,
  prepared: PreparedUpgrade,
  tools: UpgradeTools,
  job: JobContext,
): Promise<UpgradeResult> {
  if (prepared.plan.upToDate) return { changed: false, savedTo: null, refresh: null };
  const { disk, path } = stick;
  const { backupFile, version, now } = tools;
  await saveBoot(disk, path, backupFile, { version, now }, job);
  await checkBackup(backupFile, job.signal);
  const text = say.saved(backupFile, restoreCommand(path, backupFile));
  job.report({ kind: "note", level: "info", text });

  const guarded = new GuardedRange(disk, prepared.places.places, path);
  try {
    await carryOut(guarded, prepared, tools, job);
    const refresh = await refreshAfter(guarded, path, tools, job);
    return { changed: true, savedTo: backupFile, refresh };
  } catch (error) {
    if (!guarded.written) throw error;
    throw await undo(error, disk, path, tools, job);
  }
}

async function carryOut(
  disk: ByteRange,
  prepared: PreparedUpgrade,
  tools: UpgradeTools,
  job: JobContext,
): Promise<void> {
  const { bios, plan, put, remove } = prepared;
  job.report({ kind: "step", text: say.writing() });
  const esp = await openEsp(disk);
  if (bios !== undefined && plan.bios !== null) {
    await writeBiosCore(disk, bios);
    await disk.flush();
  }
  await esp.switchTrees({ put, remove }, async (after) => {
    job.signal.throwIfAborted();
    job.report({ kind: "step", text: say.checking() });
    await tools.beforeReadBack();
    await checkFiles(after, prepared);
    if (bios !== undefined && plan.bios !== null) {
      const [wrong] = (await checkBiosStage(disk, bios)).filter((part) => part !== "boot-code");
      if (wrong !== undefined) throw mismatch(wrong);
    }
    // From here on it is a matter of two sectors: who cancels now has it either way.
    job.report({ kind: "step", text: say.switching() });
    if (bios !== undefined && plan.bios !== null) {
      await writeBootCode(disk, bios);
      await disk.flush();
      await tools.beforeReadBack();
      const code = await readBytes(disk, 0, BOOT_CODE_BYTES);
      if (!code.equals(bios.bootCode)) throw mismatch("boot-code");
    }
  });
  await disk.flush();
  await tools.beforeReadBack();
  await checkFiles(await openEsp(disk), prepared);
}

/** Every file of the new stage, those that were there already among them. @throws LifeboatError `read-back-mismatch`. */
async function checkFiles(esp: ReadableVolume, { manifest, put, remove }: PreparedUpgrade) {
  const expected = new Map(Object.entries(manifest.bootStage.files));
  for (const { path, data } of put) expected.set(path, sha256Of(data));
  expected.set(MANIFEST_PATH, sha256Of(encodeJson(manifest)));
  for (const [path, sha256] of expected) {
    const data = await readWhole(esp, path);
    if (data === undefined || sha256Of(data) !== sha256) throw mismatch(path);
  }
  for (const path of remove) {
    if ((await esp.find(path)) !== undefined) throw mismatch(path);
  }
}

/** What this lifeboat knows of ISOs that the one before didn't. */
async function refreshAfter(
  disk: ByteRange,
  path: string,
  tools: UpgradeTools,
  job: JobContext,
): Promise<RefreshResult | null> {
  try {
    return await refreshStick(await recogniseStick(disk, path), tools, job);
  } catch (error) {
    // A data partition that is damaged, or whose file system wants a program that isn't there, was so before.
    const before =
      error instanceof LifeboatError &&
      (error.kind === "damaged" || error.kind === "missing") &&
      error.code !== "read-back-mismatch";
    if (!before) throw error;
    job.report({ kind: "note", level: "warning", text: say.notRefreshed(error.text) });
    return null;
  }
}

/** Brings back what was saved; the error to throw then. Isn't cancelled by what cancelled the upgrade. */
async function undo(
  error: unknown,
  disk: ByteRange,
  path: string,
  { backupFile, beforeReadBack }: UpgradeTools,
  { report }: JobContext,
): Promise<unknown> {
  const job = { report, signal: new AbortController().signal };
  const reason = error instanceof LifeboatError ? error : undefined;
  const text = reason?.text ?? textOf(error);
  if (reason?.code === "device-gone") {
    return new LifeboatError(reason.code, say.goneWhileUpgraded(text), {
      hint: say.goneWhileUpgradedHint(restoreCommand(path, backupFile)),
      cause: error,
    });
  }
  report({ kind: "step", text: say.undoing() });
  try {
    const backup = await openBackup(backupFile);
    try {
      const plan = await planRestore(backup, disk, path, { otherDisk: false }, job);
      await restoreBoot(plan, backup, disk, beforeReadBack, job);
    } finally {
      await backup.close();
    }
  } catch (second) {
    const why = second instanceof LifeboatError ? second.text : textOf(second);
    return new LifeboatError("upgrade-not-undone", say.notUndone(text, why, path), {
      kind: "damaged",
      hint: say.notUndoneHint(restoreCommand(path, backupFile)),
      cause: error,
    });
  }
  return new LifeboatError(reason?.code ?? "unexpected", say.undone(text, path), {
    kind: reason?.kind ?? "failed",
    ...(reason?.hint === undefined ? {} : { hint: reason.hint }),
    cause: error,
  });
}

function textOf(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return { en: message, zh: message };
}

function restoreCommand(path: string, file: string): string {
  return commandLine(["lifeboat", "restore-boot", path, file]);
}

function mismatch(what: string): LifeboatError {
  return new LifeboatError("read-back-mismatch", say.mismatch(what), {
    kind: "damaged",
    hint: say.mismatchHint(),
  });
}
