/** Where a piece of a WIM lies and how it is stored: 24 bytes, in the header and in each entry of the blob table. */
import type { Field } from "../../block/struct.ts";

export const RESOURCE_FLAGS = {
  metadata: 0x02,
  compressed: 0x04,
  spanned: 0x08,
  solid: 0x10,
} as const;

const SIZE_BYTES = 7;
const FLAGS_AT = 7;
const OFFSET_AT = 8;
const ORIGINAL_AT = 16;

/** Offsets and sizes are bytes; what a number can't hold exactly lies far outside of any file, which it is held against. */
export interface ResourceHeader {
  /** As it is stored. */
  readonly sizeInWim: number;
  readonly flags: number;
  /** In the file; of a blob in a solid resource: in what that unpacks to. */
  readonly offset: number;
  readonly originalSize: number;
}

export const NO_RESOURCE: ResourceHeader = { sizeInWim: 0, flags: 0, offset: 0, originalSize: 0 };

export const resourceHeader: Field<ResourceHeader> = {
  size: 24,
  read: (from, at) => ({
    sizeInWim: Number(from.readBigUInt64LE(at) & 0xff_ffff_ffff_ffffn),
    flags: from.readUInt8(at + FLAGS_AT),
    offset: Number(from.readBigUInt64LE(at + OFFSET_AT)),
    originalSize: Number(from.readBigUInt64LE(at + ORIGINAL_AT)),
  }),
  write: (into, at, { sizeInWim, flags, offset, originalSize }) => {
    into.writeBigUInt64LE(BigInt.asUintN(SIZE_BYTES * 8, BigInt(sizeInWim)), at);
    into.writeUInt8(flags, at + FLAGS_AT);
    into.writeBigUInt64LE(BigInt(offset), at + OFFSET_AT);
    into.writeBigUInt64LE(BigInt(originalSize), at + ORIGINAL_AT);
  },
};

/** Whether it lies inside of a file of `fileSize` bytes, behind the header. */
export function liesInside({ offset, sizeInWim }: ResourceHeader, fileSize: number): boolean {
  return Number.isSafeInteger(offset) && offset + sizeInWim <= fileSize;
}
