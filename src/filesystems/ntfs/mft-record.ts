/** Records of the Master File Table. Layout as in libntfs' layout.h (MFT_RECORD), NTFS 3.1. */
import { ascii, Struct, u16le, u32le, u64le } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { decodeAttributes } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import { STRIDE } from "./boot-sector.ts";
import { beyondUs, damaged, isDamage } from "./failures.ts";
import { fileReference, roundUp } from "./fields.ts";
import type { FileReference } from "./fields.ts";
import { applyFixups, nextFixup, undoFixups } from "./fixups.ts";

/** The head of a record. */
export const RecordHeader = new Struct("MFT record header", 48, {
  magic: ascii(4),
  fixupsOffset: u16le,
  fixupsCount: u16le,
  logSequence: u64le,
  sequence: u16le,
  links: u16le,
  attributesOffset: u16le,
  flags: u16le,
  bytesInUse: u32le,
  bytesAllocated: u32le,
  /** All zero in a file's base record. */
  base: fileReference,
  nextInstance: u16le,
  reserved: u16le,
  recordNumber: u32le,
});

const MAGIC = "FILE";
export const RECORD_FLAG = { inUse: 1, directory: 2, extend: 4, viewIndex: 8 } as const;

/** Records that the format keeps for itself; a user's files begin at 24 (0–15 have meanings, 16–23 stay free). */
export const RECORD = {
  mft: 0,
  mftMirror: 1,
  logFile: 2,
  volume: 3,
  attrDef: 4,
  root: 5,
  bitmap: 6,
  boot: 7,
  badClusters: 8,
  secure: 9,
  upCase: 10,
  extend: 11,
  firstReserved: 12,
  firstFree: 16,
  firstUser: 24,
} as const;

export interface MftRecord {
  readonly number: number;
  readonly header: Infer<typeof RecordHeader>;
  readonly attributes: readonly Attribute[];
  readonly inUse: boolean;
  readonly isDirectory: boolean;
}

/** Decodes one record, undoing its fixups in place. @throws LifeboatError `ntfs-damaged`. */
export function decodeRecord(raw: Buffer, number: number): MftRecord {
  const what = `MFT record ${number}`;
  const header = RecordHeader.decode(raw);
  if (header.magic !== MAGIC) throw damaged(what, "it doesn't begin with FILE");
  undoFixups(raw, what);
  if (header.bytesInUse > raw.length || header.attributesOffset < 42) {
    throw damaged(what, "its header contradicts its size");
  }
  const inUse = (header.flags & RECORD_FLAG.inUse) !== 0;
  return {
    number,
    header,
    attributes: decodeAttributes(raw, header.attributesOffset, header.bytesInUse, what),
    inUse,
    isDirectory: (header.flags & RECORD_FLAG.directory) !== 0,
  };
}

export interface RecordContents {
  readonly number: number;
  readonly sequence: number;
  readonly links: number;
  readonly flags: number;
  /** Encoded attribute records in the format's order; their places become their instance numbers. */
  readonly attributes: readonly Buffer[];
  readonly base?: FileReference;
}

/** A record that no file uses yet. */
export function unusedRecord(number: number, sequence: number): RecordContents {
  return { number, sequence, links: 0, flags: 0, attributes: [] };
}

/** Room for attributes in a record of this size, the end mark taken off. */
export function attributeRoom(recordBytes: number): number {
  return recordBytes - attributesStart(recordBytes) - 8;
}

function attributesStart(recordBytes: number): number {
  return roundUp(RecordHeader.size + 2 * (recordBytes / STRIDE + 1), 8);
}

/** True where these attributes go into one record. */
export function fitsRecord(attributes: readonly Buffer[], recordBytes: number): boolean {
  return totalLength(attributes) <= attributeRoom(recordBytes);
}

/** Room for attributes in the first `sectorBytes` of a record, which a medium writes whole; the end mark taken off. */
export function firstSectorRoom(recordBytes: number, sectorBytes: number): number {
  if (sectorBytes >= recordBytes) return attributeRoom(recordBytes);
  // The last two bytes of a sector are also kept in the record's head; that is the same sector.
  return sectorBytes - attributesStart(recordBytes) - 8;
}

/** Encodes a record with its fixups applied. @throws LifeboatError `ntfs-beyond-us` where it doesn't fit. */
export function encodeRecord(contents: RecordContents, recordBytes: number): Buffer {
  const record = layOut(contents, recordBytes);
  applyFixups(record, 1);
  return record;
}

/**
 * Encodes a record that replaces another. What lies behind its end stays as it was; where one sector is all that changes, the
 * update sequence number stays too. The medium writes a sector whole, so a power cut then leaves the old record or the new one.
 * @param old what is on the medium now.
 * @param sectorBytes the medium's.
 * @throws LifeboatError `ntfs-beyond-us` where the new one doesn't fit.
 */
export function encodeRecordOver(
  contents: RecordContents,
  old: Buffer,
  sectorBytes: number,
): Buffer {
  const record = layOut(contents, old.length);
  const plain = Buffer.from(old);
  try {
    if (plain.toString("latin1", 0, 4) !== MAGIC) throw damaged("an MFT record", "no record");
    undoFixups(plain, `MFT record ${contents.number}`);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // One of the torn write's numbers is in its last sector; neither may seem to be the new one's.
    applyFixups(record, nextFixup(nextFixup(old.readUInt16LE(old.length - 2))));
    return record;
  }
  plain.copy(record, record.readUInt32LE(24), record.readUInt32LE(24));
  const last = plain.readUInt16LE(plain.readUInt16LE(4));
  const same = Buffer.from(record);
  applyFixups(same, last);
  if (last !== 0 && changedSectors(same, old, sectorBytes) <= 1) return same;
  applyFixups(record, nextFixup(last));
  return record;
}

/** In how many of a medium's sectors two records differ. */
export function changedSectors(a: Buffer, b: Buffer, mediumSectorBytes: number): number {
  const sectorBytes = Math.max(mediumSectorBytes, STRIDE);
  let changed = 0;
  for (let at = 0; at < a.length; at += sectorBytes) {
    if (!a.subarray(at, at + sectorBytes).equals(b.subarray(at, at + sectorBytes))) changed++;
  }
  return changed;
}

/** A record as it is before its fixups. */
function layOut(contents: RecordContents, recordBytes: number): Buffer {
  if (!fitsRecord(contents.attributes, recordBytes)) {
    throw beyondUs(`MFT record ${contents.number} has no room left`);
  }
  const record = Buffer.alloc(recordBytes);
  const start = attributesStart(recordBytes);
  let at = start;
  for (const [instance, attribute] of contents.attributes.entries()) {
    attribute.copy(record, at);
    record.writeUInt16LE(instance, at + 14);
    at += attribute.length;
  }
  record.writeUInt32LE(0xffffffff, at);
  RecordHeader.encode({
    magic: MAGIC,
    fixupsOffset: RecordHeader.size,
    fixupsCount: recordBytes / STRIDE + 1,
    logSequence: 0n,
    sequence: contents.sequence,
    links: contents.links,
    attributesOffset: start,
    flags: contents.flags,
    bytesInUse: at + 8,
    bytesAllocated: recordBytes,
    base: contents.base ?? { record: 0, sequence: 0 },
    nextInstance: contents.attributes.length,
    reserved: 0,
    recordNumber: contents.number,
  }).copy(record);
  return record;
}

export function totalLength(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, buffer) => sum + buffer.length, 0);
}
