/** The data partition's file system: which one it is decides only here. Each is loaded when it is needed. */
import { SliceRange } from "../../block/slice.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import type { WritableVolume } from "../../filesystems/volume.ts";
import type { Run } from "../../system/run.ts";
import { MIB } from "../../system/sizes.ts";
import type { DataFileSystem } from "../layout.ts";

/** Where a partition lies: within a disk, and as a program that wants a path and an offset is told. */
export interface PartitionPlace {
  readonly disk: ByteRange;
  readonly path: string;
  readonly startLba: number;
  readonly sectors: number;
}

export interface VolumeIdentity {
  readonly label: string;
  /** 64 bits from a good random source; each format takes as many as it wants. */
  readonly serial: bigint;
  /** For ext4. */
  readonly uuid: string;
  readonly now: Date;
}

export function rangeOf(place: PartitionPlace): SliceRange {
  const { sectorSize } = place.disk;
  return new SliceRange(place.disk, place.startLba * sectorSize, place.sectors * sectorSize);
}

export async function formatVolume(
  fileSystem: DataFileSystem,
  place: PartitionPlace,
  identity: VolumeIdentity,
  run: Run,
): Promise<void> {
  const range = rangeOf(place);
  const { label, now } = identity;
  const serial32 = Number(BigInt.asUintN(32, identity.serial));
  switch (fileSystem) {
    case "exfat": {
      const { formatExfat } = await import("../../filesystems/exfat/index.ts");
      const partitionOffsetSectors = place.startLba;
      return formatExfat(range, { label, serial: serial32, now, partitionOffsetSectors });
    }
    case "fat32": {
      const { formatFat32 } = await import("../../filesystems/fat32/index.ts");
      return formatFat32(range, { label, volumeId: serial32, now, hiddenSectors: place.startLba });
    }
    case "ntfs": {
      const { formatNtfs } = await import("../../filesystems/ntfs/index.ts");
      const { serial } = identity;
      return formatNtfs(range, { label, serial, partitionStartLba: place.startLba, now });
    }
    case "ext4": {
      const { formatExt4 } = await import("../../filesystems/ext4/index.ts");
      // mke2fs opens the path by itself: what we wrote must be there for it to see.
      await place.disk.flush();
      const offsetBytes = place.startLba * place.disk.sectorSize;
      const { path } = place;
      return formatExt4({
        path,
        offsetBytes,
        sizeBytes: range.size,
        label,
        uuid: identity.uuid,
        run,
        now,
      });
    }
  }
}

/** @param writable false hands out a volume that can't change the partition. */
export async function openDataVolume(
  fileSystem: DataFileSystem,
  place: PartitionPlace,
  range: ByteRange,
  run: Run,
): Promise<WritableVolume> {
  switch (fileSystem) {
    case "exfat":
      return (await import("../../filesystems/exfat/index.ts")).openExfat(range);
    case "fat32":
      return (await import("../../filesystems/fat32/index.ts")).openFat32(range);
    case "ntfs":
      return (await import("../../filesystems/ntfs/index.ts")).openNtfsWritable(range);
    case "ext4": {
      const { openExt4Volume } = await import("../../filesystems/ext4/index.ts");
      const offsetBytes = place.startLba * place.disk.sectorSize;
      return openExt4Volume({ range, path: place.path, offsetBytes, run });
    }
  }
}

/** `name` as that file system can hold it. */
export async function storableNameOn(fileSystem: DataFileSystem, name: string): Promise<string> {
  const { storableName } = await {
    exfat: () => import("../../filesystems/exfat/names.ts"),
    fat32: () => import("../../filesystems/fat32/long-name.ts"),
    ntfs: () => import("../../filesystems/ntfs/names.ts"),
    ext4: () => import("../../filesystems/ext4/names.ts"),
  }[fileSystem]();
  return storableName(name);
}

/** Room in a new file system, in whole allocation units. */
export interface Room {
  readonly bytes: number;
  readonly unitBytes: number;
}

const SMALL_UNIT_BYTES = 4096;
/** What NTFS and ext4 take for themselves besides what grows with the volume: tables, and a journal of 64 MiB or of 32. */
const JOURNALED_BYTES = { ntfs: 68 * MIB, ext4: 36 * MIB } as const;

/**
 * The room for files in a volume as `formatVolume` makes it: for exFAT and FAT32 exactly, and a little less than there is for NTFS and
 * ext4.
 */
export async function roomOn(
  fileSystem: DataFileSystem,
  range: { readonly size: number; readonly sectorSize: number },
  startLba: number,
): Promise<Room> {
  switch (fileSystem) {
    case "exfat": {
      const { planLayout } = await import("../../filesystems/exfat/index.ts");
      const layout = planLayout(range, { partitionOffsetSectors: startLba, serial: 0 });
      return { bytes: layout.clusterCount * layout.clusterSize, unitBytes: layout.clusterSize };
    }
    case "fat32": {
      const { layoutFat32 } = await import("../../filesystems/fat32/index.ts");
      const { clusterCount, sectorsPerCluster } = layoutFat32(range.size, range.sectorSize);
      const unitBytes = sectorsPerCluster * range.sectorSize;
      return { bytes: clusterCount * unitBytes, unitBytes };
    }
    case "ntfs":
    case "ext4": {
      const taken = JOURNALED_BYTES[fileSystem] + range.size * 0.002;
      return { bytes: Math.max(0, Math.floor(range.size - taken)), unitBytes: SMALL_UNIT_BYTES };
    }
  }
}
