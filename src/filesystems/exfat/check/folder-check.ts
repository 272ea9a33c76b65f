/** The entry sets of one directory: what they say of themselves, and their clusters. */
import { MAX_DIRECTORY_BYTES } from "../directory.ts";
import { ALLOCATION_POSSIBLE, ENTRY_SIZE, IN_USE } from "../entries.ts";
import { upcaseName } from "../upcase.ts";
import { pathIn, readFolder } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { fix, say } from "./messages.ts";
import {
  CHAINED,
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
import { END_OF_CHAIN } from "./survey.ts";
import type { Chain, Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";
import type { Text } from "../../../system/text.ts";

/**
 * In which order files take their clusters: what an entry set's own checksum vouches for, the FAT can't take away; a set whose checksum is
 * wrong comes last.
 */
export const PASSES = ["contiguous", "chained", "doubtful"] as const;
type Pass = (typeof PASSES)[number];

const SYSTEM_TYPES = [0x81, 0x82, 0x83];
/** Volume GUID: section 7.5. Nobody needs it, and fsck.exfat 1.2 doesn't know it. */
const VOLUME_GUID = 0xa0;

/** Problem by problem, gathered for one set and written as one. */
interface Problem {
  readonly id: string;
  readonly severity: "warning" | "error";
  readonly what: Text;
  readonly fix: Text;
}

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
    checkFields(item, problems);
    const repairs: ((writer: RepairWriter) => Promise<void>)[] = [];
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

function checkFields(set: FoundSet, problems: Problem[]): void {
  const stream = streamOf(set);
  const { flags, firstCluster, dataLength, validDataLength } = stream;
  if (validDataLength > dataLength) {
    const what = say.validLength();
    problems.push({ id: "valid-data-length", severity: "error", what, fix: fix.setFields() });
    setStream(set, { validDataLength: dataLength });
  }
  const isEmpty = firstCluster === 0 || dataLength === 0n;
  if ((flags & ALLOCATION_POSSIBLE) === 0 || (isEmpty && isContiguous(stream))) {
    const what = say.streamFlags();
    problems.push({ id: "stream-flags", severity: "warning", what, fix: fix.setFields() });
    setStream(set, { flags: isEmpty ? CHAINED : flags | ALLOCATION_POSSIBLE });
  }
}

/** @returns false where the entry has to go. */
function checkSubfolder(
  survey: Survey,
  folder: Folder,
  set: FoundSet,
  problems: Problem[],
  repairs: ((writer: RepairWriter) => Promise<void>)[],
): boolean {
  survey.directories++;
  const { clusterSize } = survey.geometry;
  const { firstCluster, dataLength } = streamOf(set);
  if (firstCluster === 0 && dataLength === 0n) return true;
  const add = (id: string, what: Text): void =>
    void problems.push({ id, severity: "error", what, fix: fix.cutFolder() });
  const child = folder.children.get(set.slot);
  if (child === undefined) {
    if (firstCluster !== 0 && dataLength !== 0n) {
      survey.report({
        id: "tree-too-deep",
        severity: "error",
        where: pathIn(folder, nameOf(set)),
        what: say.treeTooDeep(),
        fix: fix.saveAndRebuild(),
      });
      return true;
    }
    add("directory-start", say.folderStart(firstCluster));
    setStream(set, { firstCluster: 0, dataLength: 0n, validDataLength: 0n, flags: CHAINED });
    return true;
  }
  const { chain } = child;
  if (chain.length === 0) {
    if (chain.end === "unreadable") {
      survey.report({
        id: "directory-unreadable",
        severity: "error",
        where: child.path,
        what: say.unreadable(chain.at),
        fix: fix.saveAndRebuild(),
      });
      return true;
    }
    add(chain.end === "taken" ? "cross-linked" : "directory-start", say.folderStart(firstCluster));
    return false;
  }
  const size = BigInt(chain.length * clusterSize);
  if (chain.end === "limit" && chain.isEnded && size === dataLength) {
    if (streamOf(set).validDataLength !== dataLength) {
      add("directory-size", say.folderSize());
      setStream(set, { validDataLength: dataLength });
    }
    return true;
  }
  if (chain.end === "unreadable" || dataLength > BigInt(MAX_DIRECTORY_BYTES)) {
    survey.report({
      id: "directory-unreadable",
      severity: "error",
      where: child.path,
      what: say.unreadable(chain.at),
      fix: fix.saveAndRebuild(),
    });
    return true;
  }
  const isOnlySize = chain.end === "limit" || chain.end === "end";
  add(
    isOnlySize ? "directory-size" : idOf(chain),
    isOnlySize ? say.folderSize() : say.chain(chain),
  );
  endChain(child.contiguous, chain, repairs);
  setStream(set, { dataLength: size, validDataLength: size });
  return true;
}

/** @returns false where the entry has to go: never. */
async function checkFile(
  survey: Survey,
  set: FoundSet,
  problems: Problem[],
  repairs: ((writer: RepairWriter) => Promise<void>)[],
): Promise<boolean> {
  survey.files++;
  const { clusterSize, clusterCount } = survey.geometry;
  const stream = streamOf(set);
  const { firstCluster, dataLength } = stream;
  if (firstCluster === 0 && dataLength === 0n) return true;
  const add = (id: string, what: Text, repair: Text): void =>
    void problems.push({ id, severity: "error", what, fix: repair });
  if (dataLength === 0n) {
    add("empty-file-has-clusters", say.emptyFile(), fix.setFields());
    setStream(set, { firstCluster: 0, flags: CHAINED });
    return true;
  }
  const needed = (dataLength + BigInt(clusterSize) - 1n) / BigInt(clusterSize);
  const most = Number(needed < BigInt(clusterCount) ? needed : BigInt(clusterCount));
  const contiguous = isContiguous(stream);
  const chain = await survey.follow(firstCluster, most, contiguous);
  const has = BigInt(chain.length) * BigInt(clusterSize);
  const isWhole = chain.end === "limit" && BigInt(most) === needed;
  if (isWhole) {
    if (!chain.isEnded) {
      add("file-chain-long", say.fileLong(), fix.freeRest());
      endChain(contiguous, chain, repairs);
    }
    return true;
  }
  const size = has < dataLength ? has : dataLength;
  const isShort = chain.end === "end" || chain.end === "limit";
  add(
    isShort ? "file-chain-short" : idOf(chain),
    isShort ? say.fileShort(dataLength, has) : say.chain(chain),
    fix.setSize(size),
  );
  // What is cut off may be another file's, and a later look sees what is still lost.
  survey.complete = false;
  endChain(contiguous, chain, repairs);
  const { validDataLength } = streamOf(set);
  setStream(set, {
    dataLength: size,
    validDataLength: validDataLength < size ? validDataLength : size,
    ...(chain.length === 0 ? { firstCluster: 0, flags: CHAINED } : {}),
  });
  return true;
}

function idOf({ end, length }: Chain): string {
  if (end === "taken") return "cross-linked";
  if (end === "noise") return "directory-not-one";
  return end === "outside" && length === 0 ? "file-start" : `chain-${end}`;
}

function endChain(
  contiguous: boolean,
  { length, last }: Chain,
  repairs: ((writer: RepairWriter) => Promise<void>)[],
): void {
  if (contiguous || length === 0) return;
  repairs.push(async (writer) => writer.setEntry(last, END_OF_CHAIN));
}

function reportSet(
  survey: Survey,
  folder: Folder,
  { offsetOf }: FolderContent,
  found: {
    set: FoundSet;
    name: string;
    problems: readonly Problem[];
    repairs: readonly ((writer: RepairWriter) => Promise<void>)[];
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
