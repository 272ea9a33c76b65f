/** The way back from making a lifeboat stick Ventoy's, where that failed: everything out of the saved file. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Text } from "../../../system/text.ts";
import { openBackup } from "../../boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../boot-backup/restore.ts";
import { adoptCommand, restoreCommand } from "../upgrade/messages.ts";
import { say } from "./messages.ts";
import type { VentoyAdoptPlan } from "./plan.ts";

interface UndoTools {
  readonly backupFile: string;
  readonly beforeReadBack: () => Promise<void>;
}

/** Brings it back; the error to throw then. Isn't cancelled by what cancelled the job. */
export async function undoVentoyAdoption(
  error: unknown,
  disk: ByteRange,
  plan: VentoyAdoptPlan,
  { backupFile, beforeReadBack }: UndoTools,
  { report }: JobContext,
): Promise<unknown> {
  const { path } = plan.target;
  const job = { report, signal: new AbortController().signal };
  const reason = error instanceof LifeboatError ? error : undefined;
  const text = textOf(error);
  // What was saved of a half-made stick is half-made too: the first run's file is the way back.
  const whole = plan.interrupted?.backup || plan.earlierBackup || backupFile;
  const hint = say.waysOn(adoptCommand(path, plan.release.archive), restoreCommand(path, whole));
  if (reason?.code === "device-gone") {
    return new LifeboatError(reason.code, say.gone(text), { hint, cause: error });
  }
  report({ kind: "step", text: say.undoing() });
  try {
    const backup = await openBackup(backupFile);
    try {
      // It is this disk, whatever a half-written table says.
      const restore = await planRestore(backup, disk, path, { otherDisk: true }, job);
      await restoreBoot(restore, backup, disk, beforeReadBack, job);
    } finally {
      await backup.close();
    }
  } catch (second) {
    return new LifeboatError("adopt-not-undone", say.notUndone(text, textOf(second), path), {
      kind: "damaged",
      hint,
      cause: error,
    });
  }
  const about = { kind: reason?.kind ?? "failed", cause: error } as const;
  const code = reason?.code ?? "unexpected";
  if (plan.interrupted !== null) {
    return new LifeboatError(code, say.stillInterrupted(text, path), { ...about, hint });
  }
  return new LifeboatError(code, say.undone(text, path), {
    ...about,
    ...(reason?.hint === undefined ? {} : { hint: reason.hint }),
  });
}

function textOf(error: unknown): Text {
  if (error instanceof LifeboatError) return error.text;
  const message = error instanceof Error ? error.message : String(error);
  return { en: message, zh: message };
}
