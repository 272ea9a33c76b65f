/** Directory entries: sections 6 and 7 of the exFAT specification. All are 32 bytes long. */
import { bytes, Struct, u16le, u32le, u64le, u8 } from "../../block/struct.ts";
import { isSafeName } from "../safe-name.ts";
import { decodeTimestamp, encodeTimestamp } from "./timestamps.ts";
import { nameHash, upcaseName } from "./upcase.ts";
import type { UpcaseTable } from "./upcase.ts";

export const ENTRY_SIZE = 32;

/** Section 6.2.1. The highest bit of a type says that the entry is in use. */
export const END_OF_DIRECTORY = 0x00;
export const IN_USE = 0x80;
export const ALLOCATION_BITMAP = 0x81;
export const UPCASE_TABLE = 0x82;
export const VOLUME_LABEL = 0x83;
export const FILE = 0x85;
export const STREAM_EXTENSION = 0xc0;
export const FILE_NAME = 0xc1;
/** Set in types of entries that come behind a primary one, and in those that may be ignored where they aren't known. */
export const SECONDARY = 0x40;
export const BENIGN = 0x20;
/** A file entry no longer in use. */
export const DELETED_FILE = FILE & ~IN_USE;

/** Section 6.3.4. */
export const ALLOCATION_POSSIBLE = 0x01;
export const NO_FAT_CHAIN = 0x02;

/** Section 7.4.4. */
export const ATTRIBUTE_DIRECTORY = 0x10;
const ATTRIBUTE_ARCHIVE = 0x20;

export const UNITS_PER_NAME_ENTRY = 15;
export const MAX_LABEL_UNITS = 11;

export const BitmapEntry = new Struct("exFAT allocation bitmap entry", ENTRY_SIZE, {
  type: u8,
  bitmapFlags: u8,
  reserved: bytes(18),
  firstCluster: u32le,
  dataLength: u64le,
});

export const UpcaseEntry = new Struct("exFAT up-case table entry", ENTRY_SIZE, {
  type: u8,
  reserved1: bytes(3),
  tableChecksum: u32le,
  reserved2: bytes(12),
  firstCluster: u32le,
  dataLength: u64le,
});

export const LabelEntry = new Struct("exFAT volume label entry", ENTRY_SIZE, {
  type: u8,
  characterCount: u8,
  volumeLabel: bytes(MAX_LABEL_UNITS * 2),
  reserved: bytes(8),
});

export const FileEntry = new Struct("exFAT file entry", ENTRY_SIZE, {
  type: u8,
  secondaryCount: u8,
  setChecksum: u16le,
  attributes: u16le,
  reserved1: u16le,
  created: u32le,
  modified: u32le,
  accessed: u32le,
  created10ms: u8,
  modified10ms: u8,
  createdUtcOffset: u8,
  modifiedUtcOffset: u8,
  accessedUtcOffset: u8,
  reserved2: bytes(7),
});

export const StreamEntry = new Struct("exFAT stream extension entry", ENTRY_SIZE, {
  type: u8,
  flags: u8,
  reserved1: u8,
  nameLength: u8,
  nameHash: u16le,
  reserved2: u16le,
  validDataLength: u64le,
  reserved3: u32le,
  firstCluster: u32le,
  dataLength: u64le,
});

/** Where an entry's clusters are: one run, or a chain in the FAT. `firstCluster` is 0 where there are none. */
export interface Allocation {
  readonly firstCluster: number;
  readonly contiguous: boolean;
  readonly dataLength: number;
}

/** A file or directory: a file entry, its stream extension, its names, and whatever else its writer added. */
export interface EntrySet extends Allocation {
  /** Index of the first entry in its directory, and the number of entries. */
  readonly slot: number;
  readonly slots: number;
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes of the file that were ever written; behind them it reads as zeroes. */
  readonly validDataLength: number;
  readonly modified: Date | undefined;
  /** Clusters of vendor allocation entries (section 7.9): they belong to the file and go with it. */
  readonly vendorAllocations: readonly Allocation[];
}

/**
 * The entry set whose file entry is at `slot` of a directory's bytes.
 * @returns undefined for a damaged one: cut off, wrong checksum, impossible lengths, a name that no path can hold.
 */
export function decodeEntrySet(directory: Buffer, slot: number): EntrySet | undefined {
  const start = slot * ENTRY_SIZE;
  const slots = (directory[start + 1] ?? 0) + 1;
  const set = directory.subarray(start, start + slots * ENTRY_SIZE);
  // A stream extension and one name at least, 17 names at most; vendors may add up to the 255 of the field.
  if (slots < 3 || set.length < slots * ENTRY_SIZE) return undefined;
  const file = FileEntry.decode(set);
  const stream = StreamEntry.decode(set, ENTRY_SIZE);
  if (stream.type !== STREAM_EXTENSION || file.setChecksum !== entrySetChecksum(set))
    return undefined;
  const nameEntries = Math.ceil(stream.nameLength / UNITS_PER_NAME_ENTRY);
  if (nameEntries < 1 || nameEntries > slots - 2) return undefined;
  let name = "";
  for (let index = 2; index < 2 + nameEntries; index++) {
    const at = index * ENTRY_SIZE;
    if (set[at] !== FILE_NAME) return undefined;
    name += set.toString("utf16le", at + 2, at + ENTRY_SIZE);
  }
  name = name.slice(0, stream.nameLength);
  if (!isSafeName(name)) return undefined;
  const allocation = allocationOf(stream);
  const vendorAllocations = decodeVendorAllocations(set, 2 + nameEntries);
  if (allocation === undefined || vendorAllocations === undefined) return undefined;
  if (stream.validDataLength > stream.dataLength) return undefined;
  return {
    ...allocation,
    slot,
    slots,
    name,
    isDirectory: (file.attributes & ATTRIBUTE_DIRECTORY) !== 0,
    validDataLength: Number(stream.validDataLength),
    modified: decodeTimestamp({
      dateTime: file.modified,
      tenMilliseconds: file.modified10ms,
      utcOffset: file.modifiedUtcOffset,
    }),
    vendorAllocations,
  };
}

/** Every secondary entry has its flags, first cluster and length where the stream extension has them (section 6.4). */
function decodeVendorAllocations(set: Buffer, from: number): Allocation[] | undefined {
  const allocations: Allocation[] = [];
  for (let at = from * ENTRY_SIZE; at < set.length; at += ENTRY_SIZE) {
    const entry = StreamEntry.decode(set, at);
    const expected = IN_USE | SECONDARY | BENIGN;
    // A critical one that isn't known, or an entry of somebody else: the set is not what it says (section 8.2).
    if ((entry.type & expected) !== expected) return undefined;
    if ((entry.flags & ALLOCATION_POSSIBLE) === 0) continue;
    const allocation = allocationOf(entry);
    if (allocation === undefined) return undefined;
    if (allocation.firstCluster !== 0) allocations.push(allocation);
  }
  return allocations;
}

function allocationOf(entry: {
  flags: number;
  firstCluster: number;
  dataLength: bigint;
}): Allocation | undefined {
  if (entry.dataLength > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const dataLength = Number(entry.dataLength);
  if ((entry.flags & ALLOCATION_POSSIBLE) === 0 || entry.firstCluster === 0) {
    return dataLength === 0 ? { firstCluster: 0, contiguous: false, dataLength } : undefined;
  }
  const contiguous = (entry.flags & NO_FAT_CHAIN) !== 0;
  return { firstCluster: entry.firstCluster, contiguous, dataLength };
}

/** A new entry set for `name`, all its times `time`, its data written to the last byte. */
export function encodeEntrySet(
  name: string,
  isDirectory: boolean,
  allocation: Allocation,
  time: Date,
  upcase: UpcaseTable,
): Buffer {
  const nameEntries = Math.ceil(name.length / UNITS_PER_NAME_ENTRY);
  const stamp = encodeTimestamp(time);
  const file = FileEntry.encode({
    type: FILE,
    secondaryCount: 1 + nameEntries,
    setChecksum: 0,
    attributes: isDirectory ? ATTRIBUTE_DIRECTORY : ATTRIBUTE_ARCHIVE,
    reserved1: 0,
    created: stamp.dateTime,
    modified: stamp.dateTime,
    accessed: stamp.dateTime,
    created10ms: stamp.tenMilliseconds,
    modified10ms: stamp.tenMilliseconds,
    createdUtcOffset: stamp.utcOffset,
    modifiedUtcOffset: stamp.utcOffset,
    accessedUtcOffset: stamp.utcOffset,
    reserved2: Buffer.alloc(7),
  });
  const stream = StreamEntry.encode({
    type: STREAM_EXTENSION,
    ...streamFields(allocation),
    reserved1: 0,
    nameLength: name.length,
    nameHash: nameHash(upcaseName(name, upcase)),
    reserved2: 0,
    reserved3: 0,
  });
  const names = Buffer.alloc(nameEntries * ENTRY_SIZE);
  for (let index = 0; index < nameEntries; index++) {
    const part = name.slice(index * UNITS_PER_NAME_ENTRY, (index + 1) * UNITS_PER_NAME_ENTRY);
    names[index * ENTRY_SIZE] = FILE_NAME;
    names.write(part, index * ENTRY_SIZE + 2, "utf16le");
  }
  return sealed(Buffer.concat([file, stream, names]));
}

/** The same entries for other clusters, and for a file with a new time of change; everything else stays as it was. */
export function withAllocation(set: Buffer, allocation: Allocation, modified?: Date): Buffer {
  const file = FileEntry.decode(set);
  if (modified !== undefined) {
    const stamp = encodeTimestamp(modified);
    file.modified = stamp.dateTime;
    file.modified10ms = stamp.tenMilliseconds;
    file.modifiedUtcOffset = stamp.utcOffset;
    file.attributes |= ATTRIBUTE_ARCHIVE;
  }
  const stream = { ...StreamEntry.decode(set, ENTRY_SIZE), ...streamFields(allocation) };
  const rest = set.subarray(2 * ENTRY_SIZE);
  return sealed(Buffer.concat([FileEntry.encode(file), StreamEntry.encode(stream), rest]));
}

function streamFields(allocation: Allocation) {
  const dataLength = BigInt(allocation.dataLength);
  return {
    flags: ALLOCATION_POSSIBLE | (allocation.contiguous ? NO_FAT_CHAIN : 0),
    validDataLength: dataLength,
    firstCluster: allocation.firstCluster,
    dataLength,
  };
}

function sealed(set: Buffer): Buffer {
  set.writeUInt16LE(entrySetChecksum(set), 2);
  return set;
}

/** Section 6.3.3, without the two bytes of the checksum itself. */
export function entrySetChecksum(set: Buffer): number {
  let sum = 0;
  for (let at = 0; at < set.length; at++) {
    if (at === 2 || at === 3) continue;
    sum = (((sum << 15) | (sum >>> 1)) + (set[at] ?? 0)) & 0xffff;
  }
  return sum;
}

export function isFileEntry(type: number): boolean {
  return type === FILE;
}
