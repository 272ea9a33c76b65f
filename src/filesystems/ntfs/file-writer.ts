/** Making and freeing the MFT records of files and directories. */
import { attributeRuns, nonResidentAttribute, residentAttribute, TYPE } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import type { Piece } from "./cluster-bitmap.ts";
import { beyondUs, volumeFull } from "./failures.ts";
import { fileReference, roundUp, writeU64 } from "./fields.ts";
import type { FileReference } from "./fields.ts";
import { decodeFileName, encodeFileName, FILE_ATTRIBUTE, NAMESPACE } from "./file-name.ts";
import { piecesOf } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import { encodeDirectoryEntry, encodeIndexRoot } from "./index-node.ts";
import { DIRECTORY_INDEX } from "./index-tree.ts";
import { allocated, writePieces } from "./index-writer.ts";
import type { WriteParts } from "./index-writer.ts";
import { attributeRoom, fitsRecord, RECORD_FLAG, totalLength } from "./mft-record.ts";
import { contentsOf } from "./mft-writer.ts";
import { isShortName } from "./names.ts";
import { encodeRuns, runsOf } from "./runs.ts";
import type { Run } from "./runs.ts";
import { EVERYONE_DESCRIPTOR } from "./security.ts";
import { encodeStandardInformation, securityIdOf } from "./standard-information.ts";
import type { Times } from "./standard-information.ts";

/** The order of directories. */
export const COLLATION_FILE_NAME = 1;
/** An entry of an attribute list without a name, rounded up as the format wants it. */
const LIST_ENTRY_BYTES = 32;
const LIST_ENTRY_NAME_AT = 26;
/** Header and end mark of a $DATA attribute beside its mapping pairs. */
const DATA_OVERHEAD = 64 + 8;
/** An attribute list holds 256 KiB, each entry finds a record of some hundred runs. */
export const MAX_PIECES = 100_000;

export interface NewFile {
  readonly parent: NtfsFile;
  readonly name: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  readonly pieces: readonly Piece[];
  readonly times: Times;
}

/** What a new file's directory has to hold. */
export interface NewEntry {
  readonly name: string;
  readonly leaf: Buffer;
  readonly file: FileReference;
}

/**
 * Writes the records of a new file, which no directory names yet; before that, what says that they and its clusters are taken
 * is on the medium.
 * @throws LifeboatError `volume-full`, `ntfs-beyond-us`: the records are free again then.
 */
export async function writeFileRecords(parts: WriteParts, file: NewFile): Promise<NewEntry> {
  const taken: FileReference[] = [];
  const base = await take(parts, taken);
  try {
    const key = encodeFileName(fileNameOf(file, parts.geometry.clusterBytes));
    await writeBase(parts, file, key, base, taken);
    return { name: file.name, leaf: encodeDirectoryEntry(base, key), file: base };
  } catch (error) {
    for (const fresh of taken) await parts.mft.giveBack(fresh.record);
    throw error;
  }
}

async function writeBase(
  parts: WriteParts,
  file: NewFile,
  key: Buffer,
  base: FileReference,
  taken: FileReference[],
): Promise<void> {
  const { geometry, mft, volume } = parts;
  const { recordBytes, clusterBytes } = geometry;
  const runs = runsOf(file.pieces);
  const data = (some: readonly Run[], continuation: boolean) =>
    nonResidentAttribute(TYPE.data, some, clusterBytes, file.sizeBytes, { continuation });
  const common = commonAttributes(file, key);
  const contents = {
    number: base.record,
    sequence: base.sequence,
    links: 1,
    flags: RECORD_FLAG.inUse | (file.isDirectory ? RECORD_FLAG.directory : 0),
  };
  const own = file.isDirectory
    ? emptyDirectoryIndex(parts)
    : runs.length === 0
      ? residentAttribute(TYPE.data, Buffer.alloc(0))
      : data(runs, false);
  if (fitsRecord([...common, own], recordBytes)) {
    await volume.flush();
    return mft.write({ ...contents, attributes: [...common, own] });
  }
  if (file.isDirectory) throw beyondUs("the directory's name is too long for its record");

  // Too many runs for one record: they go into records of their own, and a list in the base record finds them.
  const chunks = splitRuns(runs, attributeRoom(recordBytes) - DATA_OVERHEAD);
  const extensions: FileReference[] = [];
  for (const _ of chunks) extensions.push(await take(parts, taken));
  const list = await listAttribute(parts, encodeList(common, base, chunks, extensions), common);
  await volume.flush();
  for (const [index, chunk] of chunks.entries()) {
    const fresh = extensions[index];
    if (fresh === undefined) throw new RangeError("a record for each part of the run list");
    await mft.write({
      number: fresh.record,
      sequence: fresh.sequence,
      links: 0,
      flags: RECORD_FLAG.inUse,
      attributes: [data(chunk, index > 0)],
      base,
    });
  }
  const [first, ...rest] = common;
  if (first === undefined) throw new RangeError("a file has attributes");
  await mft.write({ ...contents, attributes: [first, list, ...rest] });
}

async function take(parts: WriteParts, taken: FileReference[]): Promise<FileReference> {
  const fresh = await parts.mft.take();
  taken.push(fresh);
  return fresh;
}

/**
 * The security descriptor is the parent's where that is one of $Secure's: for a data volume it says the same of a child.
 * Else the file gets one of its own, which lets everybody in, as ntfs-3g does it.
 */
function commonAttributes(file: NewFile, key: Buffer): Buffer[] {
  const [parentInformation] = piecesOf(file.parent, TYPE.standardInformation);
  const securityId =
    parentInformation?.value === undefined ? 0 : securityIdOf(parentInformation.value);
  const fileAttributes = file.isDirectory ? 0 : FILE_ATTRIBUTE.archive;
  const information = encodeStandardInformation(file.times, fileAttributes, securityId);
  const attributes = [
    residentAttribute(TYPE.standardInformation, information),
    residentAttribute(TYPE.fileName, key, { indexed: true }),
  ];
  if (securityId === 0) {
    attributes.push(residentAttribute(TYPE.securityDescriptor, EVERYONE_DESCRIPTOR));
  }
  return attributes;
}

function fileNameOf(file: NewFile, clusterBytes: number) {
  const { number, header } = file.parent.record;
  return {
    parent: { record: number, sequence: header.sequence },
    created: file.times.created,
    modified: file.times.modified,
    recordChanged: file.times.modified,
    accessed: file.times.modified,
    allocatedBytes: roundUp(file.sizeBytes, clusterBytes),
    dataBytes: file.sizeBytes,
    fileAttributes: file.isDirectory ? FILE_ATTRIBUTE.directory : FILE_ATTRIBUTE.archive,
    reparseTag: 0,
    // A Win32 name would want a DOS name beside it; one that stands alone is a POSIX name, as ntfs-3g and Linux write it.
    namespace: isShortName(file.name) ? NAMESPACE.win32AndDos : NAMESPACE.posix,
    name: file.name,
  };
}

function emptyDirectoryIndex({ geometry }: WriteParts): Buffer {
  const kind = {
    attributeType: TYPE.fileName,
    collation: COLLATION_FILE_NAME,
    blockBytes: geometry.indexBlockBytes,
  };
  const value = encodeIndexRoot(kind, geometry, { entries: [] });
  return residentAttribute(TYPE.indexRoot, value, { name: DIRECTORY_INDEX });
}

/** Cuts runs into parts whose mapping pairs have so many bytes at most. */
function splitRuns(runs: readonly Run[], room: number): Run[][] {
  const chunks: Run[][] = [];
  let chunk: Run[] = [];
  let used = 1;
  for (const run of runs) {
    // Counted as if it came first: its distance from 0 is the longest that it can have.
    const length = encodeRuns([run]).length;
    if (used + length > room && chunk.length > 0) {
      chunks.push(chunk);
      chunk = [];
      used = 1;
    }
    chunk.push(run);
    used += length;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

function encodeList(
  common: readonly Buffer[],
  base: FileReference,
  chunks: readonly Run[][],
  extensions: readonly FileReference[],
): Buffer {
  const entry = (type: number, firstVcn: number, where: FileReference, instance: number) => {
    const raw = Buffer.alloc(LIST_ENTRY_BYTES);
    raw.writeUInt32LE(type, 0);
    raw.writeUInt16LE(LIST_ENTRY_BYTES, 4);
    raw.writeUInt8(LIST_ENTRY_NAME_AT, 7);
    writeU64(raw, 8, firstVcn);
    fileReference.write(raw, 16, where);
    raw.writeUInt16LE(instance, 24);
    return raw;
  };
  return Buffer.concat([
    // The list itself stands second in the record, so the others' instances shift by one.
    ...common.map((raw, index) => entry(raw.readUInt32LE(0), 0, base, index === 0 ? 0 : index + 1)),
    ...chunks.map((chunk, index) => {
      const where = extensions[index];
      if (where === undefined) throw new RangeError("a record for each part of the run list");
      return entry(TYPE.data, chunk[0]?.vcn ?? 0, where, 0);
    }),
  ]);
}

/** The list lies in the base record where it fits, else in clusters of its own. */
async function listAttribute(
  parts: WriteParts,
  value: Buffer,
  common: readonly Buffer[],
): Promise<Buffer> {
  const { geometry, clusters, volume } = parts;
  const { clusterBytes, recordBytes } = geometry;
  const resident = residentAttribute(TYPE.attributeList, value);
  if (totalLength([...common, resident]) <= attributeRoom(recordBytes)) return resident;
  const pieces = clusters.reserve(Math.ceil(value.length / clusterBytes));
  if (pieces === undefined) throw volumeFull(value.length, clusters.freeClusters * clusterBytes);
  await writePieces(volume, clusterBytes, pieces, value);
  clusters.commit(pieces);
  await clusters.store();
  return nonResidentAttribute(TYPE.attributeList, runsOf(pieces), clusterBytes, value.length);
}

/** Frees all records and clusters of a file that no directory names any more. */
export async function freeFile(parts: WriteParts, file: NtfsFile): Promise<void> {
  const records = [file.record, ...file.extensions];
  const pieces: Piece[] = [];
  for (const { attributes } of records) {
    for (const attribute of attributes) {
      pieces.push(...allocated(attributeRuns(attribute, parts.geometry.clusters)));
    }
  }
  for (const record of records) await parts.mft.free(record);
  await parts.volume.flush();
  // A power cut before the next flush only leaves these records and clusters marked as taken.
  for (const { number } of records) await parts.mft.giveBack(number);
  parts.clusters.free(pieces);
  await parts.clusters.store();
}

/** Takes names away from a file that keeps others (hard links). */
export async function dropNames(
  parts: WriteParts,
  file: NtfsFile,
  isDropped: (attribute: Attribute) => boolean,
): Promise<void> {
  if (file.hasList) throw beyondUs("the file has hard links and an attribute list");
  const kept = file.attributes.filter((attribute) => !isDropped(attribute));
  const contents = contentsOf(file.record);
  await parts.mft.write({
    ...contents,
    links: contents.links - (file.attributes.length - kept.length),
    attributes: kept.map(({ raw }) => raw),
  });
  await parts.volume.flush();
}

/** The names of a file. */
export function namesOf(file: NtfsFile) {
  return piecesOf(file, TYPE.fileName).flatMap((attribute) =>
    attribute.value === undefined ? [] : [{ attribute, fileName: decodeFileName(attribute.value) }],
  );
}
