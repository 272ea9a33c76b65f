/** The volume descriptors: ECMA-119 section 8, Joliet's escape sequences, and El Torito's boot record. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { Struct, ascii, bytes, u8 } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { u16both, u32both } from "./fields.ts";

/** ECMA-119 6.2.1: sixteen sectors of system area come first. */
export const SYSTEM_AREA_SECTORS = 16;
export const SECTOR_BYTES = 2048;
/** Real volumes have three to six descriptors. */
const MAX_DESCRIPTORS = 64;

const STANDARD_IDENTIFIER = "CD001";

/** ECMA-119 8.1.1. */
const TYPE_BOOT_RECORD = 0;
const TYPE_PRIMARY = 1;
const TYPE_SUPPLEMENTARY = 2;
const TYPE_TERMINATOR = 255;

/** Joliet 1.0, "Escape Sequences": UCS-2 level 1, 2, 3. */
const JOLIET_ESCAPES = ["%/@", "%/C", "%/E"];

/** ECMA-119 8.4 and 8.5: the primary and the supplementary descriptor have one layout. */
const VolumeDescriptor = new Struct("ISO 9660 volume descriptor", SECTOR_BYTES, {
  type: u8,
  identifier: ascii(5),
  version: u8,
  flags: u8,
  systemId: bytes(32),
  volumeId: bytes(32),
  unused1: bytes(8),
  volumeSpaceSize: u32both,
  escapeSequences: bytes(32),
  volumeSetSize: u16both,
  volumeSequenceNumber: u16both,
  logicalBlockSize: u16both,
  pathTableSize: u32both,
  pathTableLocations: bytes(16),
  rootDirectoryRecord: bytes(34),
  volumeSetId: bytes(128),
  publisherId: bytes(128),
  dataPreparerId: bytes(128),
  applicationId: bytes(128),
  copyrightFileId: bytes(37),
  abstractFileId: bytes(37),
  bibliographicFileId: bytes(37),
  created: bytes(17),
  modified: bytes(17),
  expires: bytes(17),
  effective: bytes(17),
  fileStructureVersion: u8,
  reserved1: u8,
  applicationUse: bytes(512),
  reserved2: bytes(653),
});

export type VolumeDescriptor = Infer<typeof VolumeDescriptor>;

/** El Torito 1.0, figure 7: the boot record's system identifier, and where it says the catalog begins. */
const EL_TORITO_IDENTIFIER = "EL TORITO SPECIFICATION";
const BOOT_SYSTEM_ID_OFFSET = 7;
const BOOT_CATALOG_OFFSET = 0x47;

export interface VolumeDescriptors {
  readonly primary: VolumeDescriptor | undefined;
  readonly joliet: VolumeDescriptor | undefined;
  /** In sectors of 2,048 bytes. */
  readonly bootCatalogLba: number | undefined;
}

/** Reads the descriptors, the first of each kind. All undefined where this is no ISO 9660 volume. */
export async function readVolumeDescriptors(range: ByteRange): Promise<VolumeDescriptors> {
  let primary: VolumeDescriptor | undefined;
  let joliet: VolumeDescriptor | undefined;
  let bootCatalogLba: number | undefined;
  for await (const sector of descriptorSectors(range)) {
    const type = sector.readUInt8(0);
    if (type === TYPE_PRIMARY) primary ??= VolumeDescriptor.decode(sector);
    if (type === TYPE_SUPPLEMENTARY && isJoliet(sector)) joliet ??= VolumeDescriptor.decode(sector);
    if (type === TYPE_BOOT_RECORD && isElTorito(sector)) {
      bootCatalogLba ??= sector.readUInt32LE(BOOT_CATALOG_OFFSET);
    }
  }
  return { primary, joliet, bootCatalogLba };
}

/** Four at a time: most volumes need one read. */
async function* descriptorSectors(range: ByteRange): AsyncGenerator<Buffer> {
  const batch = 4;
  for (let index = 0; index < MAX_DESCRIPTORS; index += batch) {
    const offset = (SYSTEM_AREA_SECTORS + index) * SECTOR_BYTES;
    const sectors = Math.min(batch, Math.floor((range.size - offset) / SECTOR_BYTES));
    if (sectors < 1) return;
    const read = await readBytes(range, offset, sectors * SECTOR_BYTES);
    for (let at = 0; at < read.length; at += SECTOR_BYTES) {
      const sector = read.subarray(at, at + SECTOR_BYTES);
      const known = sector.toString("latin1", 1, 6) === STANDARD_IDENTIFIER;
      if (!known || sector.readUInt8(0) === TYPE_TERMINATOR) return;
      yield sector;
    }
  }
}

function isJoliet(sector: Buffer): boolean {
  return JOLIET_ESCAPES.includes(sector.toString("latin1", 88, 91));
}

function isElTorito(sector: Buffer): boolean {
  const end = BOOT_SYSTEM_ID_OFFSET + EL_TORITO_IDENTIFIER.length;
  return sector.toString("latin1", BOOT_SYSTEM_ID_OFFSET, end) === EL_TORITO_IDENTIFIER;
}
