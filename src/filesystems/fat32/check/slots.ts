/**
 * The slots of a directory told apart more strictly than any reader does it: what belongs together, and what is left over.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "FAT Directory Structure", "FAT Long Directory Entries".
 */
import { ATTRIBUTE_VOLUME_ID, ShortEntry } from "../directory-entry.ts";
import { END_OF_DIRECTORY } from "../directory.ts";
import { SLOT_BYTES } from "../geometry.ts";
import {
  joinLongName,
  LONG_NAME_ATTRIBUTES,
  LONG_NAME_MASK,
  shortNameChecksum,
} from "../long-name.ts";
import { decodeShortName, FREE_SLOT, SHORT_NAME_LENGTH } from "../short-name.ts";

export const ATTRIBUTES_AT = 11;
export const CASE_FLAGS_AT = 12;
/** Not in the specification; fsck.fat knows it (`FAT_NO_83NAME`). */
export const NO_SHORT_NAME = 0x20;
/** Of a slot of a long name. */
export const TYPE_AT = 12;
export const CHECKSUM_AT = 13;
export const LONG_CLUSTER_AT = 26;
export const CLUSTER_HIGH_AT = 20;
export const CLUSTER_LOW_AT = 26;
export const SIZE_AT = 28;
const LAST_PIECE = 0x40;
const MOST_PIECES = 20;
const KANJI_LEAD = 0x05;

export const DOT = Buffer.from(".          ", "latin1");
export const DOT_DOT = Buffer.from("..         ", "latin1");

/** A short entry with its long name. Offsets are those of its slots within the directory. */
export interface EntryItem {
  readonly kind: "entry";
  readonly at: number;
  /** Its eleven bytes. */
  readonly stored: Buffer;
  readonly attributes: number;
  readonly firstCluster: number;
  readonly sizeBytes: number;
  /** In the medium's order; empty where it has no long name. */
  readonly pieces: readonly number[];
  readonly long: string | undefined;
  /** Pieces whose checksum is not that of the short name, as others' of the same name are. */
  readonly strayChecksums: readonly number[];
  /** The long name where there is one, for people. */
  readonly name: string;
}

/** Pieces of a long name that belong to no entry. */
export interface OrphanItem {
  readonly kind: "orphan";
  readonly pieces: readonly number[];
}

export type DirectoryItem = EntryItem | OrphanItem;

export interface Slots {
  readonly items: DirectoryItem[];
  /** Offset of the first slot that was never used; the length where all were. */
  readonly end: number;
}

/** The slots from `from` on, to the end mark. */
export function parseSlots(bytes: Buffer, from = 0): Slots {
  const items: DirectoryItem[] = [];
  let pieces: number[] = [];
  let expected = 0;
  const leave = (): void => {
    if (pieces.length > 0) items.push({ kind: "orphan", pieces });
    pieces = [];
  };
  let at = from;
  for (; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
    const first = bytes.readUInt8(at);
    if (first === END_OF_DIRECTORY) break;
    if (first === FREE_SLOT) leave();
    else if (isLongPiece(bytes, at)) {
      if ((first & LAST_PIECE) !== 0) leave();
      const number = first & ~LAST_PIECE;
      const inOrder =
        number >= 1 &&
        number <= MOST_PIECES &&
        (pieces.length > 0 ? number === expected : (first & LAST_PIECE) !== 0);
      if (!inOrder) leave();
      pieces.push(at);
      expected = inOrder ? number - 1 : -1;
      if (!inOrder) leave();
    } else {
      const stored = Buffer.from(bytes.subarray(at, at + SHORT_NAME_LENGTH));
      const sum = shortNameChecksum(stored);
      const sums = pieces.map((piece) => bytes[piece + CHECKSUM_AT]);
      const isLabel = (bytes.readUInt8(at + ATTRIBUTES_AT) & ATTRIBUTE_VOLUME_ID) !== 0;
      if (expected !== 0 || !sums.includes(sum) || isLabel) leave();
      items.push(entryItem(bytes, at, stored, pieces, sum));
      pieces = [];
    }
  }
  leave();
  return { items, end: at };
}

function entryItem(
  bytes: Buffer,
  at: number,
  stored: Buffer,
  pieces: readonly number[],
  sum: number,
): EntryItem {
  const entry = ShortEntry.decode(bytes, at);
  const long = pieces.length > 0 ? joinLongName(bytes, pieces) : undefined;
  return {
    kind: "entry",
    at,
    stored,
    attributes: entry.attributes,
    firstCluster: entry.clusterHigh * 0x10000 + entry.clusterLow,
    sizeBytes: entry.sizeBytes,
    pieces,
    long,
    strayChecksums: pieces.filter((piece) => bytes[piece + CHECKSUM_AT] !== sum),
    name: printable(long ?? decodeShortName(stored, entry.caseFlags)),
  };
}

export function isLongPiece(bytes: Buffer, at: number): boolean {
  return ((bytes[at + ATTRIBUTES_AT] ?? 0) & LONG_NAME_MASK) === LONG_NAME_ATTRIBUTES;
}

function printable(name: string): string {
  return name.replace(/[/\u0000-\u001f\u007f]/g, "_");
}

/** What the specification forbids in a short name, its padding aside. */
export function isLegalShortName(stored: Uint8Array): boolean {
  if (stored[0] === 0x20) return false;
  return stored.every(
    (byte, index) => isLegalShortByte(byte) || (index === 0 && byte === KANJI_LEAD),
  );
}

function isLegalShortByte(byte: number): boolean {
  return byte >= 0x20 && byte !== 0x7f && !'"*./:<>?\\|'.includes(String.fromCharCode(byte));
}

/** The eleven bytes with `_` for what isn't allowed in them. */
export function legalised(stored: Uint8Array): Buffer {
  const legal = Buffer.from(stored);
  for (const [index, byte] of legal.entries()) if (!isLegalShortByte(byte)) legal[index] = 0x5f;
  if (legal[0] === 0x20) legal[0] = 0x5f;
  return legal;
}

/** Fewer strange slots than this may be damage to single entries. */
const LEAST_NOISE = 3;

/** Whether a cluster's bytes can't be a part of a directory: most of what is in its slots is no entry. */
export function isNoise(bytes: Buffer): boolean {
  let good = 0;
  let bad = 0;
  for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
    const slot = bytes.subarray(at, at + SLOT_BYTES);
    const first = slot.readUInt8(0);
    if (first === FREE_SLOT) continue;
    if (first === END_OF_DIRECTORY) {
      if (slot.some((byte) => byte !== 0)) bad++;
    } else if (isLikely(slot)) good++;
    else bad++;
  }
  return bad >= LEAST_NOISE && bad > good;
}

function isLikely(slot: Buffer): boolean {
  const attributes = slot.readUInt8(ATTRIBUTES_AT);
  if ((attributes & ~LONG_NAME_MASK) !== 0) return false;
  if (attributes === LONG_NAME_ATTRIBUTES) {
    return slot.readUInt8(TYPE_AT) === 0 && slot.readUInt16LE(LONG_CLUSTER_AT) === 0;
  }
  const stored = slot.subarray(0, SHORT_NAME_LENGTH);
  return isLegalShortName(stored) || DOT.equals(stored) || DOT_DOT.equals(stored);
}
