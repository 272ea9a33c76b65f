/**
 * Device elements as data: `BCD_DEVICE_OPTION` with its `BL_DEVICE_DESCRIPTOR`, whose field names are those of ReactOS's
 * boot/environ/include/bl.h. Which bytes they are: decode.ts and encode.ts.
 */
import type { ObjectId } from "../object-id.ts";

export interface BcdDevice {
  /** The object with additional options; NIL_OBJECT where there is none. A RAM disk needs one. */
  readonly options: ObjectId;
  readonly descriptor: DeviceDescriptor;
}

export type DeviceDescriptor =
  | BootDevice
  | PartitionDevice
  | LegacyPartitionDevice
  | LocateDevice
  | RamdiskDevice
  | FileDevice
  | VirtualDiskDevice
  | OtherDevice;

/** The device that the boot manager itself was loaded from. */
export interface BootDevice {
  readonly kind: "boot";
}

/** A partition by what tells it from all others: `partition=` of bcdedit. */
export interface PartitionDevice {
  readonly kind: "partition";
  readonly partition: PartitionReference;
}

export type PartitionReference =
  /** Unique partition GUID and disk GUID, upper case, as in the GPT. */
  | { readonly style: "gpt"; readonly partitionGuid: string; readonly diskGuid: string }
  /** @property signature the four bytes at 0x1B8 of the MBR. */
  | { readonly style: "mbr"; readonly offsetBytes: bigint; readonly signature: number }
  /** A disk without a partition table, by the number that firmware gives it. */
  | { readonly style: "raw"; readonly offsetBytes: bigint; readonly diskNumber: number };

/** Type 2, of early boot loaders: MBR partitions by their number instead of their offset. */
export interface LegacyPartitionDevice {
  readonly kind: "legacy-partition";
  readonly partition:
    | { readonly style: "gpt"; readonly partitionGuid: string; readonly diskGuid: string }
    | { readonly style: "mbr"; readonly partitionNumber: number; readonly signature: number };
}

/** The first volume on which a path is found, the path being the value of another element or given. */
export interface LocateDevice {
  readonly kind: "locate";
  readonly by:
    | { readonly element: number }
    /** @property path begins with a backslash. */
    | { readonly path: string };
  /** Where it is looked for, if not on all volumes: the disk in a VHD file. */
  readonly parent?: DeviceDescriptor;
}

/** A file on a device. */
export interface FilePath {
  readonly device: DeviceDescriptor;
  /** Begins with a backslash. */
  readonly path: string;
}

/** An image loaded into memory and used as a disk: `ramdisk=` of bcdedit. */
export interface RamdiskDevice {
  readonly kind: "ramdisk";
  readonly file: FilePath;
  /** Zero in stores; the boot loader fills them in. */
  readonly imageBase?: bigint;
  readonly imageSize?: bigint;
  readonly imageOffset?: number;
}

/** A file used as a disk: `file=` of bcdedit. */
export interface FileDevice {
  readonly kind: "file";
  readonly file: FilePath;
}

/** The disk in a VHD or VHDX file. bcdedit's `vhd=` is a `locate` with this as its parent. */
export interface VirtualDiskDevice {
  readonly kind: "virtual-disk";
  readonly disk: DeviceDescriptor;
}

/** A form that lifeboat doesn't know: serial and network devices, whole disks, what later versions add. */
export interface OtherDevice {
  readonly kind: "other";
  /** `DeviceType`: 0 local, 3 serial, 4 network … */
  readonly deviceType: number;
  readonly flags: number;
  /** All that follows the descriptor's header. */
  readonly body: Buffer;
}

/** `DeviceType` of the descriptor. */
export const DEVICE_TYPE = {
  local: 0,
  legacyPartition: 2,
  boot: 5,
  partition: 6,
  locate: 8,
} as const;

/** `Type` of `BL_LOCAL_DEVICE`. */
export const LOCAL_TYPE = { hardDisk: 0, ramdisk: 3, file: 5, virtualDisk: 6 } as const;

/** `PartitionType` of `BL_HARDDISK_DEVICE`. */
export const PARTITION_STYLE = { gpt: 0, mbr: 1, raw: 2 } as const;

/** `Flags` of a RAM disk; every other device has 0. */
export const RAMDISK_FLAG = 1;

export const LOCATE = { byElement: 0, byPath: 1 } as const;

/** GUID and the header of a descriptor. */
export const OPTIONS_BYTES = 16;
export const DESCRIPTOR_HEADER_BYTES = 16;

/** Of devices without a file: the descriptor, its header among it. */
export const FIXED_DESCRIPTOR_BYTES = 0x48;

/** `BL_LOCAL_DEVICE` without what follows a file or a virtual disk. */
export const LOCAL_DEVICE_BYTES = 0x18;

/** `Version`, `Length`, `PathType`. */
export const PATH_HEADER_BYTES = 12;
export const PATH_VERSION = 1;

/** `PathType` of a path on a device that is given with it. */
export const PATH_ON_DEVICE = 5;
