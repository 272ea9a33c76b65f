/** Reports what is wrong with directories, and writes them anew: from the entries that are right, and from what files say of themselves. */
import { LifeboatError } from "../../../system/errors.ts";
import { TYPE } from "../attribute.ts";
import type { NtfsFile } from "../file-record.ts";
import { COLLATION_FILE_NAME } from "../file-writer.ts";
import { encodeDirectoryEntry } from "../index-node.ts";
import { DIRECTORY_INDEX } from "../index-tree.ts";
import { writeIndex } from "../index-writer.ts";
import type { TreeState } from "./directories.ts";
import { readDirectory } from "./directory.ts";
import { fix, say } from "./messages.ts";
import type { LostName } from "./equal-names.ts";
import { recordName } from "./survey.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

/** What a rebuild is refused for, and the check then says so instead of offering it again. */
const REFUSALS = ["ntfs-beyond-us", "volume-full"];

export interface DirectoryRepairs {
  readonly tree: TreeState;
  readonly lost: ReadonlyMap<number, readonly LostName[]>;
  readonly salvaged: ReadonlyMap<number, NtfsFile>;
  /** Directories that couldn't be written in an earlier round; it grows. */
  readonly refused: Set<number>;
}

export async function reportDirectories(survey: Survey, repairs: DirectoryRepairs): Promise<void> {
  const { tree, lost, salvaged } = repairs;
  const numbers = new Set([...tree.faults.keys(), ...lost.keys(), ...salvaged.keys()]);
  for (const number of numbers) {
    const names = lost.get(number) ?? [];
    const faults = tree.faults.get(number);
    const where = salvaged.has(number) ? recordName(number) : await survey.pathOf(number);
    const mend = mendFor(survey, repairs, number);
    const report = { where, mend, fix: mend === undefined ? fix.letWindows() : fix.rebuild() };
    const error = "error" as const;
    if (salvaged.has(number)) {
      survey.report({
        ...report,
        id: "torn-directory",
        severity: error,
        what: say.tornDirectory(),
      });
    }
    if (faults?.damage !== undefined) {
      const what = say.indexDamaged();
      survey.report({ ...report, id: "index-damaged", severity: error, what });
    }
    if (faults?.isOrdered === false) {
      survey.report({ ...report, id: "index-order", severity: error, what: say.indexOrder() });
    }
    if (faults?.isBitmapRight === false) {
      survey.report({ ...report, id: "index-bitmap", severity: error, what: say.indexBitmap() });
    }
    if (faults !== undefined && faults.stale > 0) {
      const what = say.staleEntries(faults.stale, faults.firstStale);
      survey.report({ ...report, id: "stale-entry", severity: error, what });
    }
    if (names.length > 0) {
      const what = say.lostNames(names.length, names[0]?.name.name ?? "");
      survey.report({ ...report, id: "lost-name", severity: error, what });
    }
  }
}

/** One for all findings of a directory: it does its work once. */
function mendFor(survey: Survey, repairs: DirectoryRepairs, number: number) {
  const { lost, salvaged, refused } = repairs;
  const canBe = !survey.hasList(number) && !survey.isBroken(number) && !survey.isCrossed;
  if (!canBe || refused.has(number)) return undefined;
  let done: Promise<void> | undefined;
  const work = async (writer: RepairWriter): Promise<void> => {
    try {
      await rebuild(survey, writer, number, lost.get(number) ?? [], salvaged.get(number));
    } catch (error) {
      if (!(error instanceof LifeboatError && REFUSALS.includes(error.code))) throw error;
      refused.add(number);
    }
  };
  return async (writer: RepairWriter): Promise<void> => {
    done ??= work(writer);
    await done;
  };
}

async function rebuild(
  survey: Survey,
  writer: RepairWriter,
  number: number,
  lost: readonly LostName[],
  salvaged: NtfsFile | undefined,
): Promise<void> {
  const { mft, upCase, geometry } = survey.loaded;
  const parts = await writer.parts();
  const directory = salvaged ?? (await mft.file(number));
  const entries = new Map<string, Buffer>();
  if (salvaged === undefined) {
    for (const { leaf, name } of (await readDirectory(survey, number)).good) {
      entries.set(name.name, leaf);
    }
  }
  for (const { file, key, name } of lost) {
    if (!entries.has(name.name)) entries.set(name.name, encodeDirectoryEntry(file, key));
  }
  const sorted = [...entries].sort(([a], [b]) => upCase.compare(a, b));
  const kind = {
    attributeType: TYPE.fileName,
    collation: COLLATION_FILE_NAME,
    blockBytes: geometry.indexBlockBytes,
  };
  await writeIndex(
    parts,
    directory,
    DIRECTORY_INDEX,
    kind,
    sorted.map(([, leaf]) => leaf),
  );
}
