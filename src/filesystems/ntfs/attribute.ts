/** Attribute records: the pieces that an MFT record consists of. Layout as in libntfs' layout.h (ATTR_RECORD). */
import { readU64, roundUp, writeU64 } from "./fields.ts";
import { damaged } from "./failures.ts";
import { decodeRuns, encodeRuns } from "./runs.ts";
import type { Run } from "./runs.ts";

/** Type codes, as in $AttrDef. Within a record, attributes are in this order. */
export const TYPE = {
  standardInformation: 0x10,
  attributeList: 0x20,
  fileName: 0x30,
  objectId: 0x40,
  securityDescriptor: 0x50,
  volumeName: 0x60,
  volumeInformation: 0x70,
  data: 0x80,
  indexRoot: 0x90,
  indexAllocation: 0xa0,
  bitmap: 0xb0,
  reparsePoint: 0xc0,
  end: 0xffffffff,
} as const;

/** Flags of an attribute record. */
export const COMPRESSED_MASK = 0x00ff;
export const ENCRYPTED = 0x4000;

/** Common header, before the resident or non-resident part. */
const RESIDENT_HEADER = 24;
const NON_RESIDENT_HEADER = 64;

interface NonResident {
  readonly firstVcn: number;
  /** -1 where there is none. */
  readonly lastVcn: number;
  readonly allocatedBytes: number;
  readonly dataBytes: number;
  /** From here to `dataBytes` the contents read as zeroes, whatever the clusters hold. */
  readonly initializedBytes: number;
  readonly mappingPairs: Buffer;
}

export interface Attribute {
  readonly type: number;
  readonly name: string;
  readonly flags: number;
  readonly instance: number;
  /** The whole attribute record as stored. */
  readonly raw: Buffer;
  /** The value, where it is resident. */
  readonly value: Buffer | undefined;
  readonly nonResident: NonResident | undefined;
}

/** Splits the attributes between `start` and `end` of a record. @throws LifeboatError `ntfs-damaged`. */
export function decodeAttributes(
  record: Buffer,
  start: number,
  end: number,
  what: string,
): Attribute[] {
  const attributes: Attribute[] = [];
  let at = start;
  while (at + 4 <= end && record.readUInt32LE(at) !== TYPE.end) {
    const length = at + 8 <= end ? record.readUInt32LE(at + 4) : 0;
    if (length < RESIDENT_HEADER || length % 8 !== 0 || at + length > end) {
      throw damaged(what, `an attribute at ${at} has an impossible length`);
    }
    attributes.push(decodeAttribute(record.subarray(at, at + length), what));
    at += length;
  }
  return attributes;
}

function decodeAttribute(raw: Buffer, what: string): Attribute {
  const nameLength = raw.readUInt8(9) * 2;
  const name =
    nameLength === 0 ? "" : part(raw, raw.readUInt16LE(10), nameLength, what).toString("utf16le");
  const type = raw.readUInt32LE(0);
  const flags = raw.readUInt16LE(12);
  const instance = raw.readUInt16LE(14);
  if (raw.readUInt8(8) === 0) {
    const value = part(raw, raw.readUInt16LE(20), raw.readUInt32LE(16), what);
    return { type, name, flags, instance, raw, value, nonResident: undefined };
  }
  if (raw.length < NON_RESIDENT_HEADER) throw damaged(what, "an attribute is too short");
  const pairsAt = raw.readUInt16LE(32);
  const nonResident = {
    firstVcn: readU64(raw, 16),
    lastVcn: Number(raw.readBigInt64LE(24)),
    allocatedBytes: readU64(raw, 40),
    dataBytes: readU64(raw, 48),
    initializedBytes: readU64(raw, 56),
    mappingPairs: part(raw, pairsAt, raw.length - pairsAt, what),
  };
  return { type, name, flags, instance, raw, value: undefined, nonResident };
}

function part(raw: Buffer, at: number, length: number, what: string): Buffer {
  if (length < 0 || at + length > raw.length) throw damaged(what, "an attribute points outside");
  return raw.subarray(at, at + length);
}

/** The runs of one attribute record, checked against the volume's size in clusters. */
export function attributeRuns(attribute: Attribute, clusters: number): Run[] {
  const place = attribute.nonResident;
  return place === undefined ? [] : decodeRuns(place.mappingPairs, place.firstVcn, clusters);
}

/** An attribute record whose value lies in the MFT record itself. Its instance number is given by the record's encoder. */
export function residentAttribute(
  type: number,
  value: Buffer,
  options: { name?: string; indexed?: boolean } = {},
): Buffer {
  const name = Buffer.from(options.name ?? "", "utf16le");
  const valueAt = roundUp(RESIDENT_HEADER + name.length, 8);
  const raw = Buffer.alloc(roundUp(valueAt + value.length, 8));
  writeCommon(raw, type, name, RESIDENT_HEADER);
  raw.writeUInt32LE(value.length, 16);
  raw.writeUInt16LE(valueAt, 20);
  raw.writeUInt8(options.indexed === true ? 1 : 0, 22);
  value.copy(raw, valueAt);
  return raw;
}

/** An attribute record whose value lies in clusters. `dataBytes` and the other sizes are 0 in all but a value's first record. */
export function nonResidentAttribute(
  type: number,
  runs: readonly Run[],
  clusterBytes: number,
  dataBytes: number,
  options: { name?: string; initializedBytes?: number; continuation?: boolean } = {},
): Buffer {
  const name = Buffer.from(options.name ?? "", "utf16le");
  const pairs = encodeRuns(runs);
  const pairsAt = roundUp(NON_RESIDENT_HEADER + name.length, 8);
  const raw = Buffer.alloc(roundUp(pairsAt + pairs.length, 8));
  writeCommon(raw, type, name, NON_RESIDENT_HEADER);
  raw.writeUInt8(1, 8);
  const firstVcn = runs[0]?.vcn ?? 0;
  const last = runs.at(-1);
  const endVcn = last === undefined ? 0 : last.vcn + last.clusters;
  writeU64(raw, 16, firstVcn);
  if (endVcn === 0) raw.writeBigInt64LE(-1n, 24);
  else writeU64(raw, 24, endVcn - 1);
  raw.writeUInt16LE(pairsAt, 32);
  if (options.continuation !== true) {
    writeU64(raw, 40, Math.max(roundUp(dataBytes, clusterBytes), endVcn * clusterBytes));
    writeU64(raw, 48, dataBytes);
    writeU64(raw, 56, options.initializedBytes ?? dataBytes);
  }
  pairs.copy(raw, pairsAt);
  return raw;
}

function writeCommon(raw: Buffer, type: number, name: Buffer, nameAt: number): void {
  raw.writeUInt32LE(type, 0);
  raw.writeUInt32LE(raw.length, 4);
  raw.writeUInt8(name.length / 2, 9);
  raw.writeUInt16LE(nameAt, 10);
  name.copy(raw, nameAt);
}
