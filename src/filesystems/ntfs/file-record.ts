/** A whole file of the MFT: its base record, and the records that an attribute list adds to it. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { attributeRuns, COMPRESSED_MASK, ENCRYPTED, TYPE } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import type { Geometry } from "./boot-sector.ts";
import { damaged } from "./failures.ts";
import { fileReference, readU64 } from "./fields.ts";
import type { FileReference } from "./fields.ts";
import type { MftRecord } from "./mft-record.ts";
import { clustersOf } from "./runs.ts";
import type { Run } from "./runs.ts";
import { RunStream, ValueStream } from "./stream.ts";

/** NTFS lets an attribute list grow to 256 KiB. */
const MAX_LIST_BYTES = 256 << 10;
const LIST_ENTRY_BYTES = 26;

export interface NtfsFile {
  readonly record: MftRecord;
  /** All attribute records, those of extension records too; the pieces of one value in order of their VCNs. */
  readonly attributes: readonly Attribute[];
  /** Extension records, without the base. */
  readonly extensions: readonly MftRecord[];
  readonly hasList: boolean;
}

export interface ListEntry {
  readonly type: number;
  readonly name: string;
  readonly firstVcn: number;
  readonly where: FileReference;
  readonly instance: number;
}

/** Decodes the value of an $ATTRIBUTE_LIST. @throws LifeboatError `ntfs-damaged`. */
function decodeList(list: Buffer, what: string): ListEntry[] {
  const entries: ListEntry[] = [];
  for (let at = 0; at + LIST_ENTRY_BYTES <= list.length;) {
    const length = list.readUInt16LE(at + 4);
    const nameAt = at + list.readUInt8(at + 7);
    const nameEnd = nameAt + list.readUInt8(at + 6) * 2;
    if (length < LIST_ENTRY_BYTES || at + length > list.length || nameEnd > at + length) {
      throw damaged(what, "its attribute list has an impossible entry");
    }
    entries.push({
      type: list.readUInt32LE(at),
      name: list.toString("utf16le", nameAt, nameEnd),
      firstVcn: readU64(list, at + 8),
      where: fileReference.read(list, at + 16),
      instance: list.readUInt16LE(at + 24),
    });
    at += length;
  }
  return entries;
}

/** The value of a record's attribute list, or undefined where it has none. */
export async function readList(
  record: MftRecord,
  volume: ByteRange,
  geometry: Geometry,
): Promise<ListEntry[] | undefined> {
  const list = record.attributes.find(({ type }) => type === TYPE.attributeList);
  if (list === undefined) return undefined;
  const what = `MFT record ${record.number}`;
  const stream = openPieces([list], volume, geometry, what);
  if (stream.size > MAX_LIST_BYTES) throw damaged(what, "its attribute list is too long");
  return decodeList(await readBytes(stream, 0, stream.size), what);
}

/** The attribute that a list entry names, in the record that holds it. */
export function attributeOfEntry(record: MftRecord, base: MftRecord, entry: ListEntry): Attribute {
  const what = `MFT record ${record.number}`;
  const isBase = record.number === base.number;
  const { base: owner, sequence } = record.header;
  const belongs = isBase || (record.inUse && owner.record === base.number);
  if (!belongs || (entry.where.sequence !== 0 && entry.where.sequence !== sequence)) {
    throw damaged(what, `it isn't part of file ${base.number}`);
  }
  const found = record.attributes.find(
    ({ type, name, instance }) =>
      type === entry.type && name === entry.name && instance === entry.instance,
  );
  if (found === undefined) throw damaged(what, "an attribute that the list names is missing");
  return found;
}

/** The attribute records that together hold one value; empty where there is none. */
export function piecesOf(file: NtfsFile, type: number, name = ""): Attribute[] {
  return file.attributes.filter((one) => one.type === type && one.name === name);
}

/** True where bytes of the value aren't what lies in its clusters. */
export function isTransformed(attribute: Attribute): boolean {
  return (attribute.flags & (COMPRESSED_MASK | ENCRYPTED)) !== 0;
}

/**
 * All runs of a value. Each piece begins where the one before it ends: a list of 256 KiB can name one piece ten thousand times, whose
 * runs would fill the memory before anybody sees that they don't fit together.
 * @throws LifeboatError `ntfs-damaged`.
 */
export function runsOfPieces(pieces: readonly Attribute[], geometry: Geometry): Run[] {
  const runs: Run[] = [];
  for (const piece of pieces) {
    const place = piece.nonResident;
    if (place === undefined) continue;
    if (runs.length > 0 && place.firstVcn !== clustersOf(runs)) {
      throw damaged("a run list", `its pieces don't join at cluster ${place.firstVcn}`);
    }
    for (const run of attributeRuns(piece, geometry.clusters)) runs.push(run);
  }
  return runs;
}

/** A value as a byte range. @throws LifeboatError `ntfs-damaged`. */
export function openPieces(
  pieces: readonly Attribute[],
  volume: ByteRange,
  geometry: Geometry,
  what: string,
  options: { writable?: boolean } = {},
): RunStream | ValueStream {
  const [first] = pieces;
  if (first === undefined) throw damaged(what, "an attribute is missing");
  if (first.value !== undefined) return new ValueStream(first.value);
  const sizes = first.nonResident;
  if (sizes === undefined || sizes.firstVcn !== 0) throw damaged(what, "its first run is missing");
  const runs = runsOfPieces(pieces, geometry);
  return new RunStream(volume, geometry.clusterBytes, runs, sizes, { what, ...options });
}
