/** Descriptor tags: ECMA-167 3/7.2 and 4/7.2. */
import { Struct, u16le, u32le, u8 } from "../../block/struct.ts";

export const TAG_BYTES = 16;

const Tag = new Struct("UDF descriptor tag", TAG_BYTES, {
  identifier: u16le,
  version: u16le,
  checksum: u8,
  reserved: u8,
  serialNumber: u16le,
  descriptorCrc: u16le,
  descriptorCrcLength: u16le,
  location: u32le,
});

export type DescriptorTag = ReturnType<typeof Tag.decode>;

/** ECMA-167 3/7.2.1 and 4/7.2.1. */
export const TAG = {
  primaryVolume: 1,
  anchor: 2,
  volumePointer: 3,
  partition: 5,
  logicalVolume: 6,
  terminating: 8,
  fileSet: 256,
  fileIdentifier: 257,
  allocationExtent: 258,
  fileEntry: 261,
  extendedFileEntry: 266,
} as const;

/**
 * The tag at the start of `descriptor`, which holds at least the bytes that the tag's CRC covers; undefined where the
 * checksum or the CRC is wrong.
 */
export function decodeTag(descriptor: Buffer): DescriptorTag | undefined {
  if (descriptor.length < TAG_BYTES) return undefined;
  const tag = Tag.decode(descriptor);
  let sum = 0;
  for (let at = 0; at < TAG_BYTES; at++) if (at !== 4) sum += descriptor[at] ?? 0;
  if ((sum & 0xff) !== tag.checksum) return undefined;
  const end = TAG_BYTES + tag.descriptorCrcLength;
  if (end > descriptor.length) return undefined;
  return crc16(descriptor.subarray(TAG_BYTES, end)) === tag.descriptorCrc ? tag : undefined;
}

/** ECMA-167 3/7.2.6: x^16 + x^12 + x^5 + 1, starting from zero, most significant bit first. */
const POLYNOMIAL = 0x1021;
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc;
}
