/** Hybrid images hold a partition table beside the ISO 9660 tree; some keep kernels in a partition of their own. */
import type { ByteRange } from "../block/byte-range.ts";
import { SliceRange } from "../block/slice.ts";
import { readPartitions } from "../disks/partitions.ts";
import { openVolume } from "../filesystems/open.ts";
import type { ReadableVolume } from "../filesystems/volume.ts";
import { LifeboatError } from "../system/errors.ts";
import { say } from "./images/messages.ts";
import { WHOLE_IMAGE } from "./method-paths.ts";
import { splitPartitionPath } from "./partition-path.ts";

export interface ImagePartition {
  /** As GRUB calls it: `msdos2`, `gpt2`. */
  readonly name: string;
  readonly volume: ReadableVolume;
}

/**
 * The file system in partition `number` of the image; undefined where there is no such partition, or nothing in it that lifeboat
 * reads.
 * @throws LifeboatError what the file system's reader throws where it is damaged.
 */
export async function openPartition(
  image: ByteRange,
  number: number,
): Promise<ImagePartition | undefined> {
  const { scheme, sectorSize, partitions } = await readPartitions(image);
  const found = partitions.find((one) => one.number === number && one.container !== true);
  if (found === undefined || scheme === "none") return undefined;
  const start = found.startLba * sectorSize;
  const length = found.sectors * sectorSize;
  if (start + length > image.size) return undefined;
  const volume = await openVolume(new SliceRange(image, start, length));
  return volume && { name: `${scheme === "gpt" ? "gpt" : "msdos"}${number}`, volume };
}

/**
 * Opens a file of an entry: `volume` is an ISO's own tree, for paths without a partition. Without it, a file system that fills the
 * image is looked for.
 * @throws LifeboatError `no-such-file` and what the readers throw.
 */
export async function openEntryFile(
  image: ByteRange,
  volume: ReadableVolume | undefined,
  path: string,
): Promise<ByteRange> {
  if (path === WHOLE_IMAGE) return image;
  const { partition, path: inside } = splitPartitionPath(path);
  const opened =
    partition === undefined
      ? undefined
      : await openPartition(image, Number(partition.replace(/\D/g, "")));
  if (opened !== undefined && opened.name === partition) return opened.volume.open(inside);
  const tree = volume ?? (await openVolume(image));
  if (tree === undefined) {
    throw new LifeboatError("no-such-file", say.noFileSystem(), { kind: "damaged" });
  }
  return tree.open(inside);
}
