/** File entries and how they say where a file's bytes are: ECMA-167 4/14.6, 4/14.9, 4/14.17, 4/8.10, 4/12. */
import { Struct, bytes, u16le, u32le, u64le, u8 } from "../../block/struct.ts";
import type { Run } from "../optical/content.ts";
import { EXTENT_CONTINUATION, EXTENT_RECORDED, LONG_AD_BYTES, SHORT_AD_BYTES } from "./fields.ts";
import { decodeShortAd, decodeTimestamp, longAd } from "./fields.ts";
import type { BlockAddress, ExtentDescriptor } from "./fields.ts";
import { LifeboatError } from "../../system/errors.ts";
import { damaged, say } from "./messages.ts";
import type { Space } from "./space.ts";
import { TAG, TAG_BYTES, decodeTag } from "./tag.ts";

/** ECMA-167 4/14.6.6. */
export const FILE_TYPE_DIRECTORY = 4;
export const FILE_TYPE_SYMBOLIC_LINK = 12;
/** Regular files, and UDF's real-time files (UDF 2.60, 2.3.5.2.1), which are read alike. */
export const FILE_TYPE_REGULAR = [5, 249];
/** UDF 2.60, 2.3.5.2: the metadata file and its mirror. */
export const FILE_TYPE_METADATA = [250, 251];

/** ECMA-167 4/14.9, up to the extended attributes. */
const FileEntry = new Struct("UDF file entry", 176, {
  tag: bytes(TAG_BYTES),
  icbTag: bytes(20),
  owner: bytes(14),
  recordFormat: u8,
  displayAttributes: u8,
  recordLength: u32le,
  informationLength: u64le,
  logicalBlocks: u64le,
  accessed: bytes(12),
  modified: bytes(12),
  attributesChanged: bytes(12),
  checkpoint: u32le,
  extendedAttributeIcb: bytes(16),
  implementationId: bytes(32),
  uniqueId: u64le,
  extendedAttributeBytes: u32le,
  allocationDescriptorBytes: u32le,
});

/** ECMA-167 4/14.17, up to the extended attributes. */
const ExtendedFileEntry = new Struct("UDF extended file entry", 216, {
  tag: bytes(TAG_BYTES),
  icbTag: bytes(20),
  owner: bytes(14),
  recordFormat: u8,
  displayAttributes: u8,
  recordLength: u32le,
  informationLength: u64le,
  objectSize: u64le,
  logicalBlocks: u64le,
  accessed: bytes(12),
  modified: bytes(12),
  created: bytes(12),
  attributesChanged: bytes(12),
  checkpoint: u32le,
  reserved: u32le,
  extendedAttributeIcb: bytes(16),
  streamDirectoryIcb: bytes(16),
  implementationId: bytes(32),
  uniqueId: u64le,
  extendedAttributeBytes: u32le,
  allocationDescriptorBytes: u32le,
});

/** ECMA-167 4/14.6. */
const IcbTag = new Struct("UDF ICB tag", 20, {
  priorEntries: u32le,
  strategyType: u16le,
  strategyParameter: u16le,
  maxEntries: u16le,
  reserved: u8,
  fileType: u8,
  parentIcb: bytes(6),
  flags: u16le,
});
/** ECMA-167 4/A.2: one entry and no history. UDF allows 4096 beside it, on write-once media. */
const STRATEGY_SINGLE = 4;
/** ECMA-167 4/14.6.8, bits 0–2. */
const FLAG_ALLOCATION_MASK = 7;
const ALLOCATION_SHORT = 0;
const ALLOCATION_LONG = 1;
const ALLOCATION_EMBEDDED = 3;

/** ECMA-167 4/14.5: the header of a block of more allocation descriptors. */
const ALLOCATION_EXTENT_HEADER_BYTES = 24;
/** Each holds hundreds of descriptors; a file would need terabytes. */
const MAX_ALLOCATION_EXTENTS = 4096;

export type FileContent =
  | { readonly kind: "runs"; readonly runs: readonly Run[] }
  | { readonly kind: "embedded"; readonly data: Buffer };

export interface DecodedFileEntry {
  readonly fileType: number;
  readonly sizeBytes: number;
  readonly modified: Date | undefined;
  readonly content: FileContent;
}

/** What listing a directory needs. */
export type FileSummary = Omit<DecodedFileEntry, "content">;

interface RawEntry extends FileSummary {
  readonly allocation: number;
  readonly descriptors: Buffer;
}

/** Kind, size and time of the file whose entry stands at `address`, without its allocation. */
export async function readFileSummary(
  space: Space,
  what: string,
  address: BlockAddress,
): Promise<FileSummary> {
  return readRaw(space, what, address);
}

/**
 * The entry at `address`, with the bytes' places in file order, together exactly `sizeBytes`.
 * @throws LifeboatError `udf-damaged`, `unsupported-allocation`, `allocation-loop`, `outside-partition`, `truncated-volume`.
 */
export async function readFileEntry(
  space: Space,
  what: string,
  address: BlockAddress,
): Promise<DecodedFileEntry> {
  const { fileType, sizeBytes, modified, allocation, descriptors } = await readRaw(
    space,
    what,
    address,
  );
  const summary = { fileType, sizeBytes, modified };
  if (allocation === ALLOCATION_EMBEDDED) {
    if (descriptors.length < sizeBytes) {
      throw damaged("udf-damaged", say.tooShort(what, sizeBytes, descriptors.length));
    }
    const data = Buffer.from(descriptors.subarray(0, sizeBytes));
    return { ...summary, content: { kind: "embedded", data } };
  }
  if (allocation !== ALLOCATION_SHORT && allocation !== ALLOCATION_LONG) {
    throw new LifeboatError("unsupported-allocation", say.unsupportedAllocation(what));
  }
  const runs: Run[] = [];
  let left = sizeBytes;
  for await (const extent of allocationDescriptors(space, what, address, descriptors, allocation)) {
    if (left === 0) break;
    const length = Math.min(extent.lengthBytes, left);
    left -= length;
    if (extent.type === EXTENT_RECORDED) runs.push(...space.locate(what, extent, length));
    else runs.push({ start: undefined, length });
  }
  if (left > 0) throw damaged("udf-damaged", say.tooShort(what, sizeBytes, sizeBytes - left));
  return { ...summary, content: { kind: "runs", runs } };
}

async function readRaw(space: Space, what: string, address: BlockAddress): Promise<RawEntry> {
  const { block, offset } = await readDescriptorBlock(space, what, address);
  const tag = decodeTag(block);
  const isExtended = tag?.identifier === TAG.extendedFileEntry;
  const isEntry = isExtended || tag?.identifier === TAG.fileEntry;
  if (!isEntry || tag.location !== address.block) {
    throw damaged("udf-damaged", say.damagedDescriptor(what, offset));
  }
  const structure = isExtended ? ExtendedFileEntry : FileEntry;
  const entry = structure.decode(block);
  const icb = IcbTag.decode(entry.icbTag);
  if (icb.strategyType !== STRATEGY_SINGLE) {
    throw new LifeboatError("unsupported-allocation", say.unsupportedAllocation(what));
  }
  const sizeBytes = Number(entry.informationLength);
  if (!Number.isSafeInteger(sizeBytes)) {
    throw damaged("udf-damaged", say.badField(what, "length", sizeBytes));
  }
  const start = structure.size + entry.extendedAttributeBytes;
  const end = start + entry.allocationDescriptorBytes;
  if (end > block.length) {
    throw damaged("udf-damaged", say.badField(what, "allocation length", end));
  }
  return {
    fileType: icb.fileType,
    sizeBytes,
    modified: decodeTimestamp(entry.modified),
    allocation: icb.flags & FLAG_ALLOCATION_MASK,
    descriptors: block.subarray(start, end),
  };
}

/** One logical block, which holds one descriptor. */
export async function readDescriptorBlock(
  space: Space,
  what: string,
  address: BlockAddress,
): Promise<{ block: Buffer; offset: number }> {
  const [run] = space.locate(what, address, space.blockBytes);
  const offset = run?.start ?? 0;
  return { block: await space.cache.read(what, offset, space.blockBytes), offset };
}

/** The descriptors in the entry and in the allocation extents that it is continued in, up to the one of length zero. */
async function* allocationDescriptors(
  space: Space,
  what: string,
  address: BlockAddress,
  first: Buffer,
  kind: typeof ALLOCATION_SHORT | typeof ALLOCATION_LONG,
): AsyncGenerator<ExtentDescriptor> {
  const size = kind === ALLOCATION_SHORT ? SHORT_AD_BYTES : LONG_AD_BYTES;
  let next: ExtentDescriptor | undefined;
  let table = first;
  let { partition } = address;
  for (let count = 0; count <= MAX_ALLOCATION_EXTENTS; count++) {
    for (let at = 0; at + size <= table.length; at += size) {
      const extent =
        kind === ALLOCATION_SHORT ? decodeShortAd(table, at, partition) : longAd.read(table, at);
      if (extent.lengthBytes === 0) return;
      if (extent.type === EXTENT_CONTINUATION) {
        next = extent;
        break;
      }
      yield extent;
    }
    if (next === undefined) return;
    ({ partition } = next);
    table = await readAllocationExtent(space, what, next);
    next = undefined;
  }
  throw damaged("allocation-loop", say.allocationLoop(what));
}

async function readAllocationExtent(
  space: Space,
  what: string,
  address: BlockAddress,
): Promise<Buffer> {
  const { block, offset } = await readDescriptorBlock(space, what, address);
  const tag = decodeTag(block);
  const end = ALLOCATION_EXTENT_HEADER_BYTES + block.readUInt32LE(20);
  const isWhole = tag?.identifier === TAG.allocationExtent && tag.location === address.block;
  if (!isWhole || end > block.length) {
    throw damaged("udf-damaged", say.damagedDescriptor(what, offset));
  }
  return block.subarray(ALLOCATION_EXTENT_HEADER_BYTES, end);
}
