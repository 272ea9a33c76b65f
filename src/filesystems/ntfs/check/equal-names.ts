/** Files that are in no directory and have the name of another file there: what a replacement left, or both there is in a damaged directory. */
import { NAMESPACE } from "../file-name.ts";
import type { FileName } from "../file-name.ts";
import type { FileReference } from "../fields.ts";
import { RECORD } from "../mft-record.ts";
import type { TreeState } from "./directories.ts";
import { readDirectory } from "./directory.ts";
import type { GoodEntry } from "./directory.ts";
import { fix, say } from "./messages.ts";
import { canTakeName, secondName, takeName } from "./second-name.ts";
import { KIND, STAGE } from "./survey.ts";
import type { Survey } from "./survey.ts";

/** So many files of a directory get another name in one look. */
const MOST_RENAMED = 16;

/** A name that a file has and its directory hasn't. */
export interface LostName {
  readonly file: FileReference;
  /** As its directory is to repeat it. */
  readonly key: Buffer;
  readonly name: FileName;
  /** The file has this name alone. */
  readonly isOnly: boolean;
}

/** Of names that a directory seems not to have, those that it really hasn't and that can come back. */
export async function withoutTaken(
  survey: Survey,
  directory: number,
  tree: TreeState,
  names: readonly LostName[],
): Promise<LostName[]> {
  const isUnreadable = tree.faults.get(directory)?.damage !== undefined;
  const good =
    isUnreadable || survey.kind(directory) === KIND.torn
      ? []
      : (await readDirectory(survey, directory)).good;
  const taken = new Map<string, GoodEntry | LostName>(
    good.map((entry) => [entry.name.name, entry]),
  );
  const kept: LostName[] = [];
  // Of two that nothing names, the later one was to replace the other; one that can't be read stands behind both.
  const isBroken = ({ file }: LostName) => Number(survey.isBroken(file.record));
  const inDoubt: LostName[] = [];
  const latestFirst = names.toSorted((a, b) => isBroken(a) - isBroken(b) || timeOf(b) - timeOf(a));
  for (const one of latestFirst) {
    const other = taken.get(one.name.name);
    if (other === undefined) {
      taken.set(one.name.name, one);
      kept.push(one);
    } else if (other.file.record === one.file.record) continue;
    else if (survey.mayFreeRecords) await reportReplaced(survey, one);
    else inDoubt.push(one);
  }
  await reportTwice(survey, directory, inDoubt, [...taken.keys()]);
  return kept;
}

/** Files whose names others have, in a directory that can't be read as a whole, or couldn't: any of them may be all that there is of it. */
async function reportTwice(
  survey: Survey,
  directory: number,
  files: readonly LostName[],
  taken: readonly string[],
): Promise<void> {
  const names = [...taken];
  const canBeWritten = !survey.hasList(directory) && !survey.isBroken(directory);
  for (const [count, one] of files.entries()) {
    const { record } = one.file;
    const mayBe = canBeWritten && count < MOST_RENAMED && mayChange(survey, one);
    const isFit = mayBe && (await canTakeName(survey, record));
    const name = isFit ? secondName(survey, one.name.name, names) : undefined;
    if (name !== undefined) names.push(name);
    survey.report({
      id: "name-twice",
      severity: "error",
      where: await survey.pathOf(record),
      what: say.nameTwice(record),
      fix: name === undefined ? fix.letWindows() : fix.secondName(name),
      stage: STAGE.records,
      mend:
        name === undefined ? undefined : async (writer) => takeName(survey, writer, record, name),
    });
  }
}

function mayChange(survey: Survey, { file: { record }, name, isOnly }: LostName): boolean {
  return (
    isOnly &&
    !survey.isCrossed &&
    record >= RECORD.firstUser &&
    name.namespace !== NAMESPACE.dos &&
    (survey.named[record] ?? 0) === 0
  );
}

function timeOf({ name }: LostName): number {
  return name.recordChanged.getTime() || 0;
}

/** Another file has the name: this one was replaced by it, or was to replace it. */
async function reportReplaced(survey: Survey, one: LostName): Promise<void> {
  const { record } = one.file;
  const isOurs = mayChange(survey, one);
  survey.report({
    id: "replaced-file",
    severity: "warning",
    where: await survey.pathOf(record),
    what: say.replaced(record),
    fix: isOurs ? fix.freeRecord() : fix.letWindows(),
    stage: STAGE.records,
    mend: isOurs ? async (writer) => freeFile(survey, writer, record) : undefined,
  });
}

/** With its extension records, the base first: they are stray then, should the rest not happen. */
async function freeFile(
  survey: Survey,
  writer: { freeRecord(number: number): Promise<void> },
  number: number,
): Promise<void> {
  const { extensions } = await survey.loaded.mft.file(number);
  await writer.freeRecord(number);
  for (const extension of extensions) await writer.freeRecord(extension.number);
}
