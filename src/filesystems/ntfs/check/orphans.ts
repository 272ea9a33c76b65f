/**
 * Files that have more names than directories have entries for them, and records that belong to nothing. A file that is whole gets
 * its name back; what a write was in the middle of making or removing is given up.
 */
import { isDamage } from "../failures.ts";
import type { NtfsFile } from "../file-record.ts";
import { namesOf } from "../file-writer.ts";
import { RECORD } from "../mft-record.ts";
import type { TreeState } from "./directories.ts";
import { currentKey } from "./file-key.ts";
import { withoutTaken } from "./equal-names.ts";
import type { LostName } from "./equal-names.ts";
import { fix, say } from "./messages.ts";
import { KIND, recordName, STAGE } from "./survey.ts";
import type { Survey } from "./survey.ts";

type Without = LostName & { readonly parent: number };

/** So many are kept in memory, some 200 bytes each. */
const MOST_LOST = 200_000;

/**
 * Finds them all, and reports what belongs to nothing.
 * @param salvaged directories whose torn records are to be written anew.
 * @returns by directory: the names that it is to get back.
 */
export async function findLost(
  survey: Survey,
  tree: TreeState,
  salvaged: ReadonlyMap<number, NtfsFile>,
): Promise<Map<number, LostName[]>> {
  const lost = new Map<number, LostName[]>();
  let count = 0;
  const mayFreeTorn = survey.mayFreeRecords && !(await isListBroken(survey));
  for (let number = 0; number < survey.records; number++) {
    const kind = survey.kind(number);
    let without: readonly Without[] = [];
    const torn = salvaged.get(number);
    const isNamed = tree.tornButNamed.has(number);
    if (torn !== undefined) {
      without = isNamed ? [] : namesIn(survey, torn, salvaged);
    } else if (kind === KIND.torn) reportTorn(survey, number, isNamed, mayFreeTorn);
    else if (kind === KIND.extension) await checkExtension(survey, number);
    else if (kind === KIND.base && mayBeLost(survey, number)) {
      survey.signal?.throwIfAborted();
      without = await namesWithoutEntry(survey, number, salvaged);
    }
    for (const { parent, ...name } of without) {
      const names = lost.get(parent) ?? [];
      if (count++ >= MOST_LOST) survey.isWhole = false;
      else names.push(name);
      lost.set(parent, names);
    }
  }
  for (const [directory, names] of lost) {
    lost.set(directory, await withoutTaken(survey, directory, tree, names));
  }
  return lost;
}

function mayBeLost(survey: Survey, number: number): boolean {
  const isNamed = (survey.named[number] ?? 0) >= Math.max(survey.names[number] ?? 0, 1);
  if (survey.isBroken(number) || survey.hasList(number)) return true;
  return !isNamed && (number >= RECORD.firstUser || (survey.names[number] ?? 0) > 0);
}

/** Whether a file that is in a directory has lost one of its extension records: any torn one may be it. */
async function isListBroken(survey: Survey): Promise<boolean> {
  let found = false;
  for (let number = 0; number < survey.records; number++) {
    if (survey.kind(number) !== KIND.base || !survey.hasList(number)) continue;
    try {
      await survey.loaded.mft.file(number);
    } catch (error) {
      if (!isDamage(error)) throw error;
      survey.setBroken(number);
      found ||= (survey.named[number] ?? 0) > 0 || number < RECORD.firstUser;
    }
  }
  return found;
}

function reportTorn(survey: Survey, number: number, isNamed: boolean, mayBeFreed: boolean): void {
  const isOurs = !isNamed && mayBeFreed && number >= RECORD.firstUser;
  if (!isOurs) survey.isWhole = false;
  survey.report({
    id: isNamed || number < RECORD.firstUser ? "file-record-torn" : "record-torn",
    severity: isOurs ? "warning" : "error",
    where: recordName(number),
    what: isOurs ? say.tornUnnamed() : say.torn(),
    fix: isOurs ? fix.freeRecord() : fix.letWindows(),
    stage: STAGE.records,
    mend: isOurs ? async (writer) => writer.freeRecord(number) : undefined,
  });
}

/** An extension record whose base is gone: the file was being made or removed. */
async function checkExtension(survey: Survey, number: number): Promise<void> {
  const { header } = await survey.loaded.mft.record(number);
  const { record, sequence } = header.base;
  const isTorn = record < survey.records && survey.kind(record) === KIND.torn;
  if (isTorn) return;
  const hasBase = survey.isFile(record, sequence);
  if (hasBase && (await isListed(survey, record, number))) return;
  if (hasBase) survey.isWhole = false;
  const isOurs = !hasBase && survey.mayFreeRecords && !survey.isCrossed;
  survey.report({
    id: "stray-extension",
    severity: "warning",
    where: recordName(number),
    what: say.strayExtension(record),
    fix: isOurs ? fix.freeRecord() : fix.letWindows(),
    stage: STAGE.records,
    mend: isOurs ? async (writer) => writer.freeRecord(number) : undefined,
  });
}

/** Whether a file's attribute list leads to a record; one that can't be read is said elsewhere. */
async function isListed(survey: Survey, base: number, number: number): Promise<boolean> {
  try {
    const { extensions } = await survey.loaded.mft.file(base);
    return extensions.some((record) => record.number === number);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return true;
  }
}

async function namesWithoutEntry(
  survey: Survey,
  number: number,
  salvaged: ReadonlyMap<number, NtfsFile>,
): Promise<readonly Without[]> {
  let file: NtfsFile;
  let names: ReturnType<typeof namesOf>;
  try {
    file = await survey.loaded.mft.file(number);
    names = namesOf(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    survey.setBroken(number);
    return namesOfBroken(survey, number, salvaged);
  }
  if (survey.isBroken(number) && (survey.named[number] ?? 0) === 0) {
    return namesOfBroken(survey, number, salvaged);
  }
  if (survey.isBroken(number)) await reportBroken(survey, number);
  if ((survey.named[number] ?? 0) >= names.length && names.length > 0) return [];
  if (names.length === 0) {
    if (number >= RECORD.firstUser) reportNameless(survey, number);
    return [];
  }
  return namesIn(survey, file, salvaged);
}

/**
 * A file whose attributes can't be followed comes back under the names in its base record while nobody can say whether a directory
 * names it: the index that is written anew would lack it, and then it looked like one that a write was in the middle of.
 */
async function namesOfBroken(
  survey: Survey,
  number: number,
  salvaged: ReadonlyMap<number, NtfsFile>,
): Promise<readonly Without[]> {
  await reportBroken(survey, number);
  const isNamed = (survey.named[number] ?? 0) > 0 || number < RECORD.firstUser;
  if (isNamed || survey.isTreeWhole) return [];
  const record = await survey.loaded.mft.record(number);
  const { attributes } = record;
  try {
    const base = { record, attributes, extensions: [], hasList: survey.hasList(number) };
    return namesIn(survey, base, salvaged).map((name) => ({ ...name, isOnly: false }));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [];
  }
}

/** All names of a file, by the directories that they say they are in. */
function namesIn(
  survey: Survey,
  file: NtfsFile,
  salvaged: ReadonlyMap<number, NtfsFile>,
): Without[] {
  const { number, header, isDirectory } = file.record;
  const names = namesOf(file);
  return names.flatMap(({ attribute, fileName }) => {
    const { parent } = fileName;
    const own = salvaged.get(parent.record);
    const isThere =
      own === undefined
        ? survey.isFile(parent.record, parent.sequence) && survey.isDirectory(parent.record)
        : own.record.header.sequence === parent.sequence;
    if (!isThere) {
      reportParentless(survey, number, fileName.name);
      return [];
    }
    return {
      parent: parent.record,
      file: { record: number, sequence: header.sequence },
      key: currentKey(attribute.value ?? Buffer.alloc(0), file),
      name: fileName,
      isOnly: names.length === 1 && !isDirectory,
    };
  });
}

/** A file whose attributes can't be followed: one that nothing names was being made or removed. */
async function reportBroken(survey: Survey, number: number): Promise<void> {
  const isNamed = (survey.named[number] ?? 0) > 0 || number < RECORD.firstUser;
  const isOurs = !isNamed && survey.mayFreeRecords && !survey.isCrossed;
  survey.isWhole = false;
  survey.report({
    id: isNamed ? "file-damaged" : "half-written-file",
    severity: isNamed ? "error" : "warning",
    where: isNamed ? await survey.pathOf(number) : recordName(number),
    what: isNamed ? say.fileDamaged() : say.halfWritten(),
    fix: isOurs ? fix.freeRecord() : fix.letWindows(),
    stage: STAGE.records,
    mend: isOurs ? async (writer) => writer.freeRecord(number) : undefined,
  });
}

function reportNameless(survey: Survey, number: number): void {
  survey.report({
    id: "nameless-file",
    severity: "warning",
    where: recordName(number),
    what: say.nameless(),
    fix: fix.letWindows(),
  });
}

function reportParentless(survey: Survey, number: number, name: string): void {
  survey.report({
    id: "parentless-file",
    severity: "error",
    where: recordName(number),
    what: say.parentless(name),
    fix: fix.letWindows(),
  });
}
