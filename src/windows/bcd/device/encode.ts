/** Device elements to the bytes that Windows writes for them (windows-boot formats: `BCD_DEVICE_OPTION`). */
import { encodeGuid } from "../../../disks/guid.ts";
import { encodeObjectId } from "../object-id.ts";
import type { BcdDevice, DeviceDescriptor, FilePath, LocateDevice } from "./device.ts";
import {
  DESCRIPTOR_HEADER_BYTES,
  DEVICE_TYPE,
  FIXED_DESCRIPTOR_BYTES,
  LOCAL_DEVICE_BYTES,
  LOCAL_TYPE,
  LOCATE,
  PARTITION_STYLE,
  PATH_HEADER_BYTES,
  PATH_ON_DEVICE,
  PATH_VERSION,
  RAMDISK_FLAG,
} from "./device.ts";

/** The value of the element: options, then the descriptor. */
export function encodeDevice({ options, descriptor }: BcdDevice): Buffer {
  return Buffer.concat([encodeObjectId(options), encodeDescriptor(descriptor)]);
}

function encodeDescriptor(descriptor: DeviceDescriptor): Buffer {
  switch (descriptor.kind) {
    case "boot":
      return fixed(DEVICE_TYPE.boot, Buffer.alloc(0));
    case "partition":
      return fixed(DEVICE_TYPE.partition, partitionBody(descriptor.partition));
    case "legacy-partition":
      return fixed(DEVICE_TYPE.legacyPartition, partitionBody(descriptor.partition));
    case "locate":
      return withHeader(DEVICE_TYPE.locate, 0, locateBody(descriptor));
    case "ramdisk": {
      const local = localDevice(LOCAL_TYPE.ramdisk);
      local.writeBigUInt64LE(descriptor.imageBase ?? 0n, 4);
      local.writeBigUInt64LE(descriptor.imageSize ?? 0n, 12);
      local.writeUInt32LE(descriptor.imageOffset ?? 0, 20);
      const body = Buffer.concat([local, encodePath(descriptor.file)]);
      return withHeader(DEVICE_TYPE.local, RAMDISK_FLAG, body);
    }
    case "file": {
      // A file's path begins right behind the type: the union that other local devices fill up isn't there.
      const local = localDevice(LOCAL_TYPE.file).subarray(0, 4);
      return withHeader(DEVICE_TYPE.local, 0, Buffer.concat([local, encodePath(descriptor.file)]));
    }
    case "virtual-disk": {
      const local = localDevice(LOCAL_TYPE.virtualDisk);
      const body = Buffer.concat([local, encodeDescriptor(descriptor.disk)]);
      return withHeader(DEVICE_TYPE.local, 0, body);
    }
    case "other":
      return withHeader(descriptor.deviceType, descriptor.flags, descriptor.body);
  }
}

function withHeader(deviceType: number, flags: number, body: Buffer): Buffer {
  const header = Buffer.alloc(DESCRIPTOR_HEADER_BYTES);
  header.writeUInt32LE(deviceType, 0);
  header.writeUInt32LE(flags, 4);
  header.writeUInt32LE(DESCRIPTOR_HEADER_BYTES + body.length, 8);
  return Buffer.concat([header, body]);
}

function fixed(deviceType: number, body: Buffer): Buffer {
  const filled = Buffer.alloc(FIXED_DESCRIPTOR_BYTES - DESCRIPTOR_HEADER_BYTES);
  body.copy(filled);
  return withHeader(deviceType, 0, filled);
}

function localDevice(type: number): Buffer {
  const local = Buffer.alloc(LOCAL_DEVICE_BYTES);
  local.writeUInt32LE(type, 0);
  return local;
}

type Partition = Extract<
  DeviceDescriptor,
  { kind: "partition" } | { kind: "legacy-partition" }
>["partition"];

/** 16 bytes for the partition, then `BL_LOCAL_DEVICE` of its disk. */
function partitionBody(partition: Partition): Buffer {
  const body = Buffer.alloc(0x30);
  body.writeUInt32LE(LOCAL_TYPE.hardDisk, 0x10);
  body.writeUInt32LE(PARTITION_STYLE[partition.style], 0x14);
  if (partition.style === "gpt") {
    encodeGuid(partition.partitionGuid).copy(body, 0);
    encodeGuid(partition.diskGuid).copy(body, 0x18);
    return body;
  }
  if ("partitionNumber" in partition) body.writeUInt32LE(partition.partitionNumber, 0);
  else body.writeBigUInt64LE(partition.offsetBytes, 0);
  body.writeUInt32LE(partition.style === "raw" ? partition.diskNumber : partition.signature, 0x18);
  return body;
}

function locateBody({ by, parent }: LocateDevice): Buffer {
  const path = encodeText("path" in by ? by.path : "");
  const body = Buffer.alloc(12);
  body.writeUInt32LE("path" in by ? LOCATE.byPath : LOCATE.byElement, 0);
  body.writeUInt32LE("element" in by ? by.element : 0, 4);
  if (parent === undefined) return Buffer.concat([body, path]);
  body.writeUInt32LE(DESCRIPTOR_HEADER_BYTES + body.length + path.length, 8);
  return Buffer.concat([body, path, encodeDescriptor(parent)]);
}

/** `BL_FILE_PATH_DESCRIPTOR`: its device's descriptor, then the path on it. */
function encodePath({ device, path }: FilePath): Buffer {
  const rest = Buffer.concat([encodeDescriptor(device), encodeText(path)]);
  const header = Buffer.alloc(PATH_HEADER_BYTES);
  header.writeUInt32LE(PATH_VERSION, 0);
  header.writeUInt32LE(PATH_HEADER_BYTES + rest.length, 4);
  header.writeUInt32LE(PATH_ON_DEVICE, 8);
  return Buffer.concat([header, rest]);
}

function encodeText(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf16le");
}
