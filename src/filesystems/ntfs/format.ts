/** Making an NTFS 3.1 volume, as Windows' format and mkntfs do. */
import { writeZeroes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { encodeAttrDef } from "./attr-def.ts";
import { bootCode, JUMP } from "./boot-code.ts";
import {
  BOOT_SIGNATURE,
  BootSector,
  encodeRecordSize,
  encodeSectorsPerCluster,
  OEM_ID,
} from "./boot-sector.ts";
import { BOOT_BYTES, cannotFormat, planLayout } from "./format-layout.ts";
import type { Layout } from "./format-layout.ts";
import { writeFilled } from "./log-file.ts";
import { encodeRecord, unusedRecord } from "./mft-record.ts";
import { newSecureContents } from "./security.ts";
import { makeSystemFiles, sequenceOf } from "./system-files.ts";
import { windowsUpCase } from "./up-case.ts";

/** Windows' own tools stop here, though the attribute could hold 128 units. */
const MAX_LABEL_UNITS = 32;

export interface NtfsFormatOptions {
  readonly label: string;
  /** The volume's serial number; as text it is the UUID that GRUB and blkid print. */
  readonly serial: bigint;
  /** Where the partition begins on its disk: BIOS boot code of Windows goes by it. */
  readonly partitionStartLba: number;
  /** Default 4096. A power of two from the sector size to 2 MiB. */
  readonly clusterBytes?: number;
  readonly now: Date;
}

/** The geometry that a BIOS reports for a disk larger than 8 GB. */
const BIOS_SECTORS_PER_TRACK = 63;
const BIOS_HEADS = 255;
const FIXED_DISK = 0xf8;

/**
 * Makes an empty NTFS volume that fills `range`. Only metadata is written: some 70 MiB at most for the journal, and a bit a
 * cluster. The boot sector comes last, so that a format cut short leaves no volume.
 * @throws LifeboatError `ntfs-cannot-format`.
 */
export async function formatNtfs(range: ByteRange, options: NtfsFormatOptions): Promise<void> {
  const { label, serial, now } = options;
  if (label.length > MAX_LABEL_UNITS) {
    throw cannotFormat(`a label of ${label.length} characters (${MAX_LABEL_UNITS} at most)`);
  }
  const attrDef = encodeAttrDef();
  const secure = newSecureContents();
  const layout = planLayout(range, {
    clusterBytes: options.clusterBytes ?? 4096,
    serial,
    attrDefBytes: attrDef.length,
    sdsBytes: secure.sds.length,
  });
  const upCase = windowsUpCase();
  const { records, rootIndexBlock } = makeSystemFiles(layout, { label, now, upCase, secure });
  const { clusterBytes, sectorBytes } = layout.geometry;
  const put = (place: { lcn: number }, bytes: Buffer) =>
    range.write(place.lcn * clusterBytes, bytes);

  await writeZeroes(range, 0, BOOT_BYTES);
  await range.flush();
  const mft = encodeMft(layout, records);
  await put(layout.mft, mft);
  await put(layout.mirror, mft.subarray(0, layout.mirror.sizeBytes));
  await put(layout.mftBitmap, mftBitmap(layout, records));
  await put(layout.rootIndex, rootIndexBlock);
  await put(layout.attrDef, attrDef);
  await put(layout.upCase, upCase.encode());
  await put(layout.sds, secure.sds);
  await writeFilled(range, layout.log.lcn * clusterBytes, layout.log.sizeBytes);
  await writeBitmap(range, layout);
  await range.flush();
  const sector = encodeBootSector(layout, options);
  await range.write(layout.totalSectors * sectorBytes, sector);
  await range.write(0, sector);
  await range.flush();
}

/** The whole first MFT: the system files, and free records behind them. */
function encodeMft(layout: Layout, records: ReadonlyMap<number, Buffer>): Buffer {
  const { recordBytes } = layout.geometry;
  const mft = Buffer.alloc(layout.mft.sizeBytes);
  for (let number = 0; number < mft.length / recordBytes; number++) {
    const record =
      records.get(number) ?? encodeRecord(unusedRecord(number, sequenceOf(number)), recordBytes);
    record.copy(mft, number * recordBytes);
  }
  return mft;
}

function mftBitmap(layout: Layout, records: ReadonlyMap<number, Buffer>): Buffer {
  const bits = Buffer.alloc(layout.mftBitmap.sizeBytes);
  for (const number of records.keys()) {
    const byte = number >> 3;
    bits.writeUInt8(bits.readUInt8(byte) | (1 << (number & 7)), byte);
  }
  return bits;
}

/** $Bitmap: the clusters at the front, and the bits behind the last cluster, are taken. */
async function writeBitmap(range: ByteRange, layout: Layout): Promise<void> {
  const { bitmap, geometry, firstFree } = layout;
  const start = bitmap.lcn * geometry.clusterBytes;
  const front = Buffer.alloc(Math.ceil(firstFree / 8), 0xff);
  if (firstFree % 8 !== 0) front.writeUInt8((1 << (firstFree & 7)) - 1, front.length - 1);
  const lastByte = Math.floor(geometry.clusters / 8);
  const tail = Buffer.alloc(bitmap.sizeBytes - lastByte, 0xff);
  if (tail.length > 0) tail.writeUInt8((0xff << (geometry.clusters & 7)) & 0xff, 0);
  await writeZeroes(range, start, bitmap.sizeBytes);
  await range.write(start + lastByte, tail);
  if (front.length > lastByte) {
    // Both ends meet in one byte of a tiny volume.
    front.writeUInt8(front.readUInt8(lastByte) | tail.readUInt8(0), lastByte);
  }
  await range.write(start, front);
}

function encodeBootSector(layout: Layout, options: NtfsFormatOptions): Buffer {
  const { geometry } = layout;
  const { sectorBytes, clusterBytes } = geometry;
  const sector = Buffer.alloc(sectorBytes);
  BootSector.encode({
    jump: JUMP,
    oemId: OEM_ID,
    bytesPerSector: sectorBytes,
    sectorsPerCluster: encodeSectorsPerCluster(clusterBytes / sectorBytes),
    unusedFat: Buffer.alloc(7),
    media: FIXED_DISK,
    sectorsPerFat: 0,
    sectorsPerTrack: BIOS_SECTORS_PER_TRACK,
    heads: BIOS_HEADS,
    // Partitions behind 2 TiB don't fit the field; no BIOS could boot from them.
    hiddenSectors: Math.min(options.partitionStartLba, 0xffffffff),
    largeSectors: 0,
    drive: Buffer.from([0x80, 0, 0x80, 0]),
    totalSectors: layout.totalSectors,
    mftLcn: geometry.mftLcn,
    mftMirrorLcn: geometry.mftMirrorLcn,
    clustersPerRecord: encodeRecordSize(geometry.recordBytes, clusterBytes),
    reserved1: Buffer.alloc(3),
    clustersPerIndexBlock: encodeRecordSize(geometry.indexBlockBytes, clusterBytes),
    reserved2: Buffer.alloc(3),
    serial: options.serial,
    checksum: 0,
    bootCode: bootCode(),
    signature: BOOT_SIGNATURE,
  }).copy(sector);
  return sector;
}
