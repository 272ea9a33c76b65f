/** What a file is to the rest of lifeboat: kind, size, time, and how its bytes are kept. */
import { TYPE } from "./attribute.ts";
import { isTransformed, piecesOf } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import { fileTime } from "./fields.ts";

/** Offset of the time of the last change to the contents in $STANDARD_INFORMATION. */
const MODIFIED_AT = 8;

/**
 * Reparse tags of files whose contents a Windows driver supplies: they are files still, but their bytes aren't in $DATA.
 * ([MS-FSCC] 2.1.2.1.)
 */
const CONTENT_TAGS: ReadonlyMap<number, string> = new Map([
  [0x80000017, "compressed by Windows (CompactOS)"],
  [0x80000013, "deduplicated by Windows Server"],
  [0x80000008, "kept in a WIM archive"],
]);
/** Cloud files (OneDrive): tags 0x9000x01A. */
const CLOUD_TAG = 0x9000001a;
const CLOUD_TAG_MASK = 0xffff0fff;

export interface Description {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly modified: Date | undefined;
  /** Why the file's bytes can't be read here; undefined where they can. */
  readonly unreadable: string | undefined;
}

export function describe(file: NtfsFile): Description {
  const tag = piecesOf(file, TYPE.reparsePoint)[0]?.value;
  const [data] = piecesOf(file, TYPE.data);
  const supplied = tag === undefined || tag.length < 4 ? undefined : contentOf(tag.readUInt32LE(0));
  const isLink = tag !== undefined && supplied === undefined;
  const isDirectory = file.record.isDirectory;
  const sizeBytes = data?.value?.length ?? data?.nonResident?.dataBytes ?? 0;
  return {
    kind: isLink ? "other" : isDirectory ? "directory" : "file",
    sizeBytes: isDirectory || isLink ? 0 : sizeBytes,
    modified: modifiedOf(file),
    unreadable:
      supplied ?? (data !== undefined && isTransformed(data) ? transformOf(data.flags) : undefined),
  };
}

function modifiedOf(file: NtfsFile): Date | undefined {
  const value = piecesOf(file, TYPE.standardInformation)[0]?.value;
  if (value === undefined || value.length < MODIFIED_AT + fileTime.size) return undefined;
  return validDate(fileTime.read(value, MODIFIED_AT));
}

/** A foreign time may be one that JavaScript's dates don't reach. */
export function validDate(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function contentOf(tag: number): string | undefined {
  const isCloud = (tag & CLOUD_TAG_MASK) >>> 0 === CLOUD_TAG;
  return isCloud ? "kept in the cloud" : CONTENT_TAGS.get(tag);
}

function transformOf(flags: number): string {
  return (flags & 0x4000) !== 0 ? "encrypted (EFS)" : "compressed by NTFS";
}
