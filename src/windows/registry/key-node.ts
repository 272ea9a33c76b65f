/** The key node (nk). */
import { Struct, ascii, u16le, u32le, u64le, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { NO_CELL, fileOffset, needBytes, needSignature } from "./cell.ts";
import type { Cells } from "./cell.ts";
import { damaged } from "./errors.ts";
import { say } from "./messages.ts";
import { loadName, storeName } from "./names.ts";

const WHAT = "key node (nk)";
/** 255 UTF-16 characters, by Microsoft's "Registry element size limits"; the kernel takes 256. */
const MOST_NAME_BYTES = 512;

export const KEY_FLAGS = {
  hiveEntry: 0x0004,
  noDelete: 0x0008,
  symbolicLink: 0x0010,
  compressedName: 0x0020,
  /** `numberOfKeyValues` is a handle then. */
  predefinedHandle: 0x0040,
};

const RawKeyNode = new Struct("key node", 76, {
  signature: ascii(2),
  flags: u16le,
  lastWrittenTimestamp: u64le,
  accessBits: u32le,
  parent: u32le,
  numberOfSubkeys: u32le,
  numberOfVolatileSubkeys: u32le,
  subkeysListOffset: u32le,
  volatileSubkeysListOffset: u32le,
  numberOfKeyValues: u32le,
  keyValuesListOffset: u32le,
  keySecurityOffset: u32le,
  classNameOffset: u32le,
  /** Here and in the two below: bytes, of names as UTF-16. */
  largestSubkeyNameLength: u16le,
  virtualizationAndUserFlags: u8,
  debug: u8,
  largestSubkeyClassNameLength: u32le,
  largestValueNameLength: u32le,
  largestValueDataSize: u32le,
  workVar: u32le,
  keyNameLength: u16le,
  classNameLength: u16le,
});

type RawKeyNode = Infer<typeof RawKeyNode>;

export interface KeyNode extends Omit<RawKeyNode, "signature" | "keyNameLength"> {
  name: string;
}

/**
 * @param offset of its cell, relative to the hive bins data.
 * @throws LifeboatError `hive-bad-offset`, `hive-bad-cell`, `hive-bad-signature`, `hive-cell-too-short`, `hive-bad-field`.
 */
export async function readKeyNode(cells: Cells, offset: number): Promise<KeyNode> {
  const cell = await cells.cell(offset, RawKeyNode.size + MOST_NAME_BYTES, WHAT);
  needSignature(cell, "nk", offset, WHAT);
  needBytes(cell, RawKeyNode.size, offset, WHAT);
  const { signature: _, keyNameLength, ...node } = RawKeyNode.decode(cell);
  const compressed = (node.flags & KEY_FLAGS.compressedName) !== 0;
  if (keyNameLength > MOST_NAME_BYTES || (!compressed && keyNameLength % 2 !== 0)) {
    const text = say.badField(WHAT, fileOffset(offset), "keyNameLength", keyNameLength);
    throw damaged("hive-bad-field", text);
  }
  needBytes(cell, RawKeyNode.size + keyNameLength, offset, WHAT);
  const stored = cell.subarray(RawKeyNode.size, RawKeyNode.size + keyNameLength);
  return { ...node, name: loadName(stored, compressed) };
}

/** The cell's data. The flag of a compressed name is set as the name needs it. */
export function encodeKeyNode(node: KeyNode): Buffer {
  const { bytes, compressed } = storeName(node.name);
  const flags = compressed
    ? node.flags | KEY_FLAGS.compressedName
    : node.flags & ~KEY_FLAGS.compressedName;
  const raw = { ...node, signature: "nk", flags, keyNameLength: bytes.length };
  return Buffer.concat([RawKeyNode.encode(raw), bytes]);
}

/** One without subkeys and values. */
export function newKeyNode(name: string, parent: number, lastWrittenTimestamp: bigint): KeyNode {
  return {
    name,
    flags: 0,
    lastWrittenTimestamp,
    accessBits: 0,
    parent,
    numberOfSubkeys: 0,
    numberOfVolatileSubkeys: 0,
    subkeysListOffset: NO_CELL,
    volatileSubkeysListOffset: NO_CELL,
    numberOfKeyValues: 0,
    keyValuesListOffset: NO_CELL,
    keySecurityOffset: NO_CELL,
    classNameOffset: NO_CELL,
    largestSubkeyNameLength: 0,
    virtualizationAndUserFlags: 0,
    debug: 0,
    largestSubkeyClassNameLength: 0,
    largestValueNameLength: 0,
    largestValueDataSize: 0,
    workVar: 0,
    classNameLength: 0,
  };
}

/** The key security item of a cell that looks like a key node, whatever it is. */
export async function securityOf(cells: Cells, offset: number): Promise<number | undefined> {
  const cell = await cells.cell(offset, RawKeyNode.size, WHAT);
  const looksLikeKey = cell.length === RawKeyNode.size && cell.toString("latin1", 0, 2) === "nk";
  return looksLikeKey ? RawKeyNode.decode(cell).keySecurityOffset : undefined;
}

/** How many values it has on a disk. */
export function valueCountOf(node: KeyNode): number {
  return (node.flags & KEY_FLAGS.predefinedHandle) !== 0 ? 0 : node.numberOfKeyValues;
}
