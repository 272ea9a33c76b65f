/** $FILE_NAME: a name of a file, and what its directory repeats of it. The same bytes are the key of the directory's index. */
import { Struct, u32le, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { damaged } from "./failures.ts";
import { fileReference, fileTime, u64number } from "./fields.ts";

const FileNameHeader = new Struct("$FILE_NAME", 66, {
  parent: fileReference,
  created: fileTime,
  modified: fileTime,
  recordChanged: fileTime,
  accessed: fileTime,
  allocatedBytes: u64number,
  dataBytes: u64number,
  fileAttributes: u32le,
  reparseTag: u32le,
  nameLength: u8,
  namespace: u8,
});

/** Windows' file attributes, with the two that exist only in $FILE_NAME. */
export const FILE_ATTRIBUTE = {
  hidden: 0x2,
  system: 0x4,
  archive: 0x20,
  reparsePoint: 0x400,
  directory: 0x1000_0000,
  viewIndex: 0x2000_0000,
} as const;

/** DOS: only the short companion of a Win32 name. Win32 and DOS: one name that serves as both. */
export const NAMESPACE = { posix: 0, win32: 1, dos: 2, win32AndDos: 3 } as const;

export type FileName = Omit<Infer<typeof FileNameHeader>, "nameLength"> & {
  readonly name: string;
};

/** @throws LifeboatError `truncated-structure`, `ntfs-damaged`. */
export function decodeFileName(key: Buffer): FileName {
  const header = FileNameHeader.decode(key);
  const end = FileNameHeader.size + header.nameLength * 2;
  if (header.nameLength === 0 || end > key.length) {
    throw damaged("a $FILE_NAME", "its name is empty or longer than the attribute");
  }
  return { ...header, name: key.toString("utf16le", FileNameHeader.size, end) };
}

export function encodeFileName(value: FileName): Buffer {
  const header = FileNameHeader.encode({ ...value, nameLength: value.name.length });
  return Buffer.concat([header, Buffer.from(value.name, "utf16le")]);
}

/** The name of a key, without decoding the rest. */
export function nameOfKey(key: Buffer): string {
  const short = key.length < FileNameHeader.size;
  const end = short ? Infinity : FileNameHeader.size + key.readUInt8(64) * 2;
  if (end > key.length) throw damaged("a $FILE_NAME", "its name is longer than the attribute");
  return key.toString("utf16le", FileNameHeader.size, end);
}

/** The namespace of a key whose name was read. */
export function namespaceOfKey(key: Buffer): number {
  return key.readUInt8(65);
}
