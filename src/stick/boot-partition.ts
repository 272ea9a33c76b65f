/** Which partition of a stick firmware starts, and the menu lies on where that isn't the data partition. */
import type { ByteRange } from "../block/byte-range.ts";
import { SliceRange } from "../block/slice.ts";
import { GPT_TYPE } from "../disks/gpt/types.ts";
import { MBR_TYPE } from "../disks/mbr/types.ts";
import type { PartitionView } from "../disks/partitions.ts";
import { openFat32 } from "../filesystems/fat32/index.ts";
import { failureOf } from "../system/errors.ts";
import { MANIFEST_PATH } from "./manifest.ts";
import { CHAIN_ESP_NUMBER } from "./ventoy/chain/layout.ts";
import { isVentoySize } from "./ventoy/recognise.ts";

/** By the layout, whatever the scheme. */
const BOOT_NUMBER = 2;
const ESP_TYPES: readonly string[] = [GPT_TYPE.efiSystem, MBR_TYPE.efiSystem.toString(16)];

/** Whether the table says that firmware starts it: `saveBoot` saves such ones. */
export function isEfiSystem({ type }: PartitionView): boolean {
  return ESP_TYPES.includes(type);
}

/**
 * The second partition; where Ventoy's is the second, lifeboat's own behind it, if there is one.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function findBootPartition(
  disk: ByteRange,
  partitions: readonly PartitionView[],
): Promise<PartitionView | undefined> {
  const second = partitions.find(({ number }) => number === BOOT_NUMBER);
  if (second === undefined || !isVentoySize(disk, second)) return second;
  return (await findChainEsp(disk, partitions)) ?? second;
}

/** lifeboat's partition behind Ventoy's; undefined where there is none. A partition of the user's may have its number and type. */
async function findChainEsp(
  disk: ByteRange,
  partitions: readonly PartitionView[],
): Promise<PartitionView | undefined> {
  const third = partitions.find(({ number }) => number === CHAIN_ESP_NUMBER);
  if (third === undefined || !isEfiSystem(third)) return undefined;
  const { sectorSize } = disk;
  try {
    const range = new SliceRange(disk, third.startLba * sectorSize, third.sectors * sectorSize);
    const volume = await openFat32(range);
    return (await volume.find(MANIFEST_PATH)) === undefined ? undefined : third;
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}
