/** The GPT header (UEFI 2.10 §5.3.2, table 5.5): one sector, of which the first 92 bytes mean something. */
import { crc32 } from "node:zlib";
import { Struct, ascii, u32le, u64le } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { guid } from "../guid.ts";

export const GPT_SIGNATURE = "EFI PART";
/** Revision 1.0, the only one there is. */
const GPT_REVISION = 0x0001_0000;
const CRC_AT = 16;

const RawHeader = new Struct("GPT header", 92, {
  signature: ascii(8),
  revision: u32le,
  headerSize: u32le,
  headerCrc: u32le,
  reserved: u32le,
  myLba: u64le,
  alternateLba: u64le,
  firstUsableLba: u64le,
  lastUsableLba: u64le,
  diskGuid: guid,
  entriesLba: u64le,
  entryCount: u32le,
  entrySize: u32le,
  entriesCrc: u32le,
});

/** A GPT has two: after sector 0, and at the disk's end. */
export type CopyName = "primary" | "backup";

/**
 * A header's fields. LBAs are numbers: one that a number can't hold exactly is still far outside any disk, which is what it
 * will be checked for.
 */
export interface GptHeader {
  readonly myLba: number;
  readonly alternateLba: number;
  readonly firstUsableLba: number;
  readonly lastUsableLba: number;
  readonly diskGuid: string;
  readonly entriesLba: number;
  readonly entryCount: number;
  readonly entrySize: number;
  readonly entriesCrc: number;
}

/** What a sector says about itself as a header. Only with both `signature` and `crcRight` do the other fields count. */
export interface DecodedHeader {
  readonly signature: boolean;
  /** Bytes, as the header states it; at least 92 and at most a sector in a right one. */
  readonly headerSize: number;
  readonly headerSizeRight: boolean;
  readonly crcRight: boolean;
  readonly header: GptHeader;
}

/** Decodes a sector (the whole of it, since the header may be longer than 92 bytes). */
export function decodeHeader(sector: Buffer): DecodedHeader {
  const raw = RawHeader.decode(sector);
  const headerSizeRight = raw.headerSize >= RawHeader.size && raw.headerSize <= sector.length;
  return {
    signature: raw.signature === GPT_SIGNATURE,
    headerSize: raw.headerSize,
    headerSizeRight,
    crcRight: headerSizeRight && headerCrc(sector.subarray(0, raw.headerSize)) === raw.headerCrc,
    header: {
      myLba: Number(raw.myLba),
      alternateLba: Number(raw.alternateLba),
      firstUsableLba: Number(raw.firstUsableLba),
      lastUsableLba: Number(raw.lastUsableLba),
      diskGuid: raw.diskGuid,
      entriesLba: Number(raw.entriesLba),
      entryCount: raw.entryCount,
      entrySize: raw.entrySize,
      entriesCrc: raw.entriesCrc,
    },
  };
}

/** The header as one whole sector, with its checksum. */
export function encodeHeader(header: GptHeader, sectorSize: number): Buffer {
  const raw: Infer<typeof RawHeader> = {
    signature: GPT_SIGNATURE,
    revision: GPT_REVISION,
    headerSize: RawHeader.size,
    headerCrc: 0,
    reserved: 0,
    myLba: BigInt(header.myLba),
    alternateLba: BigInt(header.alternateLba),
    firstUsableLba: BigInt(header.firstUsableLba),
    lastUsableLba: BigInt(header.lastUsableLba),
    diskGuid: header.diskGuid,
    entriesLba: BigInt(header.entriesLba),
    entryCount: header.entryCount,
    entrySize: header.entrySize,
    entriesCrc: header.entriesCrc,
  };
  const bytes = RawHeader.encode(raw);
  bytes.writeUInt32LE(headerCrc(bytes), CRC_AT);
  return Buffer.concat([bytes, Buffer.alloc(sectorSize - bytes.length)]);
}

/** Over the header's stated size, with its own field counted as zero. */
function headerCrc(header: Buffer): number {
  const copy = Buffer.from(header);
  copy.writeUInt32LE(0, CRC_AT);
  return crc32(copy);
}
