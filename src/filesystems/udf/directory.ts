/** Directories: a file of file identifier descriptors, ECMA-167 4/14.4. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { Struct, bytes, u16le, u8 } from "../../block/struct.ts";
import { pathSafeName } from "../optical/tree.ts";
import type { TreeNode } from "../optical/tree.ts";
import { decodeCompressedUnicode, longAd } from "./fields.ts";
import type { BlockAddress } from "./fields.ts";
import { damaged, say } from "./messages.ts";
import { TAG, TAG_BYTES, decodeTag } from "./tag.ts";

/** Some 400,000 entries in one directory; a larger claim is damage. */
export const MAX_DIRECTORY_BYTES = 32 << 20;

const FileIdentifier = new Struct("UDF file identifier descriptor", 38, {
  tag: bytes(TAG_BYTES),
  fileVersion: u16le,
  characteristics: u8,
  identifierBytes: u8,
  icb: longAd,
  implementationUseBytes: u16le,
});
/** ECMA-167 4/14.4.3. */
const CHARACTERISTIC_DIRECTORY = 0x02;
const CHARACTERISTIC_DELETED = 0x04;
const CHARACTERISTIC_PARENT = 0x08;

export interface UdfNode extends TreeNode {
  readonly icb: BlockAddress;
}

/** A directory is the same as another where its ICB is. */
export function directoryIdOf(icb: BlockAddress): number {
  return icb.partition * 2 ** 32 + icb.block;
}

/** @throws LifeboatError `directory-too-large`, `udf-damaged`, `truncated-volume`. */
export async function readDirectory(content: ByteRange, path: string): Promise<UdfNode[]> {
  if (content.size > MAX_DIRECTORY_BYTES) {
    throw damaged(
      "directory-too-large",
      say.directoryTooLarge(path, content.size, MAX_DIRECTORY_BYTES),
    );
  }
  const table = await readBytes(content, 0, content.size);
  const nodes: UdfNode[] = [];
  for (let at = 0; at + FileIdentifier.size <= table.length;) {
    const fid = FileIdentifier.decode(table, at);
    const nameAt = at + FileIdentifier.size + fid.implementationUseBytes;
    const nameEnd = nameAt + fid.identifierBytes;
    // ECMA-167 4/14.4.9: padded to a multiple of four; the CRC may cover the padding.
    const next = at + ((nameEnd - at + 3) & ~3);
    const tag = decodeTag(table.subarray(at, next));
    if (nameEnd > table.length || tag?.identifier !== TAG.fileIdentifier) {
      throw damaged("udf-damaged", say.damagedDescriptor(path, at));
    }
    const isHidden = fid.characteristics & (CHARACTERISTIC_DELETED | CHARACTERISTIC_PARENT);
    const name = pathSafeName(decodeCompressedUnicode(table.subarray(nameAt, nameEnd)));
    if (!isHidden && name !== "" && name !== "." && name !== "..") {
      const icb = { block: fid.icb.block, partition: fid.icb.partition };
      const isDirectory = (fid.characteristics & CHARACTERISTIC_DIRECTORY) !== 0;
      nodes.push({ name, icb, directoryId: isDirectory ? directoryIdOf(icb) : undefined });
    }
    at = next;
  }
  return nodes;
}
