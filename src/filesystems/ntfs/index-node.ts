/** Nodes of index B-trees: the header and the entries that $INDEX_ROOT and the blocks of $INDEX_ALLOCATION share. */
import { ascii, bytes, Struct, u16le, u32le, u64le, u8 } from "../../block/struct.ts";
import { STRIDE } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { damaged } from "./failures.ts";
import { fileReference, readU64, roundUp, u64number, writeU64 } from "./fields.ts";
import type { FileReference } from "./fields.ts";
import { applyFixups, undoFixups } from "./fixups.ts";

/** Before the node in $INDEX_ROOT. */
const IndexRootHeader = new Struct("$INDEX_ROOT", 16, {
  attributeType: u32le,
  collation: u32le,
  blockBytes: u32le,
  clustersPerBlock: u8,
  reserved: bytes(3),
});
export const INDEX_ROOT_BYTES = 16;

/** Before the node in a block of $INDEX_ALLOCATION. */
const IndexBlockHeader = new Struct("index block", 24, {
  magic: ascii(4),
  fixupsOffset: u16le,
  fixupsCount: u16le,
  logSequence: u64le,
  vcn: u64number,
});
const BLOCK_MAGIC = "INDX";
const BLOCK_HEADER_BYTES = 24;
/** Blocks are written to new places. */
const FIRST_FIXUP = 1;

/** Offsets count from its own beginning. */
const NodeHeader = new Struct("index node", 16, {
  entriesOffset: u32le,
  usedBytes: u32le,
  allocatedBytes: u32le,
  /** 1: entries have children. */
  flags: u8,
  reserved: bytes(3),
});
export const NODE_HEADER_BYTES = 16;

const ENTRY_HEADER_BYTES = 16;
const HAS_CHILD = 1;
const IS_LAST = 2;
/** A last entry without key, without and with its child's VCN. */
export const LAST_BYTES = ENTRY_HEADER_BYTES;
export const CHILD_BYTES = 8;

export interface IndexEntry {
  /** Header and key as stored, without the child's VCN: as it would lie in a leaf. */
  readonly leaf: Buffer;
  /** VCN of the node with the keys before this one. */
  readonly child: number | undefined;
  /** The entry that ends a node has no key. */
  readonly isLast: boolean;
}

/** The key of an entry; decoding has checked that it is whole. */
export function keyOf({ leaf }: IndexEntry): Buffer {
  return leaf.subarray(ENTRY_HEADER_BYTES, ENTRY_HEADER_BYTES + leaf.readUInt16LE(10));
}

/** What a directory's entry names. */
export function fileOf({ leaf }: IndexEntry): FileReference {
  return fileReference.read(leaf, 0);
}

/** VCNs of index blocks count clusters, or 512 bytes where a cluster is larger than a block. */
export function vcnBytes(blockBytes: number, clusterBytes: number): number {
  return clusterBytes <= blockBytes ? clusterBytes : STRIDE;
}

export interface IndexRoot {
  readonly attributeType: number;
  readonly collation: number;
  readonly blockBytes: number;
  readonly entries: IndexEntry[];
}

/** Decodes the value of an $INDEX_ROOT. @throws LifeboatError `ntfs-damaged`, `truncated-structure`. */
export function decodeIndexRoot(value: Buffer, what: string): IndexRoot {
  const header = IndexRootHeader.decode(value);
  return { ...header, entries: decodeNode(value, INDEX_ROOT_BYTES, what) };
}

/** Decodes a block of $INDEX_ALLOCATION, undoing its fixups in place; `vcn` is where it was read. */
export function decodeIndexBlock(block: Buffer, vcn: number, what: string): IndexEntry[] {
  const header = IndexBlockHeader.decode(block);
  if (header.magic !== BLOCK_MAGIC || header.vcn !== vcn) {
    throw damaged(what, `there is no index block at VCN ${vcn}`);
  }
  undoFixups(block, what);
  return decodeNode(block, BLOCK_HEADER_BYTES, what);
}

function decodeNode(from: Buffer, at: number, what: string): IndexEntry[] {
  const header = NodeHeader.decode(from, at);
  const end = at + header.usedBytes;
  if (header.entriesOffset < NODE_HEADER_BYTES || end > from.length) {
    throw damaged(what, "an index node is larger than its place");
  }
  const entries: IndexEntry[] = [];
  for (let entryAt = at + header.entriesOffset; ;) {
    if (entryAt + ENTRY_HEADER_BYTES > end) throw damaged(what, "an index node has no end");
    const length = from.readUInt16LE(entryAt + 8);
    if (length < ENTRY_HEADER_BYTES || length % 8 !== 0 || entryAt + length > end) {
      throw damaged(what, "an index entry has an impossible length");
    }
    const entry = decodeEntry(from.subarray(entryAt, entryAt + length), what);
    entries.push(entry);
    if (entry.isLast) return entries;
    entryAt += length;
  }
}

function decodeEntry(raw: Buffer, what: string): IndexEntry {
  const flags = raw.readUInt16LE(12);
  const hasChild = (flags & HAS_CHILD) !== 0;
  const isLast = (flags & IS_LAST) !== 0;
  const leafBytes = raw.length - (hasChild ? CHILD_BYTES : 0);
  const keyEnd = ENTRY_HEADER_BYTES + (isLast ? 0 : raw.readUInt16LE(10));
  if (keyEnd > leafBytes) throw damaged(what, "an index entry is shorter than its key");
  return {
    leaf: raw.subarray(0, leafBytes),
    child: hasChild ? readU64(raw, leafBytes) : undefined,
    isLast,
  };
}

/** An entry of a directory's index, as it lies in a leaf. */
export function encodeDirectoryEntry(file: FileReference, key: Buffer): Buffer {
  const entry = Buffer.alloc(roundUp(ENTRY_HEADER_BYTES + key.length, 8));
  fileReference.write(entry, 0, file);
  entry.writeUInt16LE(entry.length, 8);
  entry.writeUInt16LE(key.length, 10);
  key.copy(entry, ENTRY_HEADER_BYTES);
  return entry;
}

/** An entry of a view index ($SII, $SDH, $O, $Q …): a key with data behind it. */
export function encodeViewEntry(key: Buffer, data: Buffer): Buffer {
  const dataAt = ENTRY_HEADER_BYTES + key.length;
  const entry = Buffer.alloc(roundUp(dataAt + data.length, 8));
  entry.writeUInt16LE(dataAt, 0);
  entry.writeUInt16LE(data.length, 2);
  entry.writeUInt16LE(entry.length, 8);
  entry.writeUInt16LE(key.length, 10);
  key.copy(entry, ENTRY_HEADER_BYTES);
  data.copy(entry, dataAt);
  return entry;
}

/** What stands in a node: leaf entries, each with its child's VCN where the node isn't a leaf, and the child after the last. */
export interface NodeContents {
  readonly entries: readonly { readonly leaf: Buffer; readonly child?: number }[];
  readonly lastChild?: number;
}

/** The entries of a node as stored, its last entry included. */
function encodeEntries({ entries, lastChild }: NodeContents): Buffer {
  let size = LAST_BYTES + (lastChild === undefined ? 0 : CHILD_BYTES);
  for (const { leaf, child } of entries)
    size += leaf.length + (child === undefined ? 0 : CHILD_BYTES);
  const into = Buffer.alloc(size);
  let at = 0;
  for (const { leaf, child } of entries) {
    leaf.copy(into, at);
    at += finishEntry(into, at, leaf.length, 0, child);
  }
  finishEntry(into, at, LAST_BYTES, IS_LAST, lastChild);
  return into;
}

/** Writes an entry's length and flags, and its child behind it; returns its length. */
function finishEntry(
  into: Buffer,
  at: number,
  leafBytes: number,
  flags: number,
  child: number | undefined,
): number {
  const length = leafBytes + (child === undefined ? 0 : CHILD_BYTES);
  into.writeUInt16LE(length, at + 8);
  into.writeUInt16LE(child === undefined ? flags : flags | HAS_CHILD, at + 12);
  if (child !== undefined) writeU64(into, at + leafBytes, child);
  return length;
}

function encodeNode(
  entries: Buffer,
  entriesOffset: number,
  room: number,
  isInner: boolean,
): Buffer {
  return NodeHeader.encode({
    entriesOffset,
    usedBytes: entriesOffset + entries.length,
    allocatedBytes: room,
    flags: isInner ? 1 : 0,
    reserved: Buffer.alloc(3),
  });
}

export interface IndexKind {
  readonly attributeType: number;
  readonly collation: number;
  readonly blockBytes: number;
}

/** The value of an $INDEX_ROOT with these entries. */
export function encodeIndexRoot(
  kind: IndexKind,
  geometry: Geometry,
  contents: NodeContents,
): Buffer {
  const entries = encodeEntries(contents);
  const used = NODE_HEADER_BYTES + entries.length;
  return Buffer.concat([
    IndexRootHeader.encode({
      ...kind,
      clustersPerBlock: kind.blockBytes / vcnBytes(kind.blockBytes, geometry.clusterBytes),
      reserved: Buffer.alloc(3),
    }),
    encodeNode(entries, NODE_HEADER_BYTES, used, contents.lastChild !== undefined),
    entries,
  ]);
}

/** Where entries begin in a block: behind the header, the node's header and the update sequence array. */
function entriesStart(blockBytes: number): number {
  return roundUp(BLOCK_HEADER_BYTES + NODE_HEADER_BYTES + 2 * (blockBytes / STRIDE + 1), 8);
}

/** Room for entries in a block, its last entry taken off as if it had a child. */
export function blockRoom(blockBytes: number): number {
  return blockBytes - entriesStart(blockBytes) - LAST_BYTES - CHILD_BYTES;
}

/** A block of $INDEX_ALLOCATION with its fixups applied. */
export function encodeIndexBlock(vcn: number, blockBytes: number, contents: NodeContents): Buffer {
  const entries = encodeEntries(contents);
  const start = entriesStart(blockBytes);
  const block = Buffer.alloc(blockBytes);
  IndexBlockHeader.encode({
    magic: BLOCK_MAGIC,
    fixupsOffset: BLOCK_HEADER_BYTES + NODE_HEADER_BYTES,
    fixupsCount: blockBytes / STRIDE + 1,
    logSequence: 0n,
    vcn,
  }).copy(block);
  const isInner = contents.lastChild !== undefined;
  encodeNode(entries, start - BLOCK_HEADER_BYTES, blockBytes - BLOCK_HEADER_BYTES, isInner).copy(
    block,
    BLOCK_HEADER_BYTES,
  );
  entries.copy(block, start);
  applyFixups(block, FIRST_FIXUP);
  return block;
}
