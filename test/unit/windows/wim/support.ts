/** WIM files made by hand: for what wimlib-imagex would never write. */
import { createHash } from "node:crypto";
import { RawWimHeader, WIM_HEADER_BYTES } from "../../../../src/windows/wim/header.ts";
import { NO_RESOURCE } from "../../../../src/windows/wim/resource-header.ts";

type RawHeader = ReturnType<typeof RawWimHeader.decode>;

/** `bytes` with other values in its header. */
export function withHeader(bytes: Buffer, changes: Partial<RawHeader>): Buffer {
  const header = RawWimHeader.encode({ ...RawWimHeader.decode(bytes), ...changes });
  return Buffer.concat([header, bytes.subarray(WIM_HEADER_BYTES)]);
}

/**
 * With a new integrity table behind everything else.
 * @param beyond bytes behind the blob table that its size is stretched over.
 */
export function withIntegrityTable(
  bytes: Buffer,
  chunkSize: number,
  beyond = 0,
): { bytes: Buffer; chunks: number } {
  const { blobTable } = RawWimHeader.decode(bytes);
  const sizeInWim = blobTable.sizeInWim + beyond;
  const end = blobTable.offset + sizeInWim;
  const hashes: Buffer[] = [];
  for (let at = WIM_HEADER_BYTES; at < end; at += chunkSize) {
    const chunk = bytes.subarray(at, Math.min(at + chunkSize, end));
    hashes.push(createHash("sha1").update(chunk).digest());
  }
  const table = Buffer.alloc(12 + hashes.length * 20);
  table.writeUInt32LE(table.length, 0);
  table.writeUInt32LE(hashes.length, 4);
  table.writeUInt32LE(chunkSize, 8);
  Buffer.concat(hashes).copy(table, 12);
  const integrityTable = {
    sizeInWim: table.length,
    flags: 0,
    offset: bytes.length,
    originalSize: table.length,
  };
  const changes = { integrityTable, blobTable: { ...blobTable, sizeInWim } };
  return { bytes: withHeader(Buffer.concat([bytes, table]), changes), chunks: hashes.length };
}

/** A WIM of nothing but XML data. */
export function wimOfXml(xml: string | Buffer, changes: Partial<RawHeader> = {}): Buffer {
  const data = typeof xml === "string" ? Buffer.from(`\ufeff${xml}`, "utf16le") : xml;
  const header = RawWimHeader.encode({
    magic: "MSWIM\0\0\0",
    headerSize: WIM_HEADER_BYTES,
    version: 0x1_0d00,
    flags: 0,
    chunkSize: 0,
    guid: "6F1C4A0B-2C7E-4A59-9E0F-0D6C1B1C7A11",
    partNumber: 1,
    totalParts: 1,
    imageCount: 1,
    blobTable: { ...NO_RESOURCE, offset: WIM_HEADER_BYTES },
    xmlData: {
      sizeInWim: data.length,
      flags: 2,
      offset: WIM_HEADER_BYTES,
      originalSize: data.length,
    },
    bootMetadata: NO_RESOURCE,
    bootIndex: 0,
    integrityTable: NO_RESOURCE,
    reserved: Buffer.alloc(60),
    ...changes,
  });
  return Buffer.concat([header, data]);
}
