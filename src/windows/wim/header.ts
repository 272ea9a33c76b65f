/**
 * The header of a WIM file (.wim, .esd, .swm): 208 bytes ("Windows Imaging File Format (WIM)", Microsoft 2007; what came later, as
 * wimlib documents it). A pipable WIM (wimlib's own variant) has the one that counts at its end, since it is written in one go.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import type { Infer } from "../../block/struct.ts";
import { Struct, ascii, bytes, u16le, u32le } from "../../block/struct.ts";
import { guid } from "../../disks/guid.ts";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { resourceHeader } from "./resource-header.ts";

export const WIM_HEADER_BYTES = 208;

const MAGIC = "MSWIM\0\0\0";
const PIPABLE_MAGIC = "WLPWM\0\0\0";
const MAGIC_BYTES = 8;

/** 1.13; an ESD, whose blobs are packed together ("solid"), says 0.14. */
const VERSION = 0x0001_0d00;
const SOLID_VERSION = 0x0000_0e00;

export const WIM_FLAGS = {
  compressed: 0x2,
  readOnly: 0x4,
  spanned: 0x8,
  resourceOnly: 0x10,
  metadataOnly: 0x20,
  writeInProgress: 0x40,
  reparsePointFix: 0x80,
  xpress: 0x2_0000,
  lzx: 0x4_0000,
  lzms: 0x8_0000,
  /** XPRESS as well, as newer programs may mark it. */
  xpress2: 0x20_0000,
} as const;

export const RawWimHeader = new Struct("WIM header", WIM_HEADER_BYTES, {
  magic: ascii(MAGIC_BYTES, "\0"),
  headerSize: u32le,
  version: u32le,
  flags: u32le,
  chunkSize: u32le,
  guid,
  partNumber: u16le,
  totalParts: u16le,
  imageCount: u32le,
  blobTable: resourceHeader,
  xmlData: resourceHeader,
  bootMetadata: resourceHeader,
  bootIndex: u32le,
  integrityTable: resourceHeader,
  reserved: bytes(60),
});

export type WimCompression = "none" | "xpress" | "lzx" | "lzms" | "unknown";

export interface WimHeader {
  /** wimlib's variant that can be read from a pipe; Microsoft's programs don't read it. */
  readonly pipable: boolean;
  /** Blobs are packed together, as in an ESD. */
  readonly solid: boolean;
  readonly flags: number;
  readonly compression: WimCompression;
  /** What is compressed as one, in bytes; 0 without compression. */
  readonly chunkSize: number;
  /** All parts of a split WIM have the same. */
  readonly guid: string;
  /** From 1. */
  readonly partNumber: number;
  readonly totalParts: number;
  readonly imageCount: number;
  readonly blobTable: ResourceHeader;
  readonly xmlData: ResourceHeader;
  readonly bootMetadata: ResourceHeader;
  /** The image that boots, from 1; 0: none. */
  readonly bootIndex: number;
  /** All zero where there is none. */
  readonly integrityTable: ResourceHeader;
}

/** Whether the file begins as a WIM does. */
export async function isWim(range: ByteRange): Promise<boolean> {
  if (range.size < WIM_HEADER_BYTES) return false;
  const magic = (await readBytes(range, 0, MAGIC_BYTES)).toString("latin1");
  return magic === MAGIC || magic === PIPABLE_MAGIC;
}

/** @throws LifeboatError `not-a-wim`; `wim-truncated`, `wim-version`, `wim-header` where it is one that can't be read. */
export async function readWimHeader(range: ByteRange): Promise<WimHeader> {
  if (!(await isWim(range))) {
    throw new LifeboatError("not-a-wim", say.notAWim(), {
      kind: "usage",
      hint: say.notAWimHint(),
    });
  }
  const first = RawWimHeader.decode(await readBytes(range, 0, WIM_HEADER_BYTES));
  if (first.magic !== PIPABLE_MAGIC) return checked(first);
  const at = range.size - WIM_HEADER_BYTES;
  const last = RawWimHeader.decode(await readBytes(range, at, WIM_HEADER_BYTES));
  if (last.magic !== PIPABLE_MAGIC) throw damaged("wim-truncated", say.noLastHeader());
  return checked(last);
}

function checked(raw: Infer<typeof RawWimHeader>): WimHeader {
  const { headerSize, version, partNumber, totalParts } = raw;
  if (headerSize !== WIM_HEADER_BYTES) throw damaged("wim-header", say.headerSize(headerSize));
  if (version !== VERSION && version !== SOLID_VERSION) {
    throw damaged("wim-version", say.version(version));
  }
  if (partNumber === 0 || partNumber > totalParts) {
    throw damaged("wim-header", say.partNumber(partNumber, totalParts));
  }
  return {
    pipable: raw.magic === PIPABLE_MAGIC,
    solid: version === SOLID_VERSION,
    flags: raw.flags,
    compression: compressionOf(raw.flags),
    chunkSize: raw.chunkSize,
    guid: raw.guid,
    partNumber,
    totalParts,
    imageCount: raw.imageCount,
    blobTable: raw.blobTable,
    xmlData: raw.xmlData,
    bootMetadata: raw.bootMetadata,
    bootIndex: raw.bootIndex,
    integrityTable: raw.integrityTable,
  };
}

function compressionOf(flags: number): WimCompression {
  if ((flags & WIM_FLAGS.compressed) === 0) return "none";
  if ((flags & WIM_FLAGS.lzx) !== 0) return "lzx";
  if ((flags & (WIM_FLAGS.xpress | WIM_FLAGS.xpress2)) !== 0) return "xpress";
  return (flags & WIM_FLAGS.lzms) === 0 ? "unknown" : "lzms";
}

export function damaged(code: string, text: ReturnType<typeof say.notAWim>): LifeboatError {
  return new LifeboatError(code, text, { kind: "damaged", hint: say.damagedHint() });
}
