/** What `verify` finds of the structures of the stick's two file systems: by our own checkers, which need no other program. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readPartitions } from "../../disks/partitions.ts";
import type {
  CheckOptions,
  FileSystemCheck,
  FileSystemFinding,
  FileSystemRepair,
} from "../../filesystems/check.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { rangeOf } from "../data/volume.ts";
import { findBootPartition } from "../boot-partition.ts";
import type { Stick } from "../stick.ts";
import type { Repair, VerifyFinding } from "./finding.ts";
import { error, info, warning } from "./finding.ts";
import { say } from "./messages.ts";

/** In a GPT, as `build` writes it. */
const ESP_NAME = "LIFEBOAT-EFI";

/** Check and repair of a file system of the user's; undefined where lifeboat has none for it: ext4 has its own tools. */
export async function checkerOf(
  name: string,
): Promise<Pick<CheckedVolume, "check" | "repair"> | undefined> {
  switch (name) {
    case "fat32": {
      const { checkFat32, repairFat32 } = await import("../../filesystems/fat32/check/index.ts");
      return { check: checkFat32, repair: repairFat32 };
    }
    case "exfat": {
      const { checkExfat, repairExfat } = await import("../../filesystems/exfat/check/index.ts");
      return { check: checkExfat, repair: repairExfat };
    }
    case "ntfs": {
      const { checkNtfs, repairNtfs } = await import("../../filesystems/ntfs/check/index.ts");
      return { check: checkNtfs, repair: repairNtfs };
    }
    default:
      return undefined;
  }
}

/** Id of the finding that a file system can't be looked at. */
export const UNCHECKED = "file-system-unreadable";

export interface CheckedVolume {
  /** Which repair mends it. */
  readonly part: Extract<Repair, "esp" | "data">;
  readonly range: ByteRange;
  readonly check: (range: ByteRange, options: CheckOptions) => Promise<FileSystemCheck>;
  readonly repair: (range: ByteRange, options: CheckOptions) => Promise<FileSystemRepair>;
}

/**
 * Those of the stick's file systems that lifeboat can check: FAT32, exFAT and NTFS. ext4 has its own tools, and Ventoy's partition is
 * looked at in ventoy/verify.ts.
 */
export async function checkedVolumes(stick: Stick): Promise<CheckedVolume[]> {
  const { disk, path, data, manifest } = stick;
  const { partitions } = await readPartitions(disk);
  const esp = await findBootPartition(disk, partitions);
  const volumes: CheckedVolume[] = [];
  const asFat32 = await checkerOf("fat32");
  if (esp !== undefined && manifest.bootStage.kind === "grub" && asFat32 !== undefined)
    volumes.push({ part: "esp", range: rangeOf({ disk, path, ...esp }), ...asFat32 });
  const checker = await checkerOf(manifest.fileSystem);
  if (checker !== undefined) volumes.push({ part: "data", range: rangeOf(data), ...checker });
  return volumes;
}

/**
 * The ESP of a disk that was a stick by its table, and can't be opened as one: so damaged that its manifest can't be read.
 * Undefined where there is nothing that says so.
 */
export async function espOfLostStick(disk: ByteRange): Promise<CheckedVolume | undefined> {
  const { partitions } = await readPartitions(disk);
  const data = partitions.find(({ number }) => number === 1);
  const esp = partitions.find(({ name }) => name === ESP_NAME);
  const named = esp !== undefined && data?.name.startsWith("LIFEBOAT-") === true;
  if (!named) return undefined;
  const range = rangeOf({ disk, path: "", ...esp });
  const { checkFat32, repairFat32 } = await import("../../filesystems/fat32/check/index.ts");
  return { part: "esp", range, check: checkFat32, repair: repairFat32 };
}

export async function checkFileSystems(stick: Stick, job: JobContext): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for (const { part, range, check } of await checkedVolumes(stick)) {
    found.push(...(await checkVolume({ part, range, check }, job)));
  }
  return found;
}

export async function checkVolume(
  { part, range, check }: Omit<CheckedVolume, "repair">,
  job: JobContext,
): Promise<VerifyFinding[]> {
  try {
    const { findings, unlisted } = await check(range, { signal: job.signal });
    const found = findings.map((finding) => asVerifyFinding(finding, part));
    if (unlisted === 0) return found;
    return [
      ...found,
      error("file-system-damaged", say.unlisted(unlisted), part, say.repairData(), part),
    ];
  } catch (cause) {
    const { text } = failureOf(cause);
    return [error(UNCHECKED, say.notChecked(part, text), part, say.repairData())];
  }
}

function asVerifyFinding(
  { id, severity, what, where, fix, repairable }: FileSystemFinding,
  part: CheckedVolume["part"],
): VerifyFinding {
  const make = { error, warning, info }[severity];
  return make(
    id,
    say.onVolume(part, what),
    `${part}: ${where}`,
    fix,
    repairable ? part : undefined,
  );
}
