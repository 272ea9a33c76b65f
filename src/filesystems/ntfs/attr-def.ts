/** $AttrDef: the table of attribute types, the same on every NTFS 3 volume. */
import { Struct, u32le, u64le } from "../../block/struct.ts";
import type { Field } from "../../block/struct.ts";

const NAME_BYTES = 128;
const utf16Name: Field<string> = {
  size: NAME_BYTES,
  read: (from, at) => from.toString("utf16le", at, at + NAME_BYTES),
  write: (into, at, value) => void into.write(value, at, NAME_BYTES, "utf16le"),
};

const Definition = new Struct("attribute definition", 160, {
  name: utf16Name,
  type: u32le,
  displayRule: u32le,
  collation: u32le,
  flags: u32le,
  minBytes: u64le,
  maxBytes: u64le,
});

const INDEXABLE = 0x02;
const MUST_BE_RESIDENT = 0x40;
const MAY_BE_NON_RESIDENT = 0x80;
const ANY = 0xffff_ffff_ffff_ffffn;

const DEFINITIONS: readonly (readonly [string, number, number, bigint, bigint])[] = [
  ["$STANDARD_INFORMATION", 0x10, MUST_BE_RESIDENT, 48n, 72n],
  ["$ATTRIBUTE_LIST", 0x20, MAY_BE_NON_RESIDENT, 0n, ANY],
  ["$FILE_NAME", 0x30, MUST_BE_RESIDENT | INDEXABLE, 68n, 578n],
  ["$OBJECT_ID", 0x40, MUST_BE_RESIDENT, 0n, 256n],
  ["$SECURITY_DESCRIPTOR", 0x50, MAY_BE_NON_RESIDENT, 0n, ANY],
  ["$VOLUME_NAME", 0x60, MUST_BE_RESIDENT, 2n, 256n],
  ["$VOLUME_INFORMATION", 0x70, MUST_BE_RESIDENT, 12n, 12n],
  ["$DATA", 0x80, 0, 0n, ANY],
  ["$INDEX_ROOT", 0x90, MUST_BE_RESIDENT, 0n, ANY],
  ["$INDEX_ALLOCATION", 0xa0, MAY_BE_NON_RESIDENT, 0n, ANY],
  ["$BITMAP", 0xb0, MAY_BE_NON_RESIDENT, 0n, ANY],
  ["$REPARSE_POINT", 0xc0, MAY_BE_NON_RESIDENT, 0n, 16384n],
  ["$EA_INFORMATION", 0xd0, MUST_BE_RESIDENT, 8n, 8n],
  ["$EA", 0xe0, 0, 0n, 65536n],
  ["$LOGGED_UTILITY_STREAM", 0x100, MAY_BE_NON_RESIDENT, 0n, 65536n],
];

/** The contents of $AttrDef; an empty definition ends the table. */
export function encodeAttrDef(): Buffer {
  const rows = DEFINITIONS.map(([name, type, flags, minBytes, maxBytes]) =>
    Definition.encode({ name, type, displayRule: 0, collation: 0, flags, minBytes, maxBytes }),
  );
  return Buffer.concat([...rows, Buffer.alloc(Definition.size)]);
}
