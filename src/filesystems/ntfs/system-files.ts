/** The MFT records of a new volume: the files that NTFS keeps for itself. */
import { nonResidentAttribute, residentAttribute, TYPE } from "./attribute.ts";
import type { Geometry } from "./boot-sector.ts";
import { encodeFileName, FILE_ATTRIBUTE, NAMESPACE } from "./file-name.ts";
import { fileTime } from "./fields.ts";
import type { FileReference } from "./fields.ts";
import type { Layout, Place } from "./format-layout.ts";
import { buildIndex } from "./index-builder.ts";
import { encodeDirectoryEntry, encodeIndexRoot, encodeViewEntry } from "./index-node.ts";
import { DIRECTORY_INDEX } from "./index-tree.ts";
import { encodeRecord, RECORD, RECORD_FLAG } from "./mft-record.ts";
import { COLLATION_SECURITY_HASH, COLLATION_ULONG, SECURITY_ID } from "./security.ts";
import type { SecureContents } from "./security.ts";
import { encodeStandardInformation } from "./standard-information.ts";
import type { UpCase } from "./up-case.ts";
import { encodeVolumeInformation } from "./volume-information.ts";

const SYSTEM_FILE = FILE_ATTRIBUTE.hidden | FILE_ATTRIBUTE.system;
const COLLATION_FILE_NAME = 1;
const COLLATION_SID = 0x11;
const COLLATION_ULONGS = 0x13;
/** Where $Extend's files are; Windows takes the first free records too. */
const EXTEND_FILES = { quota: 24, objectId: 25, reparse: 26 } as const;

interface SystemFiles {
  /** MFT records by number; those missing are not in use. */
  readonly records: ReadonlyMap<number, Buffer>;
  readonly rootIndexBlock: Buffer;
}

interface Sketch {
  readonly name: string;
  readonly parent?: number;
  readonly place?: Place;
  readonly fileAttributes?: number;
  readonly flags?: number;
  readonly securityId?: number;
  /** Behind $STANDARD_INFORMATION and $FILE_NAME. */
  readonly attributes: readonly Buffer[];
}

/** Makes the records of all system files, and the root's index block with their names. */
export function makeSystemFiles(
  layout: Layout,
  options: { label: string; now: Date; upCase: UpCase; secure: SecureContents },
): SystemFiles {
  const { geometry } = layout;
  const sketches = new Map<number, Sketch>([
    [RECORD.mft, { name: "$MFT", place: layout.mft, attributes: [data(layout.mft), mftBitmap()] }],
    [RECORD.mftMirror, plain("$MFTMirr", layout.mirror)],
    [RECORD.logFile, { ...plain("$LogFile", layout.log), securityId: SECURITY_ID.systemWrite }],
    [RECORD.volume, { name: "$Volume", attributes: volumeAttributes(options.label) }],
    [RECORD.attrDef, plain("$AttrDef", layout.attrDef)],
    [RECORD.bitmap, plain("$Bitmap", layout.bitmap)],
    [RECORD.boot, plain("$Boot", layout.boot)],
    [RECORD.badClusters, { name: "$BadClus", attributes: badClusterAttributes(geometry) }],
    [RECORD.secure, secureSketch(layout.sds, options.secure, geometry)],
    [RECORD.upCase, plain("$UpCase", layout.upCase)],
    [EXTEND_FILES.quota, extendFile("$Quota", quotaIndexes(geometry, options.now))],
    [EXTEND_FILES.objectId, extendFile("$ObjId", [emptyIndex("$O", geometry)])],
    [EXTEND_FILES.reparse, extendFile("$Reparse", [emptyIndex("$R", geometry)])],
  ]);

  function data(place: Place): Buffer {
    return nonResidentAttribute(TYPE.data, runsAt(place), geometry.clusterBytes, place.sizeBytes);
  }
  function mftBitmap(): Buffer {
    const place = layout.mftBitmap;
    return nonResidentAttribute(TYPE.bitmap, runsAt(place), geometry.clusterBytes, place.sizeBytes);
  }
  function plain(name: string, place: Place): Sketch {
    return { name, place, attributes: [data(place)] };
  }

  const extendKeys = directoryEntries(sketches, RECORD.extend, options, geometry);
  sketches.set(RECORD.extend, {
    name: "$Extend",
    fileAttributes: SYSTEM_FILE | FILE_ATTRIBUTE.directory,
    flags: RECORD_FLAG.directory,
    securityId: SECURITY_ID.systemWrite,
    attributes: [
      residentAttribute(
        TYPE.indexRoot,
        buildIndex(directoryKind(geometry), geometry, extendKeys, 512).root,
        {
          name: DIRECTORY_INDEX,
        },
      ),
    ],
  });
  sketches.set(RECORD.root, {
    name: ".",
    fileAttributes: SYSTEM_FILE | FILE_ATTRIBUTE.directory,
    flags: RECORD_FLAG.directory,
    securityId: SECURITY_ID.everyone,
    attributes: [],
  });
  const keys = directoryEntries(sketches, RECORD.root, options, geometry);
  const index = buildIndex(directoryKind(geometry), geometry, keys, 0);
  const [rootIndexBlock] = index.blocks;
  if (rootIndexBlock === undefined || index.blocks.length !== 1) {
    throw new RangeError("a new root has one index block");
  }
  const root = {
    ...sketches.get(RECORD.root),
    name: ".",
    attributes: rootAttributes(layout, index.root),
  };
  sketches.set(RECORD.root, root);

  const records = new Map<number, Buffer>();
  for (const [number, sketch] of sketches) {
    const sequence = sequenceOf(number);
    const flags = RECORD_FLAG.inUse | (sketch.flags ?? 0);
    const attributes = [
      standardInformation(sketch, options.now),
      residentAttribute(TYPE.fileName, keyOf(sketch, options.now, geometry), { indexed: true }),
      ...sketch.attributes,
    ];
    const contents = { number, sequence, links: 1, flags, attributes };
    records.set(number, encodeRecord(contents, geometry.recordBytes));
  }
  for (let number = RECORD.firstReserved; number < RECORD.firstFree; number++) {
    const attributes = [encodeReserved(options.now), residentAttribute(TYPE.data, Buffer.alloc(0))];
    const contents = { number, sequence: number, links: 0, flags: RECORD_FLAG.inUse, attributes };
    records.set(number, encodeRecord(contents, geometry.recordBytes));
  }
  return { records, rootIndexBlock };
}

/** The first 16 records' sequence numbers are their own numbers, as Windows writes them (the MFT's own is 1). */
export function sequenceOf(number: number): number {
  return number > 0 && number < RECORD.firstFree ? number : 1;
}

function directoryKind(geometry: Geometry) {
  return {
    attributeType: TYPE.fileName,
    collation: COLLATION_FILE_NAME,
    blockBytes: geometry.indexBlockBytes,
  };
}

function runsAt(place: Place) {
  return [{ vcn: 0, lcn: place.lcn, clusters: place.clusters }];
}

function encodeReserved(now: Date): Buffer {
  const times = { created: now, modified: now };
  const value = encodeStandardInformation(times, SYSTEM_FILE, SECURITY_ID.systemWrite);
  return residentAttribute(TYPE.standardInformation, value);
}

function standardInformation(sketch: Sketch, now: Date): Buffer {
  // The directory bit is one of $FILE_NAME's only.
  const fileAttributes = (sketch.fileAttributes ?? SYSTEM_FILE) & ~FILE_ATTRIBUTE.directory;
  const securityId = sketch.securityId ?? SECURITY_ID.systemRead;
  const times = { created: now, modified: now };
  const value = encodeStandardInformation(times, fileAttributes, securityId);
  return residentAttribute(TYPE.standardInformation, value);
}

function keyOf(sketch: Sketch, now: Date, geometry: Geometry): Buffer {
  const parent = sketch.parent ?? RECORD.root;
  const dataBytes = sketch.place?.sizeBytes ?? 0;
  return encodeFileName({
    parent: { record: parent, sequence: sequenceOf(parent) },
    created: now,
    modified: now,
    recordChanged: now,
    accessed: now,
    allocatedBytes: (sketch.place?.clusters ?? 0) * geometry.clusterBytes,
    dataBytes,
    fileAttributes: sketch.fileAttributes ?? SYSTEM_FILE,
    reparseTag: 0,
    namespace: NAMESPACE.win32AndDos,
    name: sketch.name,
  });
}

function directoryEntries(
  sketches: ReadonlyMap<number, Sketch>,
  parent: number,
  options: { now: Date; upCase: UpCase },
  geometry: Geometry,
): Buffer[] {
  return [...sketches]
    .filter(([, sketch]) => (sketch.parent ?? RECORD.root) === parent)
    .toSorted(([, a], [, b]) => options.upCase.compare(a.name, b.name))
    .map(([record, sketch]) => {
      const file: FileReference = { record, sequence: sequenceOf(record) };
      return encodeDirectoryEntry(file, keyOf(sketch, options.now, geometry));
    });
}

function volumeAttributes(label: string): Buffer[] {
  return [
    residentAttribute(TYPE.volumeName, Buffer.from(label, "utf16le")),
    residentAttribute(TYPE.volumeInformation, encodeVolumeInformation()),
    residentAttribute(TYPE.data, Buffer.alloc(0)),
  ];
}

/** $Bad spans the volume as one hole; a bad cluster would be filled in. */
function badClusterAttributes(geometry: Geometry): Buffer[] {
  const hole = [{ vcn: 0, lcn: undefined, clusters: geometry.clusters }];
  const sizeBytes = geometry.clusters * geometry.clusterBytes;
  return [
    residentAttribute(TYPE.data, Buffer.alloc(0)),
    nonResidentAttribute(TYPE.data, hole, geometry.clusterBytes, sizeBytes, {
      name: "$Bad",
      initializedBytes: 0,
    }),
  ];
}

function secureSketch(sds: Place, secure: SecureContents, geometry: Geometry): Sketch {
  return {
    name: "$Secure",
    fileAttributes: SYSTEM_FILE | FILE_ATTRIBUTE.viewIndex,
    flags: RECORD_FLAG.viewIndex,
    securityId: SECURITY_ID.systemWrite,
    attributes: [
      nonResidentAttribute(TYPE.data, runsAt(sds), geometry.clusterBytes, sds.sizeBytes, {
        name: "$SDS",
      }),
      viewIndex("$SDH", COLLATION_SECURITY_HASH, secure.sdh, geometry),
      viewIndex("$SII", COLLATION_ULONG, secure.sii, geometry),
    ],
  };
}

function extendFile(name: string, attributes: readonly Buffer[]): Sketch {
  return {
    name,
    parent: RECORD.extend,
    fileAttributes: SYSTEM_FILE | FILE_ATTRIBUTE.archive | FILE_ATTRIBUTE.viewIndex,
    flags: RECORD_FLAG.extend | RECORD_FLAG.viewIndex,
    securityId: SECURITY_ID.systemWrite,
    attributes,
  };
}

function viewIndex(
  name: string,
  collation: number,
  leaves: readonly Buffer[],
  geometry: Geometry,
): Buffer {
  const kind = { attributeType: 0, collation, blockBytes: geometry.indexBlockBytes };
  const value = encodeIndexRoot(kind, geometry, { entries: leaves.map((leaf) => ({ leaf })) });
  return residentAttribute(TYPE.indexRoot, value, { name });
}

function emptyIndex(name: string, geometry: Geometry): Buffer {
  return viewIndex(name, COLLATION_ULONGS, [], geometry);
}

/** No owner has a limit: the defaults' entry (owner id 1), version 2, flag "default limits", threshold and limit −1. */
function quotaIndexes(geometry: Geometry, now: Date): Buffer[] {
  const DEFAULTS_OWNER = 1;
  const key = Buffer.alloc(4);
  key.writeUInt32LE(DEFAULTS_OWNER);
  const control = Buffer.alloc(48);
  control.writeUInt32LE(2, 0);
  control.writeUInt32LE(1, 4);
  fileTime.write(control, 16, now);
  control.fill(0xff, 24, 40);
  return [
    viewIndex("$O", COLLATION_SID, [], geometry),
    viewIndex("$Q", COLLATION_ULONG, [encodeViewEntry(key, control)], geometry),
  ];
}

function rootAttributes(layout: Layout, indexRoot: Buffer): Buffer[] {
  const { geometry, rootIndex } = layout;
  const name = DIRECTORY_INDEX;
  const used = Buffer.alloc(8);
  used.writeUInt8(1);
  return [
    residentAttribute(TYPE.indexRoot, indexRoot, { name }),
    nonResidentAttribute(
      TYPE.indexAllocation,
      runsAt(rootIndex),
      geometry.clusterBytes,
      rootIndex.sizeBytes,
      { name },
    ),
    residentAttribute(TYPE.bitmap, used, { name }),
  ];
}
