/** The plan's disk as Windows sees it at this moment. Its number alone says little: another stick may have got it meanwhile. */
import { z } from "zod";
import { cleanText } from "../../disks/clean.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import { diskNumber } from "./check-plan.ts";
import { say } from "./messages.ts";
import type { HostPartition, HostPlan } from "./plan.ts";
import { askPowerShell } from "./powershell.ts";

const Answer = z.object({
  serial: z.string(),
  model: z.string(),
  size: z.number(),
  path: z.string(),
  partitions: z.array(
    z.object({
      number: z.number().int().nonnegative(),
      offset: z.number(),
      size: z.number(),
      gptType: z.string(),
      mbrType: z.number().int(),
      paths: z.array(z.string()),
    }),
  ),
});

export interface HostDiskPartition extends HostPartition {
  /** Where it is mounted: `E:\`, a folder, `\\?\Volume{…}\`. */
  readonly paths: readonly string[];
}

export interface HostDisk {
  readonly serial: string;
  readonly model: string;
  readonly size: number;
  /** Of the device (MSFT_Disk.Path): the same as long as it isn't pulled out, whatever is written to it. */
  readonly path: string;
  readonly partitions: readonly HostDiskPartition[];
}

/** @throws LifeboatError `host-unreadable`, and as `run` does. */
export async function askDisk(run: Run, plan: HostPlan): Promise<HostDisk> {
  const number = diskNumber(plan);
  // All partitions are asked for: for a disk without any, Get-Partition -DiskNumber fails as it does for a disk that it can't read.
  const script = String.raw`
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
Update-Disk -Number ${number}
$disk = Get-Disk -Number ${number}
$partitions = @(Get-Partition | Where-Object { $_.DiskNumber -eq ${number} } | ForEach-Object { @{
  number = [int]$_.PartitionNumber; offset = [long]$_.Offset; size = [long]$_.Size
  gptType = "$($_.GptType)"; mbrType = [int]$_.MbrType
  paths = @($_.AccessPaths | Where-Object { $_ } | ForEach-Object { "$_" }) } })
ConvertTo-Json -Depth 4 -Compress @{
  serial = "$($disk.SerialNumber)"; model = "$($disk.FriendlyName)"; size = [long]$disk.Size
  path = "$($disk.Path)"; partitions = $partitions }
`;
  const answer = await askPowerShell(run, script, Answer);
  return {
    serial: cleanText(answer.serial),
    model: cleanText(answer.model),
    size: answer.size,
    path: answer.path,
    partitions: answer.partitions.map(({ gptType, mbrType, ...rest }) => ({
      ...rest,
      type: gptType === "" ? mbrTypeText(mbrType) : gptType.replace(/[{}]/g, "").toLowerCase(),
    })),
  };
}

/**
 * @param first what was seen of it before anything was written; undefined: this is it.
 * @throws LifeboatError `identity-changed` (kind `refused`)
 */
export function checkSameDisk({ disk }: HostPlan, now: HostDisk, first?: HostDisk): void {
  const isSame =
    now.serial === disk.serial &&
    now.model === disk.model &&
    now.size === disk.size &&
    (first === undefined || now.path === first.path);
  if (!isSame) {
    throw new LifeboatError("identity-changed", say.diskGone(disk.path), { kind: "refused" });
  }
}

/**
 * Are the partitions of an `existing` layout those of the plan?
 * @throws LifeboatError `partition-changed` (kind `refused`)
 */
export function checkPartitions({ layout, disk }: HostPlan, now: HostDisk): void {
  if (layout.kind !== "existing") return;
  for (const wanted of [layout.system, layout.windows]) {
    const found = now.partitions.filter(({ number }) => number === wanted.number);
    const [only] = found;
    const isSame =
      found.length === 1 &&
      only !== undefined &&
      only.offset === wanted.offset &&
      only.size === wanted.size &&
      only.type === wanted.type;
    if (!isSame) {
      throw new LifeboatError("partition-changed", say.partitionChanged(disk.path, wanted.number), {
        kind: "refused",
      });
    }
  }
}

/** Whether the drive letter is that of a partition of this disk, and where that begins. */
export function offsetOfLetter({ partitions }: HostDisk, letter: string): number | undefined {
  const root = `${letter}:\\`.toLowerCase();
  return partitions.find(({ paths }) => paths.some((path) => path.toLowerCase() === root))?.offset;
}

function mbrTypeText(type: number): string {
  return `0x${type.toString(16).padStart(2, "0")}`;
}
