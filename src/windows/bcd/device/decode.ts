/**
 * Device elements from their bytes. Every length is that of the bytes that are there: what doesn't fit is kept as an `other`
 * device, with all its bytes, so that nothing of a store is lost on people who only look at it.
 */
import { decodeGuid } from "../../../disks/guid.ts";
import { decodeObjectId } from "../object-id.ts";
import type { BcdDevice, DeviceDescriptor, FilePath, PartitionReference } from "./device.ts";
import {
  DESCRIPTOR_HEADER_BYTES,
  DEVICE_TYPE,
  LOCAL_DEVICE_BYTES,
  LOCAL_TYPE,
  LOCATE,
  OPTIONS_BYTES,
  PARTITION_STYLE,
  PATH_HEADER_BYTES,
  PATH_ON_DEVICE,
} from "./device.ts";

/** A VHD on a disk in a VHD …: Windows has two at most. */
const MOST_NESTED = 8;

/** Of the body of a partition device, up to the disk's GUID. */
const PARTITION_BODY_BYTES = 0x28;

/** @returns undefined where the bytes are too few for any device. */
export function decodeDevice(data: Buffer): BcdDevice | undefined {
  if (data.length < OPTIONS_BYTES + DESCRIPTOR_HEADER_BYTES) return undefined;
  return {
    options: decodeObjectId(data, 0),
    descriptor: decodeDescriptor(data.subarray(OPTIONS_BYTES), 0),
  };
}

/** What the descriptor says of its own length, and what there is: they differ in damaged elements only. */
export function deviceLengths(data: Buffer): { stated: number; present: number } | undefined {
  if (data.length < OPTIONS_BYTES + DESCRIPTOR_HEADER_BYTES) return undefined;
  const stated = OPTIONS_BYTES + data.readUInt32LE(OPTIONS_BYTES + 8);
  return { stated, present: data.length };
}

/** @param from begins with the descriptor's header; at least that long. */
function decodeDescriptor(from: Buffer, depth: number): DeviceDescriptor {
  const deviceType = from.readUInt32LE(0);
  const flags = from.readUInt32LE(4);
  const size = from.readUInt32LE(8);
  const descriptor = from.subarray(0, Math.max(DESCRIPTOR_HEADER_BYTES, size));
  const body = descriptor.subarray(DESCRIPTOR_HEADER_BYTES);
  const known =
    depth < MOST_NESTED ? decodeBody(deviceType, descriptor, body, depth + 1) : undefined;
  return known ?? { kind: "other", deviceType, flags, body: Buffer.from(body) };
}

function decodeBody(
  deviceType: number,
  descriptor: Buffer,
  body: Buffer,
  depth: number,
): DeviceDescriptor | undefined {
  switch (deviceType) {
    case DEVICE_TYPE.boot:
      return { kind: "boot" };
    case DEVICE_TYPE.partition: {
      const partition = decodePartition(body);
      return partition && { kind: "partition", partition };
    }
    case DEVICE_TYPE.legacyPartition: {
      const partition = decodePartition(body);
      if (partition === undefined || partition.style === "raw") return undefined;
      if (partition.style === "gpt") return { kind: "legacy-partition", partition };
      const { style, signature } = partition;
      const partitionNumber = body.readUInt32LE(0);
      return { kind: "legacy-partition", partition: { style, signature, partitionNumber } };
    }
    case DEVICE_TYPE.locate:
      return decodeLocate(descriptor, body, depth);
    case DEVICE_TYPE.local:
      return decodeLocal(body, depth);
    default:
      return undefined;
  }
}

function decodePartition(body: Buffer): PartitionReference | undefined {
  if (body.length < PARTITION_BODY_BYTES) return undefined;
  if (body.readUInt32LE(0x10) !== LOCAL_TYPE.hardDisk) return undefined;
  const offsetBytes = body.readBigUInt64LE(0);
  switch (body.readUInt32LE(0x14)) {
    case PARTITION_STYLE.gpt:
      return { style: "gpt", partitionGuid: decodeGuid(body, 0), diskGuid: decodeGuid(body, 0x18) };
    case PARTITION_STYLE.mbr:
      return { style: "mbr", offsetBytes, signature: body.readUInt32LE(0x18) };
    case PARTITION_STYLE.raw:
      return { style: "raw", offsetBytes, diskNumber: body.readUInt32LE(0x18) };
    default:
      return undefined;
  }
}

function decodeLocate(
  descriptor: Buffer,
  body: Buffer,
  depth: number,
): DeviceDescriptor | undefined {
  if (body.length < 12) return undefined;
  const type = body.readUInt32LE(0);
  const parentOffset = body.readUInt32LE(8);
  const nested = nestedAt(descriptor, parentOffset);
  if (parentOffset !== 0 && nested === undefined) return undefined;
  const parent = nested && { parent: decodeDescriptor(nested, depth) };
  if (type === LOCATE.byElement) {
    return { kind: "locate", by: { element: body.readUInt32LE(4) }, ...parent };
  }
  if (type !== LOCATE.byPath) return undefined;
  return { kind: "locate", by: { path: decodeText(body, 12) }, ...parent };
}

/** @returns undefined where no whole header is there. */
function nestedAt(from: Buffer, at: number): Buffer | undefined {
  if (at === 0 || at + DESCRIPTOR_HEADER_BYTES > from.length) return undefined;
  return from.subarray(at);
}

function decodeLocal(body: Buffer, depth: number): DeviceDescriptor | undefined {
  if (body.length < 4) return undefined;
  const type = body.readUInt32LE(0);
  if (type === LOCAL_TYPE.file) {
    const file = decodePath(body.subarray(4), depth);
    return file && { kind: "file", file };
  }
  if (body.length < LOCAL_DEVICE_BYTES) return undefined;
  if (type === LOCAL_TYPE.ramdisk) {
    const file = decodePath(body.subarray(LOCAL_DEVICE_BYTES), depth);
    if (file === undefined) return undefined;
    const imageBase = body.readBigUInt64LE(4);
    const imageSize = body.readBigUInt64LE(12);
    const imageOffset = body.readUInt32LE(20);
    return {
      kind: "ramdisk",
      file,
      ...(imageBase !== 0n && { imageBase }),
      ...(imageSize !== 0n && { imageSize }),
      ...(imageOffset !== 0 && { imageOffset }),
    };
  }
  if (type !== LOCAL_TYPE.virtualDisk) return undefined;
  const nested = nestedAt(body, LOCAL_DEVICE_BYTES);
  return nested && { kind: "virtual-disk", disk: decodeDescriptor(nested, depth) };
}

function decodePath(from: Buffer, depth: number): FilePath | undefined {
  if (from.length < PATH_HEADER_BYTES + DESCRIPTOR_HEADER_BYTES) return undefined;
  if (from.readUInt32LE(8) !== PATH_ON_DEVICE) return undefined;
  const path = from.subarray(PATH_HEADER_BYTES, Math.max(PATH_HEADER_BYTES, from.readUInt32LE(4)));
  if (path.length < DESCRIPTOR_HEADER_BYTES) return undefined;
  const deviceBytes = path.readUInt32LE(8);
  if (deviceBytes < DESCRIPTOR_HEADER_BYTES || deviceBytes > path.length) return undefined;
  return { device: decodeDescriptor(path, depth), path: decodeText(path, deviceBytes) };
}

/** UTF-16LE up to the first NUL, or the end. */
function decodeText(from: Buffer, at: number): string {
  let end = at;
  while (end + 1 < from.length && from.readUInt16LE(end) !== 0) end += 2;
  return from.toString("utf16le", at, end);
}
