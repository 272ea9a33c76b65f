/**
 * Inline data (Linux Documentation/filesystems/ext4/inlinedata.rst): the first 60 bytes of a small file or directory lie in
 * i_block, the rest is the value of the extended attribute `system.data` inside the inode
 * (Documentation/filesystems/ext4/attributes.rst).
 */
import { Struct, u16le, u32le, u8 } from "../../block/struct.ts";
import { damaged } from "./errors.ts";
import type { Inode } from "./inode.ts";

const AttributeEntry = new Struct("ext4 attribute entry", 16, {
  nameLength: u8,
  nameIndex: u8,
  valueOffset: u16le,
  valueInode: u32le,
  valueSize: u32le,
  hash: u32le,
});

const ATTRIBUTE_MAGIC = 0xea020000;
const INDEX_SYSTEM = 7;
const INLINE_NAME = "data";

/**
 * The bytes that an inode holds itself: i_block and the attribute, cut to its size. A file may be longer: mke2fs leaves a file that
 * begins with zeroes inline when it skips them, and Linux reads zeroes behind what is there.
 * @throws LifeboatError `ext4-damaged`.
 */
export function inlineBytes(inode: Inode): Buffer {
  const all = Buffer.concat([inode.block, inlineAttribute(inode)]);
  if (inode.sizeBytes > all.length && inode.kind !== "file") {
    throw damaged(`inode ${inode.number} has ${all.length} of ${inode.sizeBytes} inline bytes`);
  }
  return all.subarray(0, inode.sizeBytes);
}

function inlineAttribute({ number, attributes }: Inode): Buffer {
  if (attributes.length < 4 || attributes.readUInt32LE(0) !== ATTRIBUTE_MAGIC) {
    return Buffer.alloc(0);
  }
  // Entries begin behind the magic; value offsets count from there. Four zero bytes end the list.
  const area = attributes.subarray(4);
  for (let at = 0; at + 4 <= area.length && area.readUInt32LE(at) !== 0;) {
    const entry = AttributeEntry.decode(area, at);
    const nameAt = at + AttributeEntry.size;
    const name = area.toString("latin1", nameAt, nameAt + entry.nameLength);
    if (entry.nameIndex === INDEX_SYSTEM && name === INLINE_NAME) {
      if (entry.valueOffset + entry.valueSize > area.length) {
        throw damaged(`inode ${number}: inline data of ${entry.valueSize} bytes`);
      }
      return area.subarray(entry.valueOffset, entry.valueOffset + entry.valueSize);
    }
    at = nameAt + Math.ceil(entry.nameLength / 4) * 4;
  }
  return Buffer.alloc(0);
}
