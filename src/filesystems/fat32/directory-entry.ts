/**
 * The 32-byte entry of a file or directory with its short name.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "FAT Directory Structure".
 */
import { bytes, Struct, u16le, u32le, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { encodeLongName, shortNameChecksum } from "./long-name.ts";
import { encodeTimestamp } from "./timestamp.ts";

export const ATTRIBUTE_READ_ONLY = 0x01;
export const ATTRIBUTE_HIDDEN = 0x02;
export const ATTRIBUTE_SYSTEM = 0x04;
export const ATTRIBUTE_VOLUME_ID = 0x08;
export const ATTRIBUTE_DIRECTORY = 0x10;
export const ATTRIBUTE_ARCHIVE = 0x20;

export const ShortEntry = new Struct("directory entry", 32, {
  name: bytes(11),
  attributes: u8,
  caseFlags: u8,
  createdHundredths: u8,
  createdTime: u16le,
  createdDate: u16le,
  accessedDate: u16le,
  /** Something else on FAT12/16. */
  clusterHigh: u16le,
  modifiedTime: u16le,
  modifiedDate: u16le,
  clusterLow: u16le,
  /** 0 for directories. */
  sizeBytes: u32le,
});

export interface NewEntry {
  readonly attributes: number;
  /** 0 for an empty file. */
  readonly firstCluster: number;
  readonly sizeBytes: number;
  readonly modified: Date;
}

/** The slot of a short name: eleven bytes of it. */
export function encodeShortEntry(shortName: Buffer, entry: NewEntry): Buffer {
  const { date, time, hundredths } = encodeTimestamp(entry.modified);
  return ShortEntry.encode({
    name: shortName,
    attributes: entry.attributes,
    caseFlags: 0,
    createdHundredths: hundredths,
    createdTime: time,
    createdDate: date,
    accessedDate: date,
    clusterHigh: entry.firstCluster >>> 16,
    modifiedTime: time,
    modifiedDate: date,
    clusterLow: entry.firstCluster & 0xffff,
    sizeBytes: entry.sizeBytes,
  });
}

/** The short entry with the slots of its long name before it. */
export function encodeEntrySet(longName: string, shortName: Buffer, entry: NewEntry): Buffer {
  return Buffer.concat([
    encodeLongName(longName, shortNameChecksum(shortName)),
    encodeShortEntry(shortName, entry),
  ]);
}

/** The same entry with other contents: name, creation time and attributes stay. */
export function encodeReplaced(
  slot: Buffer,
  entry: Pick<NewEntry, "firstCluster" | "sizeBytes" | "modified">,
): Buffer {
  const { date, time } = encodeTimestamp(entry.modified);
  const old: Infer<typeof ShortEntry> = ShortEntry.decode(slot);
  return ShortEntry.encode({
    ...old,
    accessedDate: date,
    modifiedTime: time,
    modifiedDate: date,
    clusterHigh: entry.firstCluster >>> 16,
    clusterLow: entry.firstCluster & 0xffff,
    sizeBytes: entry.sizeBytes,
  });
}

/** Attributes that a file or directory can be given; the others say what it is. */
const SETTABLE = ATTRIBUTE_READ_ONLY | ATTRIBUTE_HIDDEN | ATTRIBUTE_SYSTEM;

/** Sets those of the entry at `at`, and changes nothing else of it. */
export function setAttributes(bytes: Buffer, at: number, attributes: number): void {
  const kept = bytes.readUInt8(at + 11) & ~SETTABLE;
  bytes.writeUInt8(kept | (attributes & SETTABLE), at + 11);
}

/** Makes the entry at `at` lead to another cluster, and changes nothing else of it. */
export function setFirstCluster(bytes: Buffer, at: number, cluster: number): void {
  bytes.writeUInt16LE(cluster >>> 16, at + 20);
  bytes.writeUInt16LE(cluster & 0xffff, at + 26);
}
