/** What a directory repeats of a file, made from the file. */
import { TYPE } from "../attribute.ts";
import { validDate } from "../describe.ts";
import { decodeFileName, encodeFileName, FILE_ATTRIBUTE } from "../file-name.ts";
import { piecesOf } from "../file-record.ts";
import type { NtfsFile } from "../file-record.ts";
import { fileTime } from "../fields.ts";

/** A file's own copy of what its directory repeats of it may be old: sizes and times are those of its other attributes. */
export function currentKey(key: Buffer, file: NtfsFile): Buffer {
  const name = decodeFileName(key);
  const [data] = piecesOf(file, TYPE.data);
  const times = piecesOf(file, TYPE.standardInformation)[0]?.value;
  const time = (at: number, old: Date) =>
    times !== undefined && times.length >= at + fileTime.size
      ? (validDate(fileTime.read(times, at)) ?? old)
      : old;
  const isDirectory = (name.fileAttributes & FILE_ATTRIBUTE.directory) !== 0;
  const sizes = data?.nonResident;
  const resident = data?.value?.length ?? 0;
  const current = encodeFileName({
    ...name,
    created: time(0, name.created),
    modified: time(8, name.modified),
    recordChanged: time(16, name.recordChanged),
    accessed: time(24, name.accessed),
    ...(isDirectory || data === undefined
      ? {}
      : {
          allocatedBytes: sizes?.allocatedBytes ?? Math.ceil(resident / 8) * 8,
          dataBytes: sizes?.dataBytes ?? resident,
        }),
  });
  return current;
}
