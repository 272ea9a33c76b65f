/** The entry sets of one directory: what they say of themselves, and their clusters. */
import { ENTRY_SIZE, IN_USE } from "../entries.ts";
import { upcaseName } from "../upcase.ts";
import { pathIn, readFolder } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { fix, say } from "./messages.ts";
import {
  freshName,
  hasVendorEntries,
  hashOf,
  isContiguous,
  isDirectory,
  legalName,
  nameOf,
  parseDirectory,
  rename,
  sealed,
  setStream,
  streamOf,
} from "./sets.ts";
import type { FoundSet, Scrap } from "./sets.ts";
import { checkFields, checkFile, checkSubfolder } from "./set-clusters.ts";
import type { Mend, Problem } from "./set-clusters.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

/**
 * In which order files take their clusters: what an entry set's own checksum vouches for, the FAT can't take away; a set whose checksum is
 * wrong comes last.
 */
export const PASSES = ["contiguous", "chained", "doubtful"] as const;
type Pass = (typeof PASSES)[number];

const SYSTEM_TYPES = [0x81, 0x82, 0x83];
/** Volume GUID: section 7.5. Nobody needs it, and fsck.exfat 1.2 doesn't know it. */
const VOLUME_GUID = 0xa0;

export async function checkFolder(survey: Survey, folder: Folder, pass: Pass): Promise<void> {
  survey.signal?.throwIfAborted();
  const content = await readFolder(survey, folder);
  const names = new Set<string>();
  for (const item of parseDirectory(content.bytes)) {
    if (item.kind === "scrap") {
      if (pass === "contiguous") reportScrap(survey, folder, content, item);
      continue;
    }
    const own = passOf(item);
    const problems: Problem[] = [];
    const name = nameOf(item);
    // The clusters of vendors' entries aren't looked for, and must not be given away.
    if (hasVendorEntries(item)) survey.complete = false;
    checkStructure(item, problems);
    checkName(survey, item, names, problems);
    if (own !== pass) continue;
    if (item.isSealed && liesInSystem(survey, item)) survey.disputedBy ??= pathIn(folder, name);
    checkFields(item, problems);
    const repairs: Mend[] = [];
    const stays = isDirectory(item)
      ? checkSubfolder(survey, folder, item, problems, repairs)
      : await checkFile(survey, item, problems, repairs);
    reportSet(survey, folder, content, { set: item, name, problems, repairs, stays });
  }
}

function passOf(set: FoundSet): Pass {
  if (!set.isSealed) return "doubtful";
  return isContiguous(streamOf(set)) ? "contiguous" : "chained";
}

/** Whether a set's own words, not the FAT's, give it clusters of the bitmap or the up-case table. */
function liesInSystem(survey: Survey, set: FoundSet): boolean {
  const stream = streamOf(set);
  const { firstCluster, dataLength } = stream;
  if (!survey.isCluster(firstCluster) || dataLength === 0n) return false;
  const clusters = Math.ceil(Number(dataLength) / survey.geometry.clusterSize);
  const end = firstCluster + (isContiguous(stream) ? clusters : 1);
  return survey.system.some(({ first, count }) => firstCluster < first + count && end > first);
}

function reportScrap(
  survey: Survey,
  folder: Folder,
  { offsetOf }: FolderContent,
  { slot, type }: Scrap,
): void {
  if (folder.depth === 0 && (SYSTEM_TYPES.includes(type) || type === VOLUME_GUID)) return;
  const isForeign = (type & 0xe0) === 0xa0;
  // It may have clusters, in a way that only its maker knows.
  if (isForeign) survey.complete = false;
  survey.report({
    id: isForeign ? "foreign-entry" : "stray-entry",
    severity: isForeign ? "info" : "error",
    where: pathIn(folder, `#${slot}`),
    what: say.strayEntry(type),
    fix: isForeign ? fix.nothing() : fix.removeEntry(),
    ...(isForeign
      ? {}
      : { mend: async (writer) => writer.patch(offsetOf(slot), Buffer.from([type & ~IN_USE])) }),
  });
}

function checkStructure(set: FoundSet, problems: Problem[]): void {
  for (const id of set.mended) {
    problems.push({ id, severity: "error", what: say.brokenSet(id), fix: fix.setFields() });
  }
}

function checkName(survey: Survey, set: FoundSet, names: Set<string>, problems: Problem[]): void {
  const { upcase } = survey;
  let name = nameOf(set);
  const stream = streamOf(set);
  if (stream.nameLength !== name.length) {
    const what = say.nameLength();
    problems.push({ id: "name-length", severity: "error", what, fix: fix.setFields() });
    setStream(set, { nameLength: name.length });
  }
  if (stream.nameHash !== hashOf(name, upcase)) {
    const what = say.nameHash();
    problems.push({ id: "name-hash", severity: "error", what, fix: fix.setFields() });
    setStream(set, { nameHash: hashOf(name, upcase) });
  }
  const isTaken = (wanted: string): boolean => names.has(upcaseName(wanted, upcase));
  const legal = legalName(name);
  if (legal !== name) {
    name = isTaken(legal) ? freshName(legal, isTaken) : legal;
    const what = say.illegalName();
    problems.push({ id: "illegal-name", severity: "warning", what, fix: fix.rename(name) });
    rename(set, name, upcase);
  } else if (isTaken(name)) {
    name = freshName(name, isTaken);
    const what = say.duplicateName();
    problems.push({ id: "duplicate-name", severity: "warning", what, fix: fix.rename(name) });
    rename(set, name, upcase);
  }
  names.add(upcaseName(name, upcase));
}

function reportSet(
  survey: Survey,
  folder: Folder,
  { offsetOf }: FolderContent,
  found: {
    set: FoundSet;
    name: string;
    problems: readonly Problem[];
    repairs: readonly Mend[];
    stays: boolean;
  },
): void {
  const { set, name, problems, repairs, stays } = found;
  const where = pathIn(folder, name);
  const bytes = sealed(Buffer.from(set.bytes));
  const mend = async (writer: RepairWriter): Promise<void> => {
    for (let index = 0; index < set.slots; index++) {
      const entry = Buffer.from(bytes.subarray(index * ENTRY_SIZE, (index + 1) * ENTRY_SIZE));
      if (!stays) entry[0] = (entry[0] ?? 0) & ~IN_USE;
      await writer.patch(offsetOf(set.slot + index), entry);
    }
    // The shorter size first: a chain that goes on behind it is the lesser evil.
    for (const repair of repairs) await repair(writer);
  };
  if (set.mended.some((id) => id !== "set-checksum") && isDirectory(set)) survey.complete = false;
  for (const problem of problems) {
    survey.report({ ...problem, where, fix: stays ? problem.fix : fix.removeEntry(), mend });
  }
}
