/** The clusters of a file or directory against what its entry set says of them. */
import type { Text } from "../../../system/text.ts";
import { MAX_DIRECTORY_BYTES } from "../directory.ts";
import { ALLOCATION_POSSIBLE } from "../entries.ts";
import { pathIn } from "./folders.ts";
import type { Folder } from "./folders.ts";
import { fix, say } from "./messages.ts";
import { CHAINED, isContiguous, nameOf, setStream, streamOf } from "./sets.ts";
import type { FoundSet } from "./sets.ts";
import { END_OF_CHAIN } from "./survey.ts";
import type { Chain, Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

/** Problem by problem, gathered for one set and written as one. */
export interface Problem {
  readonly id: string;
  readonly severity: "warning" | "error";
  readonly what: Text;
  readonly fix: Text;
}

/** What is written beside the set itself. */
export type Mend = (writer: RepairWriter) => Promise<void>;

export function checkFields(set: FoundSet, problems: Problem[]): void {
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
export function checkSubfolder(
  survey: Survey,
  folder: Folder,
  set: FoundSet,
  problems: Problem[],
  repairs: Mend[],
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
export async function checkFile(
  survey: Survey,
  set: FoundSet,
  problems: Problem[],
  repairs: Mend[],
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

function endChain(contiguous: boolean, { length, last }: Chain, repairs: Mend[]): void {
  if (contiguous || length === 0) return;
  repairs.push(async (writer) => writer.setEntry(last, END_OF_CHAIN));
}
