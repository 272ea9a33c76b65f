/** The way back from an adoption that failed: table, gap and boot code out of the saved file, and the file system's old size. */
import type { ByteRange } from "../../block/byte-range.ts";
import { commandLine } from "../../system/command-line.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { openBackup } from "../boot-backup/read.ts";
import { planRestore, restoreBoot } from "../boot-backup/restore.ts";
import { rangeOf } from "../data/volume.ts";
import { partitionOf } from "../layout.ts";
import { say } from "./messages.ts";
import type { PreparedAdoption } from "./plan.ts";

interface UndoTools {
  readonly backupFile: string;
  readonly beforeReadBack: () => Promise<void>;
}

/** Brings everything back; the error to throw then. Isn't cancelled by what cancelled the adoption. */
export async function undoAdoption(
  error: unknown,
  { plan, cut }: PreparedAdoption,
  disk: ByteRange,
  { backupFile, beforeReadBack }: UndoTools,
  { report }: JobContext,
): Promise<unknown> {
  const { path } = plan.target;
  const job = { report, signal: new AbortController().signal };
  const reason = error instanceof LifeboatError ? error : undefined;
  const text = textOf(error);
  const command = restoreCommand(path, backupFile);
  if (reason?.code === "device-gone") {
    const hint = say.goneHint(path, command);
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
    if (cut !== undefined) {
      const { startLba } = partitionOf(plan.layout, "data");
      const sectors = plan.data.sectorsBefore;
      await cut.undo(rangeOf({ disk, path, startLba, sectors }));
    }
  } catch (second) {
    return new LifeboatError("adopt-not-undone", say.notUndone(text, textOf(second), path), {
      kind: "damaged",
      hint: say.notUndoneHint(command),
      cause: error,
    });
  }
  return new LifeboatError(reason?.code ?? "unexpected", say.undone(text, path), {
    kind: reason?.kind ?? "failed",
    ...(reason?.hint === undefined ? {} : { hint: reason.hint }),
    cause: error,
  });
}

export function restoreCommand(path: string, file: string): string {
  return commandLine(["lifeboat", "restore-boot", path, file]);
}

function textOf(error: unknown): Text {
  if (error instanceof LifeboatError) return error.text;
  const message = error instanceof Error ? error.message : String(error);
  return { en: message, zh: message };
}
