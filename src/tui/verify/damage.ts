/** The stick as a bar, with what a check found wrong marked where it lies. */
import type { Extent } from "../../block/byte-range.ts";
import { openTarget } from "../../block/device.ts";
import type { PartitionView } from "../../disks/partitions.ts";
import { EFI_BYTES } from "../../stick/ventoy/recognise.ts";
import type { VerifyFinding } from "../../stick/verify/finding.ts";
import type { PartitionLook } from "../disk/partition-picture.ts";
import { pictureOfPartitions, plainLook } from "../disk/partition-picture.ts";
import type { DiskPicture } from "../frame/disk-picture.ts";
import { stickSay } from "../stick/messages.ts";

/** @throws LifeboatError where it can't be opened or read. */
export async function pictureOfStick(path: string): Promise<DiskPicture> {
  const disk = await openTarget(path);
  try {
    return await pictureOfPartitions(disk, lookOf);
  } finally {
    await disk.close();
  }
}

export function withDamage(
  picture: DiskPicture,
  findings: readonly Pick<VerifyFinding, "id" | "severity" | "where" | "repair">[],
): DiskPicture {
  // An image that doesn't start everywhere is no damage.
  const wrong = findings.filter(({ severity, repair }) => {
    return severity === "error" || repair !== undefined;
  });
  return { ...picture, damaged: wrong.map((finding) => placeOf(finding, picture)) };
}

/** By the layout of every stick: data first, ESP second. */
function lookOf(partition: PartitionView): PartitionLook {
  if (partition.number === 1) return { label: stickSay.data(0), kind: "partition" };
  if (partition.number === 2) return { label: stickSay.boot(), kind: "boot" };
  return plainLook(partition);
}

/** What `verify` counts sectors of: boot code and core image, which are for BIOSes alone. */
const SECTOR_BYTES = 512;

/** As exactly as the finding says it: a sector, the end of the disk that a table lies at, or the beginning of a partition. */
function placeOf(
  { id, where, repair }: Pick<VerifyFinding, "id" | "where" | "repair">,
  { totalBytes, parts }: DiskPicture,
): Extent {
  const length = SECTOR_BYTES;
  const sector = /^LBA (\d+)$/.exec(where)?.[1];
  if (sector !== undefined) return { start: Number(sector) * SECTOR_BYTES, length };
  if (repair === "table" || where === "partition table") {
    return { start: id.includes("backup") ? totalBytes - length : 0, length };
  }
  const isMenus = repair === "boot-stage" || repair === "menu";
  // On a Ventoy stick the menu lies on the data partition, and the other one is Ventoy's.
  const onVentoy = parts.find((one) => one.kind === "boot")?.bytes === EFI_BYTES;
  const isOnEsp = repair === "esp" || (isMenus && !onVentoy);
  const isVentoys = onVentoy && where === "partition 2";
  const kind = isOnEsp || isVentoys ? "boot" : "partition";
  return { start: parts.find((one) => one.kind === kind)?.startBytes ?? 0, length };
}
