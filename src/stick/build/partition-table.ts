/** The partition table of a planned stick, in its scheme's own terms. */
import type { ByteRange } from "../../block/byte-range.ts";
import { geometryOf } from "../../disks/geometry.ts";
import type { GptTable } from "../../disks/gpt/table.ts";
import { emptyGpt } from "../../disks/gpt/table.ts";
import { GPT_ATTRIBUTE, GPT_TYPE } from "../../disks/gpt/types.ts";
import { writeGpt } from "../../disks/gpt/write.ts";
import type { MbrTable } from "../../disks/mbr/table.ts";
import { MBR_TYPE } from "../../disks/mbr/types.ts";
import { writeMbr } from "../../disks/mbr/write.ts";
import type { BuildPlan } from "./plan.ts";
import type { DataFileSystem, PartitionRole } from "../layout.ts";

/** Writes the plan's table; boot code in sector 0 stays. @param newGuid gives each partition its own. */
export async function writeTable(
  disk: ByteRange,
  plan: BuildPlan,
  newGuid: () => string,
): Promise<void> {
  if (plan.layout.scheme === "mbr") return writeMbr(disk, mbrTableOf(plan));
  return writeGpt(disk, gptTableOf(plan, disk, newGuid));
}

/** What of a plan the table is made from. */
export type TablePlan = Pick<BuildPlan, "layout" | "name" | "fileSystem" | "diskId">;

export function gptTableOf(plan: TablePlan, disk: ByteRange, newGuid: () => string): GptTable {
  const names: Readonly<Record<PartitionRole, string>> = {
    data: plan.name,
    esp: "LIFEBOAT-EFI",
    "bios-boot": "LIFEBOAT-BIOS",
    msr: "Microsoft reserved partition",
    windows: "Windows To Go",
    ventoy: "VTOYEFI",
  };
  const types: Readonly<Record<PartitionRole, string>> = {
    data: plan.fileSystem === "ext4" ? GPT_TYPE.linuxFilesystem : GPT_TYPE.microsoftBasicData,
    esp: GPT_TYPE.efiSystem,
    "bios-boot": GPT_TYPE.biosBoot,
    msr: GPT_TYPE.microsoftReserved,
    windows: GPT_TYPE.microsoftBasicData,
    // As Ventoy's installer has it: Windows would give an EFI system partition of a removable disk a letter.
    ventoy: GPT_TYPE.microsoftBasicData,
  };
  const partitions = plan.layout.partitions.map(({ number, role, startLba, sectors }) => ({
    number,
    type: types[role],
    guid: newGuid().toUpperCase(),
    startLba,
    sectors,
    attributes: role === "ventoy" ? GPT_ATTRIBUTE.noDriveLetter : 0n,
    name: names[role],
  }));
  return { ...emptyGpt(geometryOf(disk), plan.diskId.toUpperCase()), partitions };
}

const MBR_DATA_TYPE: Readonly<Record<DataFileSystem, number>> = {
  exfat: MBR_TYPE.ntfsOrExfat,
  ntfs: MBR_TYPE.ntfsOrExfat,
  fat32: MBR_TYPE.fat32Lba,
  ext4: MBR_TYPE.linux,
};

export function mbrTableOf(plan: TablePlan): MbrTable {
  const partitions = plan.layout.partitions.map(({ number, role, startLba, sectors }) => ({
    number,
    type: mbrTypeOf(role, plan.fileSystem),
    startLba,
    sectors,
    // Some BIOSes start no disk without an active partition; our boot code doesn't look at it.
    active: role === "data",
  }));
  return { diskSignature: Number.parseInt(plan.diskId, 16), partitions };
}

function mbrTypeOf(role: PartitionRole, fileSystem: DataFileSystem): number {
  if (role === "esp" || role === "ventoy") return MBR_TYPE.efiSystem;
  if (role === "bios-boot") return MBR_TYPE.noFileSystem;
  return role === "data" ? MBR_DATA_TYPE[fileSystem] : MBR_TYPE.ntfsOrExfat;
}
