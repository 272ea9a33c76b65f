/** $STANDARD_INFORMATION: times, attributes, and which descriptor of $Secure holds. */
import { Struct, u32le } from "../../block/struct.ts";
import { fileTime, u64number } from "./fields.ts";

/** As NTFS 1.2 had it: without a security id, the file has a $SECURITY_DESCRIPTOR of its own. */
const Version1 = new Struct("$STANDARD_INFORMATION", 48, {
  created: fileTime,
  modified: fileTime,
  recordChanged: fileTime,
  accessed: fileTime,
  fileAttributes: u32le,
  maxVersions: u32le,
  version: u32le,
  classId: u32le,
});

const Version3Rest = new Struct("$STANDARD_INFORMATION, version 3", 24, {
  ownerId: u32le,
  securityId: u32le,
  quotaCharged: u64number,
  usn: u64number,
});

export interface Times {
  readonly created: Date;
  readonly modified: Date;
}

/** `securityId` 0: none, the short form. */
export function encodeStandardInformation(
  times: Times,
  fileAttributes: number,
  securityId: number,
): Buffer {
  const first = Version1.encode({
    created: times.created,
    modified: times.modified,
    recordChanged: times.modified,
    accessed: times.modified,
    fileAttributes,
    maxVersions: 0,
    version: 0,
    classId: 0,
  });
  if (securityId === 0) return first;
  const rest = Version3Rest.encode({ ownerId: 0, securityId, quotaCharged: 0, usn: 0 });
  return Buffer.concat([first, rest]);
}

/** The security id of a value, 0 where it has none. */
export function securityIdOf(value: Buffer): number {
  const isVersion3 = value.length >= Version1.size + Version3Rest.size;
  return isVersion3 ? Version3Rest.decode(value, Version1.size).securityId : 0;
}

/** The same value with new times of the last change, in place. */
export function touch(value: Buffer, now: Date): void {
  fileTime.write(value, 8, now);
  fileTime.write(value, 16, now);
}
