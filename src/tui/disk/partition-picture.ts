/** A disk by its partition table alone: what lies in the partitions isn't looked at. */
import type { ByteRange } from "../../block/byte-range.ts";
import type { PartitionView } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import type { DiskPart, DiskPicture, StretchKind } from "../frame/disk-picture.ts";
import type { Words } from "../frame/view.ts";

/** What a partition is called, and looks like. */
export interface PartitionLook {
  readonly label: Words;
  readonly kind: StretchKind;
}

/** What is smaller can't be seen, and needs no name. */
const LEAST_SHARE = 1 / 200;

/** @throws LifeboatError only where the medium itself can't be read. */
export async function pictureOfPartitions(
  disk: ByteRange,
  lookOf: (partition: PartitionView) => PartitionLook,
): Promise<DiskPicture> {
  const { partitions, sectorSize } = await readPartitions(disk);
  const parts = partitions
    .filter(({ container, sectors }) => {
      return container !== true && sectors * sectorSize >= disk.size * LEAST_SHARE;
    })
    .toSorted((a, b) => a.startLba - b.startLba)
    .map((partition): DiskPart => {
      const startBytes = partition.startLba * sectorSize;
      const bytes = partition.sectors * sectorSize;
      return { ...lookOf(partition), startBytes, bytes, stretches: [] };
    });
  return { totalBytes: disk.size, parts };
}

/** As a stranger's: by its name, or by what its type says. */
export function plainLook({ number, name, typeName }: PartitionView): PartitionLook {
  return { label: `${number} ${name || typeName}`.trim(), kind: "partition" };
}
