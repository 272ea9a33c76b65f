/** Which partition of a disk is Ventoy's own: by what it is, and not by what made it. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import { EFI_LABEL, FINGERPRINT_FILES } from "../../boot/ventoy/device-check.ts";
import { EFI_SECTORS, VENTOY_SECTOR } from "../../boot/ventoy/geometry.ts";
import { GPT_TYPE } from "../../disks/gpt/types.ts";
import { MBR_TYPE } from "../../disks/mbr/types.ts";
import type { PartitionView } from "../../disks/partitions.ts";
import type { FatVolume } from "../../filesystems/fat32/index.ts";
import { openFat } from "../../filesystems/fat32/index.ts";
import { failureOf } from "../../system/errors.ts";
import { decodeMark } from "./mark.ts";

/** Of Ventoy's partition, and of a release's disk image. */
export const EFI_BYTES = EFI_SECTORS * VENTOY_SECTOR;

/** No other stick's second partition is as small. */
export function isVentoySize(
  { sectorSize }: Pick<ByteRange, "sectorSize">,
  { sectors }: { readonly sectors: number },
): boolean {
  return sectors * sectorSize === EFI_BYTES;
}

/** Basic data in a GPT (other tools make an EFI system partition of it), EF in an MBR. */
const TYPES: readonly string[] = [
  GPT_TYPE.microsoftBasicData,
  GPT_TYPE.efiSystem,
  MBR_TYPE.efiSystem.toString(16),
];

/**
 * The partition of exactly 32 MiB, another one before it, that Ventoy's name, label or files show to be its own; or an upgrade of
 * lifeboat's that was cut short. Where a lifeboat stick was becoming a Ventoy stick, the EFI system partition with the mark of that,
 * whatever its size.
 * @param partitions all of them inside the disk.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function findVentoyEsp(
  disk: ByteRange,
  partitions: readonly PartitionView[],
): Promise<PartitionView | undefined> {
  for (const one of partitions) {
    const { type, sectors, startLba } = one;
    if (!TYPES.includes(type)) continue;
    if (!partitions.some((other) => other.startLba < startLba)) continue;
    const isOfSize = sectors * disk.sectorSize === EFI_BYTES;
    if (isOfSize ? await isVentoys(disk, one) : await isBecomingOne(disk, one)) return one;
  }
  return undefined;
}

/** The volume in Ventoy's partition; undefined where there is none that can be read. */
export async function openVentoyVolume(
  disk: ByteRange,
  esp: PartitionView,
): Promise<FatVolume | undefined> {
  return openFat(sliceOf(disk, esp)).catch(undefinedIfDamaged);
}

export function sliceOf(disk: ByteRange, { startLba, sectors }: PartitionView): SliceRange {
  return new SliceRange(disk, startLba * disk.sectorSize, sectors * disk.sectorSize);
}

async function isBecomingOne(disk: ByteRange, one: PartitionView): Promise<boolean> {
  const first = await readBytes(sliceOf(disk, one), 0, VENTOY_SECTOR);
  return decodeMark(first)?.was !== undefined;
}

async function isVentoys(disk: ByteRange, one: PartitionView): Promise<boolean> {
  if (one.name.startsWith(EFI_LABEL)) return true;
  const first = await readBytes(sliceOf(disk, one), 0, VENTOY_SECTOR);
  if (decodeMark(first) !== undefined) return true;
  const volume = await openVentoyVolume(disk, one);
  if (volume === undefined) return false;
  if (volume.label.startsWith(EFI_LABEL)) return true;
  const [program] = FINGERPRINT_FILES;
  return (await volume.find(program).catch(undefinedIfDamaged)) !== undefined;
}

function undefinedIfDamaged(error: unknown): undefined {
  failureOf(error);
  return undefined;
}
