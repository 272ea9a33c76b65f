/**
 * Entry sets told apart and put back together. A set's checksum says with near certainty whether a guess at its damage is right: an
 * entry's type, the number of entries, the directory bit. Sections 6.3 to 7.7 of the exFAT specification.
 */
import type { BrokenSet } from "./messages.ts";
import {
  ALLOCATION_POSSIBLE,
  ATTRIBUTE_DIRECTORY,
  DELETED_FILE,
  END_OF_DIRECTORY,
  ENTRY_SIZE,
  entrySetChecksum,
  FILE,
  FILE_NAME,
  FileEntry,
  IN_USE,
  NO_FAT_CHAIN,
  STREAM_EXTENSION,
  StreamEntry,
  UNITS_PER_NAME_ENTRY,
} from "../entries.ts";
import { nameHash, upcaseName } from "../upcase.ts";
import type { UpcaseTable } from "../upcase.ts";

/** Nineteen entries: a file entry, a stream extension, seventeen names. */
const MOST_SECONDARIES = 18;
const LEAST_SECONDARIES = 2;
const FORBIDDEN = /[\u0000-\u001f"*/:<>?\\|]/g;

/** A file or directory, with its bytes as they should be. */
export interface FoundSet {
  readonly kind: "set";
  /** Index of its first entry in the directory. */
  readonly slot: number;
  readonly slots: number;
  /** A copy that is mended step by step; its checksum is set when it is written. */
  readonly bytes: Buffer;
  /** Whether the checksum on the medium was right. */
  readonly isSealed: boolean;
  /** What its structure needed: ids of findings. */
  readonly mended: readonly BrokenSet[];
}

/** Entries that make no set. */
export interface Scrap {
  readonly kind: "scrap";
  readonly slot: number;
  readonly slots: number;
  readonly type: number;
}

export type DirectoryItem = FoundSet | Scrap;

/** The items of a directory, to its end mark. System entries of the root are scraps too. */
export function parseDirectory(bytes: Buffer): DirectoryItem[] {
  const items: DirectoryItem[] = [];
  const count = Math.floor(bytes.length / ENTRY_SIZE);
  for (let slot = 0; slot < count;) {
    const type = bytes.readUInt8(slot * ENTRY_SIZE);
    const found = setAt(bytes, slot);
    if (found !== undefined) {
      items.push(found);
      slot += found.slots;
      continue;
    }
    if (type === END_OF_DIRECTORY) break;
    if ((type & IN_USE) !== 0) items.push({ kind: "scrap", slot, slots: 1, type });
    slot++;
  }
  return items;
}

/** The set that begins at a slot, or that would but for one thing that its checksum tells. */
function setAt(bytes: Buffer, slot: number): FoundSet | undefined {
  const start = slot * ENTRY_SIZE;
  const type = bytes[start] ?? 0;
  const stated = bytes[start + 1] ?? 0;
  const whole = take(bytes, start, stated);
  if (type === FILE && whole !== undefined && isSealed(whole) && hasTypes(whole)) {
    return found(slot, whole, []);
  }
  // One wrong type, of an entry that may seem deleted or the directory's end.
  if (type !== FILE) {
    const isStream = bytes[start + ENTRY_SIZE] === STREAM_EXTENSION;
    if (whole === undefined || stated > MOST_SECONDARIES || !isStream) return undefined;
    const set = withTypes(whole);
    // Over several sectors, it may be a removal that was cut short: then what is left of it goes.
    const isRemoved = type === DELETED_FILE && !isInOneSector(slot, stated);
    return isSealed(set) && !isRemoved ? found(slot, set, ["entry-type"]) : undefined;
  }
  if (whole !== undefined && stated <= MOST_SECONDARIES) {
    const set = withTypes(whole);
    if (isSealed(set)) return found(slot, set, ["entry-type"]);
    set[4] = (set[4] ?? 0) ^ ATTRIBUTE_DIRECTORY;
    if (hasTypes(whole) && isSealed(set)) return found(slot, set, ["entry-attributes"]);
  }
  for (let secondaries = LEAST_SECONDARIES; secondaries <= MOST_SECONDARIES; secondaries++) {
    const set = take(bytes, start, secondaries);
    if (set === undefined || !hasTypes(set)) break;
    set[1] = secondaries;
    if (isSealed(set)) return found(slot, set, ["secondary-count"]);
  }
  // The checksum itself, or any byte that nothing else repeats.
  const named = Math.ceil((bytes[start + ENTRY_SIZE + 3] ?? 0) / UNITS_PER_NAME_ENTRY);
  const set = whole !== undefined && hasTypes(whole) ? whole : take(bytes, start, 1 + named);
  if (set === undefined || !hasTypes(set)) return undefined;
  const mended: readonly BrokenSet[] =
    set[1] === set.length / ENTRY_SIZE - 1 ? [] : ["secondary-count"];
  set[1] = set.length / ENTRY_SIZE - 1;
  return found(slot, set, [...mended, "set-checksum"], false);
}

/** A copy of so many entries behind the first. */
function take(bytes: Buffer, start: number, secondaries: number): Buffer | undefined {
  const end = start + (secondaries + 1) * ENTRY_SIZE;
  if (secondaries < LEAST_SECONDARIES || end > bytes.length) return undefined;
  return Buffer.from(bytes.subarray(start, end));
}

function found(
  slot: number,
  bytes: Buffer,
  mended: readonly BrokenSet[],
  isSealedSet = true,
): FoundSet {
  const slots = bytes.length / ENTRY_SIZE;
  return { kind: "set", slot, slots, bytes, isSealed: isSealedSet, mended };
}

/** Of the smallest sectors there are. */
function isInOneSector(slot: number, secondaries: number): boolean {
  const perSector = 512 / ENTRY_SIZE;
  return Math.floor(slot / perSector) === Math.floor((slot + secondaries) / perSector);
}

function isSealed(set: Buffer): boolean {
  return set.readUInt16LE(2) === entrySetChecksum(set);
}

export function sealed(set: Buffer): Buffer {
  set.writeUInt16LE(entrySetChecksum(set), 2);
  return set;
}

function hasTypes(set: Buffer): boolean {
  if (set[0] !== FILE || set[ENTRY_SIZE] !== STREAM_EXTENSION) return false;
  for (let at = 2 * ENTRY_SIZE; at < set.length; at += ENTRY_SIZE) {
    const type = set[at] ?? 0;
    if (type !== FILE_NAME && !mayBeVendors(type, at)) return false;
  }
  return true;
}

/** Section 7.8 and 7.9: entries of somebody else's that belong to the file. */
export function hasVendorEntries(set: FoundSet): boolean {
  for (let at = 2 * ENTRY_SIZE; at < set.bytes.length; at += ENTRY_SIZE) {
    if (set.bytes[at] !== FILE_NAME) return true;
  }
  return false;
}

function withTypes(set: Buffer): Buffer {
  const typed = Buffer.from(set);
  typed[0] = FILE;
  typed[ENTRY_SIZE] = STREAM_EXTENSION;
  for (let at = 2 * ENTRY_SIZE; at < typed.length; at += ENTRY_SIZE) {
    if (!mayBeVendors(typed[at] ?? 0, at)) typed[at] = FILE_NAME;
  }
  return typed;
}

/** Behind the stream extension there is a name first (section 7.7). */
function mayBeVendors(type: number, at: number): boolean {
  return (type & 0xe0) === 0xe0 && at > 2 * ENTRY_SIZE;
}

export interface Stream {
  flags: number;
  nameLength: number;
  nameHash: number;
  validDataLength: bigint;
  firstCluster: number;
  dataLength: bigint;
}

export function streamOf(set: FoundSet): Stream {
  return StreamEntry.decode(set.bytes, ENTRY_SIZE);
}

/** Changes fields of a set's stream extension. */
export function setStream(set: FoundSet, fields: Partial<Stream>): void {
  StreamEntry.encode({ ...StreamEntry.decode(set.bytes, ENTRY_SIZE), ...fields }).copy(
    set.bytes,
    ENTRY_SIZE,
  );
}

export function isDirectory(set: FoundSet): boolean {
  return (FileEntry.decode(set.bytes).attributes & ATTRIBUTE_DIRECTORY) !== 0;
}

export function isContiguous({ flags }: Stream): boolean {
  return (flags & NO_FAT_CHAIN) !== 0;
}

export const CHAINED = ALLOCATION_POSSIBLE;

/** The characters in a set's name entries, to the first that is no character. */
export function nameOf(set: FoundSet): string {
  const { text } = nameEntries(set);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function nameEntries(set: FoundSet): { text: string; count: number } {
  let text = "";
  let count = 0;
  for (
    let at = 2 * ENTRY_SIZE;
    at < set.bytes.length && set.bytes[at] === FILE_NAME;
    at += ENTRY_SIZE
  ) {
    text += set.bytes.toString("utf16le", at + 2, at + ENTRY_SIZE);
    count++;
  }
  return { text: text.slice(0, 255), count };
}

export function hashOf(name: string, upcase: UpcaseTable): number {
  return nameHash(upcaseName(name, upcase));
}

/** Gives a set another name that has as many entries. */
export function rename(set: FoundSet, name: string, upcase: UpcaseTable): void {
  const { count } = nameEntries(set);
  for (let index = 0; index < count; index++) {
    const at = (2 + index) * ENTRY_SIZE;
    set.bytes.fill(0, at + 2, at + ENTRY_SIZE);
    const part = name.slice(index * UNITS_PER_NAME_ENTRY, (index + 1) * UNITS_PER_NAME_ENTRY);
    set.bytes.write(part, at + 2, "utf16le");
  }
  setStream(set, { nameLength: name.length, nameHash: hashOf(name, upcase) });
}

/** A name that may be: `_` for what may not be in one. */
export function legalName(name: string): string {
  const legal = name.replace(FORBIDDEN, "_");
  return legal === "" || legal === "." || legal === ".."
    ? "_".repeat(Math.max(1, legal.length))
    : legal;
}

/** `name` with a number, of as many name entries, that `isTaken` doesn't know. */
export function freshName(name: string, isTaken: (name: string) => boolean): string {
  const entries = Math.max(1, Math.ceil(name.length / UNITS_PER_NAME_ENTRY));
  const most = Math.min(255, entries * UNITS_PER_NAME_ENTRY);
  for (let number = 1; ; number++) {
    const tail = `~${number}`;
    const fresh = name.slice(0, most - tail.length) + tail;
    if (!isTaken(fresh)) return fresh;
  }
}

/** Of the specification: critical ones, volume GUID, TexFAT padding, access control; vendor extension and allocation. */
const KNOWN_TYPES = [
  0x81,
  0x82,
  0x83,
  FILE,
  STREAM_EXTENSION,
  FILE_NAME,
  0xa0,
  0xa1,
  0xa2,
  0xe0,
  0xe1,
];

/** How much of a directory's cluster must be strange to be none. */
const LEAST_NOISE = 3;

/** Whether a cluster's bytes can't be a part of a directory. */
export function isNoise(bytes: Buffer): boolean {
  let good = 0;
  let bad = 0;
  for (let at = 0; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    const type = bytes.readUInt8(at);
    const kind = type | IN_USE;
    if (KNOWN_TYPES.includes(kind)) good++;
    else if (
      type !== END_OF_DIRECTORY ||
      bytes.subarray(at, at + ENTRY_SIZE).some((byte) => byte !== 0)
    )
      bad++;
  }
  return bad >= LEAST_NOISE && bad > good;
}
