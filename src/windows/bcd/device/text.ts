/**
 * Devices in bcdedit's words. bcdedit shows partitions by drive letters, which a store doesn't have: here they are their
 * identifiers, `partition={partition GUID}@{disk GUID}` or `partition=<byte offset>@<disk signature>`. parse.ts reads all of it.
 */
import { idFromGuid, NIL_OBJECT, objectName } from "../object-id.ts";
import { elementKeyName } from "../element-id.ts";
import type { BcdDevice, DeviceDescriptor, FilePath, LocateDevice } from "./device.ts";
import { encodeDevice } from "./encode.ts";

/** Forms that bcdedit has no words for are `bytes=`: the whole element in hexadecimal. */
export function formatDevice(device: BcdDevice): string {
  const words = formatDescriptor(device.descriptor);
  if (words === undefined) return `bytes=${encodeDevice(device).toString("hex")}`;
  return device.options === NIL_OBJECT ? words : `${words},${objectName(device.options)}`;
}

function formatDescriptor(descriptor: DeviceDescriptor): string | undefined {
  switch (descriptor.kind) {
    case "boot":
      return "boot";
    case "partition":
      return `partition=${formatPartition(descriptor.partition)}`;
    case "legacy-partition": {
      const { partition } = descriptor;
      return `legacypartition=${
        partition.style === "gpt"
          ? formatPartition(partition)
          : `${partition.partitionNumber}@${hex(partition.signature, 8)}`
      }`;
    }
    case "locate":
      return formatLocate(descriptor);
    case "ramdisk": {
      // The boot loader fills these in; no store has them, and bcdedit has no words for them.
      const { imageBase, imageSize, imageOffset } = descriptor;
      const isPlain = [imageBase, imageSize, imageOffset].every((part) => part === undefined);
      return isPlain ? formatFile("ramdisk", descriptor.file) : undefined;
    }
    case "file":
      return formatFile("file", descriptor.file);
    case "virtual-disk":
    case "other":
      return undefined;
  }
}

function formatPartition(
  partition: Exclude<Extract<DeviceDescriptor, { kind: "partition" }>["partition"], undefined>,
): string {
  switch (partition.style) {
    case "gpt":
      return `${idFromGuid(partition.partitionGuid)}@${idFromGuid(partition.diskGuid)}`;
    case "mbr":
      return `${hex(partition.offsetBytes)}@${hex(partition.signature, 8)}`;
    case "raw":
      return `${hex(partition.offsetBytes)}@disk${partition.diskNumber}`;
  }
}

function formatLocate({ by, parent }: LocateDevice): string | undefined {
  const where = "path" in by ? `locate=${by.path}` : `locate=custom:${elementKeyName(by.element)}`;
  if (parent === undefined) return "path" in by && !by.path.startsWith("\\") ? undefined : where;
  // bcdedit's vhd=: locate, in the disk in a file.
  if ("path" in by || parent.kind !== "virtual-disk" || parent.disk.kind !== "file")
    return undefined;
  const vhd = formatFile("vhd", parent.disk.file);
  return vhd === undefined ? undefined : `${vhd},${where}`;
}

function formatFile(word: string, { device, path }: FilePath): string | undefined {
  const inner = formatDescriptor(device);
  return inner === undefined || !path.startsWith("\\") ? undefined : `${word}=[${inner}]${path}`;
}

function hex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
