/** One directory: its chain, its dots, its long names, and what is in it. */
import { ATTRIBUTE_DIRECTORY, ATTRIBUTE_VOLUME_ID } from "../directory-entry.ts";
import { SLOT_BYTES } from "../geometry.ts";
import { LONG_NAME_ATTRIBUTES } from "../long-name.ts";
import { checkDots } from "./dots.ts";
import { END_OF_CHAIN } from "./fat-reader.ts";
import { checkFile } from "./file-check.ts";
import { firstEntryOf, kindOf, pathIn, pathOf, readFolder } from "./folders.ts";
import type { EntryKind, Folder, FolderContent } from "./folders.ts";
import type { WrongKind } from "./messages.ts";
import { fix, isWrong, say } from "./messages.ts";
import { NameCheck } from "./names.ts";
import {
  ATTRIBUTES_AT,
  CASE_FLAGS_AT,
  CLUSTER_HIGH_AT,
  CLUSTER_LOW_AT,
  LONG_CLUSTER_AT,
  NO_SHORT_NAME,
  parseSlots,
  SIZE_AT,
  TYPE_AT,
} from "./slots.ts";
import type { EntryItem, OrphanItem } from "./slots.ts";
import type { Survey } from "./survey.ts";
import { findTail } from "./tail.ts";
import { checkSubfolder } from "./subfolder-check.ts";
import type { FolderFindings } from "./subfolder-check.ts";

/** Looks at one directory; what can be judged only when all are known is put into `later`. */
export async function checkFolder(
  survey: Survey,
  folder: Folder,
  later: FolderFindings,
): Promise<void> {
  survey.signal?.throwIfAborted();
  const content = await readFolder(survey, folder);
  checkFolderChain(survey, folder);
  if (folder.parent !== undefined) {
    survey.directories++;
    checkDots(survey, folder, content);
  }
  const { items, end } = parseSlots(content.bytes, firstEntryOf(folder));
  const names = new NameCheck(survey, folder, content, items);
  const tail = findTail(folder, content, end);
  let hasLabel = false;
  for (const item of items) {
    if (item.kind === "orphan") {
      // Its short name may be what ends the directory.
      if (tail !== undefined && item.pieces.includes(end - SLOT_BYTES)) continue;
      reportOrphan(survey, folder, content, item);
      continue;
    }
    checkPieces(survey, folder, content, item);
    const kind = await kindOf(survey, item);
    if (kind === "label") {
      checkLabelEntry(survey, folder, content, item, hasLabel);
      hasLabel = true;
      continue;
    }
    if (await isOutOfPlace(survey, folder, content, item, kind)) continue;
    checkFlags(survey, folder, content, item);
    names.check(item);
    if (kind === "directory") await checkSubfolder(survey, folder, content, item, later);
    else await checkFile(survey, folder, content, item, later.shared);
  }
  if (tail !== undefined) later.tails.push(tail);
}

function checkFolderChain(survey: Survey, folder: Folder): void {
  const { end, at, last } = folder;
  if (end === "end") return;
  const where = pathOf(folder);
  if (end === "long" || end === "unreadable") {
    const what = end === "long" ? say.folderTooLong() : say.unreadable(at);
    const id = end === "long" ? "directory-too-long" : "directory-unreadable";
    survey.report({ id, severity: "error", where, what, fix: fix.saveAndRebuild() });
    return;
  }
  survey.report({
    id: end === "noise" ? "directory-not-one" : `directory-chain-${end}`,
    severity: "error",
    where,
    what: say.folderChain(end, at),
    fix: fix.cutFolder(),
    mend: async (writer) => writer.setEntry(last, END_OF_CHAIN),
  });
}

function reportOrphan(
  survey: Survey,
  folder: Folder,
  { offsetOf }: FolderContent,
  { pieces }: OrphanItem,
): void {
  survey.report({
    id: "orphan-long-name",
    severity: "warning",
    where: pathOf(folder),
    what: say.orphanLongName(),
    fix: fix.removeLongName(),
    mend: async (writer) => writer.freeSlots(pieces.map(offsetOf)),
  });
}

/** The fields of a long name's slots that aren't the name. */
function checkPieces(
  survey: Survey,
  folder: Folder,
  { bytes, offsetOf }: FolderContent,
  item: EntryItem,
): void {
  const wrong = item.pieces.filter(
    (at) =>
      bytes[at + ATTRIBUTES_AT] !== LONG_NAME_ATTRIBUTES ||
      bytes[at + TYPE_AT] !== 0 ||
      bytes.readUInt16LE(at + LONG_CLUSTER_AT) !== 0,
  );
  if (wrong.length === 0) return;
  survey.report({
    id: "long-name-fields",
    severity: "warning",
    where: pathIn(folder, item.name),
    what: say.longNameFields(),
    fix: fix.setFields(),
    mend: async (writer) => {
      for (const at of wrong) {
        await writer.patch(offsetOf(at + ATTRIBUTES_AT), Buffer.from([LONG_NAME_ATTRIBUTES, 0]));
        await writer.patch(offsetOf(at + LONG_CLUSTER_AT), Buffer.alloc(2));
      }
    },
  });
}

/** A flag of some Linux kernels' patch, for entries that have no short name. Every entry here has one. */
function checkFlags(
  survey: Survey,
  folder: Folder,
  { bytes, offsetOf }: FolderContent,
  item: EntryItem,
): void {
  const flags = bytes.readUInt8(item.at + CASE_FLAGS_AT);
  if ((flags & NO_SHORT_NAME) === 0) return;
  survey.report({
    id: "entry-flags",
    severity: "warning",
    where: pathIn(folder, item.name),
    what: say.entryFlags(),
    fix: fix.setFields(),
    mend: async (writer) =>
      writer.patch(offsetOf(item.at + CASE_FLAGS_AT), Buffer.from([flags & ~NO_SHORT_NAME])),
  });
}

function checkLabelEntry(
  survey: Survey,
  folder: Folder,
  content: FolderContent,
  item: EntryItem,
  hasLabel: boolean,
): void {
  const offset = content.offsetOf(item.at);
  if (folder.parent !== undefined || hasLabel) {
    survey.report({
      id: "stray-label",
      severity: "warning",
      where: pathIn(folder, item.name),
      what: say.strayLabel(),
      fix: fix.removeEntry(),
      mend: async (writer) => writer.freeSlots([offset]),
    });
    return;
  }
  survey.label = { stored: item.stored, offset };
  const wrongAttributes = (item.attributes & ATTRIBUTE_DIRECTORY) !== 0;
  if (item.firstCluster === 0 && item.sizeBytes === 0 && !wrongAttributes) return;
  survey.report({
    id: "label-fields",
    severity: "warning",
    where: pathIn(folder, item.name),
    what: say.labelFields(),
    fix: fix.setFields(),
    mend: async (writer) => {
      const attributes = item.attributes & ~ATTRIBUTE_DIRECTORY;
      await writer.patch(offset + ATTRIBUTES_AT, Buffer.from([attributes]));
      await writer.patch(offset + CLUSTER_HIGH_AT, Buffer.alloc(2));
      await writer.patch(offset + CLUSTER_LOW_AT, Buffer.alloc(2));
      await writer.patch(offset + SIZE_AT, Buffer.alloc(4));
    },
  });
}

/** Entries that are something else than they say; they are looked at once that is put right. */
async function isOutOfPlace(
  survey: Survey,
  folder: Folder,
  content: FolderContent,
  item: EntryItem,
  kind: EntryKind,
): Promise<boolean> {
  const offset = content.offsetOf(item.at);
  const where = pathIn(folder, item.name);
  if (kind === "dot") {
    survey.report({
      id: "stray-dot-entry",
      severity: "warning",
      where: pathOf(folder),
      what: say.strayDot(item.name),
      fix: fix.removeEntry(),
      mend: async (writer) => writer.freeSlots([offset]),
    });
    return true;
  }
  const flips: Readonly<Record<WrongKind, number>> = {
    "file-as-directory": ATTRIBUTE_DIRECTORY,
    "directory-as-file": ATTRIBUTE_DIRECTORY,
    "file-as-label": ATTRIBUTE_VOLUME_ID,
  };
  if (!isWrong(kind)) return false;
  const flip = flips[kind];
  survey.complete = false;
  survey.report({
    id: kind,
    severity: "error",
    where,
    what: say.wrongKind(kind),
    fix: fix.setAttributes(),
    mend: async (writer) =>
      writer.patch(offset + ATTRIBUTES_AT, Buffer.from([item.attributes ^ flip])),
  });
  return true;
}
