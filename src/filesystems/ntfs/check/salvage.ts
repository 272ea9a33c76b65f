/**
 * The record of a directory that a power cut has torn: its first sector is whole, and what a directory's writer changes in the
 * second one can be made anew from the files that say where they are.
 */
import { decodeAttributes, TYPE } from "../attribute.ts";
import type { Attribute } from "../attribute.ts";
import { STRIDE } from "../boot-sector.ts";
import { damaged, isDamage } from "../failures.ts";
import type { NtfsFile } from "../file-record.ts";
import { namesOf } from "../file-writer.ts";
import { RecordHeader, RECORD_FLAG } from "../mft-record.ts";
import type { Mft } from "../mft.ts";

/** The file without its index; undefined where the record's first sector doesn't hold all the rest of it. */
export async function salvageDirectory(mft: Mft, number: number): Promise<NtfsFile | undefined> {
  const raw = await mft.raw(number);
  try {
    const attributes = beforeIndex(raw.subarray(0, STRIDE), `MFT record ${number}`);
    if (attributes.some(({ type }) => type === TYPE.attributeList)) return undefined;
    const header = RecordHeader.decode(raw);
    const wanted = RECORD_FLAG.inUse | RECORD_FLAG.directory;
    const isBase = header.base.record === 0 && header.base.sequence === 0;
    if (!isBase || (header.flags & wanted) !== wanted) return undefined;
    const record = { number, header, attributes, inUse: true, isDirectory: true };
    const file = { record, attributes, extensions: [], hasList: false };
    return namesOf(file).length === 0 ? undefined : file;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}

/** The attributes in front of the index. @throws LifeboatError `ntfs-damaged` where the index doesn't begin in this sector. */
function beforeIndex(sector: Buffer, what: string): Attribute[] {
  const header = RecordHeader.decode(sector);
  const { fixupsOffset, attributesOffset } = header;
  const end = STRIDE - 2;
  const isHead =
    header.magic === "FILE" &&
    fixupsOffset + 4 <= end &&
    sector.readUInt16LE(fixupsOffset) === sector.readUInt16LE(end);
  if (!isHead) throw damaged(what, "its first sector isn't whole");
  let at = attributesOffset;
  while (at + 8 <= end && sector.readUInt32LE(at) < TYPE.indexRoot) {
    const length = sector.readUInt32LE(at + 4);
    if (length === 0 || at + length > end) throw damaged(what, "it is torn before its index");
    at += length;
  }
  if (at + 8 > end || sector.readUInt32LE(at) !== TYPE.indexRoot) {
    throw damaged(what, "it is torn before its index");
  }
  return decodeAttributes(sector, attributesOffset, at, what);
}
