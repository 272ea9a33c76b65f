/** Partitions of a disk that is at hand, as a store names them. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openTarget } from "../../block/device.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { LifeboatError } from "../../system/errors.ts";
import { formatDevice } from "./device/text.ts";
import type { PartitionReference } from "./device/device.ts";
import { fileSay } from "./file-messages.ts";
import { NIL_OBJECT } from "./object-id.ts";

/**
 * @param number as Linux counts partitions.
 * @param name of the disk, for messages.
 * @throws LifeboatError `bcd-no-partition` where the disk has no such partition.
 */
export async function partitionOf(
  disk: ByteRange,
  number: number,
  name: string,
): Promise<PartitionReference> {
  const { scheme, sectorSize, diskId, partitions } = await readPartitions(disk);
  const found = partitions.find((one) => one.number === number && one.container !== true);
  if (found === undefined || scheme === "none") {
    throw new LifeboatError("bcd-no-partition", fileSay.noPartition(name, number), {
      kind: "usage",
      hint: fileSay.noPartitionHint(partitions.map((one) => one.number)),
    });
  }
  if (scheme === "gpt") return { style: "gpt", partitionGuid: found.id, diskGuid: diskId };
  const offsetBytes = BigInt(found.startLba) * BigInt(sectorSize);
  return { style: "mbr", offsetBytes, signature: Number.parseInt(diskId, 16) };
}

const ON_DISK = /\bpartition=([^#@[\]{}]+)#(\d{1,3})(?=$|[\],])/gi;

/**
 * `partition=/dev/sdb#4`, also within other words, becomes the partition's identifiers.
 * @throws LifeboatError `bcd-no-partition`, and those of opening the disk.
 */
export async function withIdentifiers(words: string): Promise<string> {
  let result = words;
  for (const [whole, path = "", number = ""] of words.matchAll(ON_DISK)) {
    const disk = await openTarget(path);
    try {
      const partition = await partitionOf(disk, Number(number), path);
      const device = { options: NIL_OBJECT, descriptor: { kind: "partition", partition } } as const;
      result = result.replace(whole, formatDevice(device));
    } finally {
      await disk.close();
    }
  }
  return result;
}
