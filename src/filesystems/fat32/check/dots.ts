/** The first two entries of a subdirectory: itself, and the directory that holds it. */
import { ATTRIBUTE_DIRECTORY } from "../directory-entry.ts";
import { END_OF_DIRECTORY } from "../directory.ts";
import { SLOT_BYTES } from "../geometry.ts";
import { FREE_SLOT, SHORT_NAME_LENGTH } from "../short-name.ts";
import { clusterField, pathOf } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { fix, say } from "./messages.ts";
import {
  ATTRIBUTES_AT,
  CASE_FLAGS_AT,
  CLUSTER_HIGH_AT,
  CLUSTER_LOW_AT,
  DOT,
  DOT_DOT,
  isLegalShortName,
  isLongPiece,
  NO_SHORT_NAME,
} from "./slots.ts";
import type { Survey } from "./survey.ts";

export function checkDots(survey: Survey, folder: Folder, content: FolderContent): void {
  // Of a directory in the root, `..` says 0 and not where the root lies.
  const parent = folder.parent?.parent === undefined ? 0 : folder.parent.first;
  checkDot(survey, folder, content, 0, DOT, folder.first);
  checkDot(survey, folder, content, SLOT_BYTES, DOT_DOT, parent);
}

function checkDot(
  survey: Survey,
  folder: Folder,
  { bytes, offsetOf }: FolderContent,
  at: number,
  name: Buffer,
  cluster: number,
): void {
  const slot = bytes.subarray(at, at + SLOT_BYTES);
  const attributes = slot.readUInt8(ATTRIBUTES_AT);
  const isNamed = slot.subarray(0, SHORT_NAME_LENGTH).equals(name);
  const isRight =
    isNamed &&
    (attributes & ATTRIBUTE_DIRECTORY) !== 0 &&
    clusterField(slot, 0) === cluster &&
    (slot.readUInt8(CASE_FLAGS_AT) & NO_SHORT_NAME) === 0;
  if (isRight) return;
  const fresh = isNamed ? Buffer.from(slot) : Buffer.alloc(SLOT_BYTES);
  name.copy(fresh);
  fresh.writeUInt8(ATTRIBUTE_DIRECTORY, ATTRIBUTES_AT);
  fresh.writeUInt8(0, CASE_FLAGS_AT);
  fresh.writeUInt16LE(cluster >>> 16, CLUSTER_HIGH_AT);
  fresh.writeUInt16LE(cluster & 0xffff, CLUSTER_LOW_AT);
  const guest = isGuest(bytes, at, cluster) ? Buffer.from(slot) : undefined;
  const room = guest === undefined ? undefined : freeSlot(bytes);
  const id = name === DOT ? "dot-entry" : "dot-dot-entry";
  const what = say.badDot(name.toString("latin1").trimEnd());
  const report = { id, severity: "warning" as const, where: pathOf(folder), what };
  if (guest !== undefined && room === undefined) {
    survey.report({ ...report, fix: fix.saveAndRebuild() });
    return;
  }
  if (guest !== undefined) survey.complete = false;
  survey.report({
    ...report,
    fix: fix.writeDots(),
    mend: async (writer) => {
      if (guest !== undefined && room !== undefined) {
        await writer.patch(offsetOf(room), guest);
        await writer.flush();
      }
      await writer.patch(offsetOf(at), fresh);
    },
  });
}

/** Whether somebody else's entry lies where a dot belongs: then it is moved, unless it is there twice already. */
function isGuest(bytes: Buffer, at: number, cluster: number): boolean {
  const slot = bytes.subarray(at, at + SLOT_BYTES);
  const first = slot.readUInt8(0);
  if (first === FREE_SLOT || first === END_OF_DIRECTORY || isLongPiece(bytes, at)) return false;
  const stored = slot.subarray(0, SHORT_NAME_LENGTH);
  if (!isLegalShortName(stored)) return false;
  const isDirectory = (slot.readUInt8(ATTRIBUTES_AT) & ATTRIBUTE_DIRECTORY) !== 0;
  // A dot whose name alone is damaged.
  if (isDirectory && clusterField(slot, 0) === cluster) return false;
  for (let other = 2 * SLOT_BYTES; other < bytes.length; other += SLOT_BYTES) {
    if (slot.equals(bytes.subarray(other, other + SLOT_BYTES))) return false;
  }
  return true;
}

/** A deleted slot, or the end mark where nothing lies behind it. */
function freeSlot(bytes: Buffer): number | undefined {
  for (let at = 2 * SLOT_BYTES; at < bytes.length; at += SLOT_BYTES) {
    if (bytes[at] === FREE_SLOT) return at;
    if (bytes[at] === END_OF_DIRECTORY) {
      return (bytes[at + SLOT_BYTES] ?? END_OF_DIRECTORY) === END_OF_DIRECTORY ? at : undefined;
    }
  }
  return undefined;
}
