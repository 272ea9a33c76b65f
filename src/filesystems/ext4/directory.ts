/**
 * Directory entries (Linux Documentation/filesystems/ext4/directory.rst), read from block to block. A hash tree looks like
 * unused entries to such a reader, and so does the checksum at a block's end.
 */
import { damaged } from "./errors.ts";

/** One name in a directory. */
export interface DirectoryEntry {
  readonly inode: number;
  readonly name: string;
  /** The name as stored: it need not be UTF-8. */
  readonly nameBytes: Buffer;
}

const ENTRY_HEADER_SIZE = 8;
/** Record lengths of 64 KiB don't fit 16 bits; blocks of that size keep bits 16 and 17 in the lowest two. */
const LONG_RECORD_BLOCK_SIZE = 65536;

/** The entries in one block (or inline area) of a directory, without `.` and `..`. @throws LifeboatError `ext4-damaged`. */
export function decodeEntries(block: Buffer): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  for (let at = 0; at + ENTRY_HEADER_SIZE <= block.length;) {
    const inode = block.readUInt32LE(at);
    const recordLength = recordLengthOf(block.readUInt16LE(at + 4), block.length);
    const nameLength = block.readUInt8(at + 6);
    const fits = recordLength % 4 === 0 && at + recordLength <= block.length;
    if (!fits || recordLength < ENTRY_HEADER_SIZE + nameLength) {
      throw damaged(`a directory entry of ${recordLength} bytes at ${at}`);
    }
    if (inode !== 0) {
      const nameAt = at + ENTRY_HEADER_SIZE;
      const nameBytes = Buffer.from(block.subarray(nameAt, nameAt + nameLength));
      const name = nameBytes.toString("utf8");
      if (name === "" || nameBytes.includes(0) || name.includes("/")) {
        throw damaged(`a file name of ${nameLength} bytes that no file can have`);
      }
      if (name !== "." && name !== "..") entries.push({ inode, name, nameBytes });
    }
    at += recordLength;
  }
  return entries;
}

function recordLengthOf(stored: number, blockSize: number): number {
  if (blockSize < LONG_RECORD_BLOCK_SIZE) return stored;
  if (stored === 0 || stored === 65535) return blockSize;
  return (stored & 0xfffc) | ((stored & 3) << 16);
}
