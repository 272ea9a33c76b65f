/** Images of whole disks, with or without a partition table: what in them starts, and how. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { formatSize, MIB } from "../../system/sizes.ts";
import { judgeSignature } from "../boot-image.ts";
import type { BootImage } from "../boot-image.ts";
import { inPartition } from "../partition-path.ts";
import { entryProblems, signatureProblems } from "../problems.ts";
import type { BuiltEntry } from "../recipes/linux-entries.ts";
import type { RecipeSet } from "../recipes/load.ts";
import { problem, withProblem } from "../report.ts";
import { IsoTree } from "../tree.ts";
import type { IsoReport } from "../types.ts";
import { readBootImage } from "../boot-image.ts";
import type { DiskPart, DiskParts } from "./disk-parts.ts";
import { everyGrubReads, readDiskParts } from "./disk-parts.ts";
import { findSystem } from "./disk-systems.ts";
import { say } from "./messages.ts";
import { FIRMWARE_OF } from "./program.ts";

/** memdisk takes this much memory below 4 GiB, and GRUB reads all of it before anything starts. */
const LARGEST_IN_MEMORY = 512 * MIB;
const BOOT_CODE_BYTES = 440;
const SECTOR_BYTES = 512;

/** @throws LifeboatError where the file can't be read. */
export async function inspectDisk(
  range: ByteRange,
  report: IsoReport,
  recipes: RecipeSet,
): Promise<IsoReport> {
  report.family = "disk-image";
  const disk = await readDiskParts(range);
  if (disk.scheme !== "none" && disk.sectorSize !== SECTOR_BYTES) {
    return withProblem(report, "disk-sector-size", say.otherSectors(disk.sectorSize));
  }
  const checked = disk.parts.find((part) => everyGrubReads(part) && part.volume.uuid !== "");
  if (checked !== undefined) {
    report.uuid = checked.volume.uuid;
    report.volumeId = checked.volume.label;
    if (checked.partition !== undefined) report.uuidPartition = checked.partition;
  }
  const system = await findSystem(disk.parts, report, recipes);
  if (system !== undefined) {
    const { entries, built, recipe, problems } = system;
    report.entries = entries;
    report.problems.push(...entryProblems(built, recipe, built), ...problems);
  } else {
    const alone = await findPrograms(disk.parts, report.name);
    report.entries = alone.map(({ entry }) => entry);
    if (alone.length > 0) {
      report.problems.push(problem("program-alone", "info", say.programAlone()));
      report.problems.push(...signatureProblems(alone));
    }
    report.arch = machinesOf(alone);
    await offerMemdisk(range, disk, report);
  }
  report.firmware = [
    ...(report.entries.some(({ firmware }) => firmware.includes("bios"))
      ? (["bios"] as const)
      : []),
    ...(report.entries.some(({ firmware }) => firmware.some((one) => one !== "bios"))
      ? (["uefi"] as const)
      : []),
  ];
  const explained = report.problems.some(({ severity }) => severity !== "info");
  if (report.entries.length > 0 || explained) return report;
  return withProblem(report, "nothing-in-disk", say.nothingInDisk());
}

/** The programs that UEFI would start from this disk (UEFI 3.5.1.1). */
async function findPrograms(parts: readonly DiskPart[], title: string): Promise<BuiltEntry[]> {
  const found: BuiltEntry[] = [];
  for (const part of parts.filter(({ volume }) => volume.fileSystem === "fat32")) {
    const tree = new IsoTree(part.volume);
    for (const { kind, path } of await tree.glob("/EFI/BOOT/BOOT*.EFI")) {
      const file = kind === "file" ? await tree.open(path) : undefined;
      const image: BootImage | undefined = file && (await readBootImage(file));
      const firmware = FIRMWARE_OF[image?.machine ?? ""];
      if (image === undefined || firmware === undefined) continue;
      if (found.some(({ entry }) => entry.firmware.includes(firmware))) continue;
      const method = { kind: "chainload" as const, path: inPartition(part.partition, path) };
      const { secureBoot } = judgeSignature(image);
      const entry = { title, firmware: [firmware], method, via: "chainload" as const, secureBoot };
      found.push({ entry, image, parents: [] });
    }
  }
  return found;
}

function machinesOf(built: readonly BuiltEntry[]): string[] {
  return [...new Set(built.flatMap(({ image }) => image?.machine ?? []))];
}

/** The whole disk in memory, where its first sector has boot code: DOS and its like know disks through the BIOS only. */
async function offerMemdisk(range: ByteRange, disk: DiskParts, report: IsoReport): Promise<void> {
  if (disk.scheme !== "mbr" || range.size < SECTOR_BYTES) return;
  const code = await readBytes(range, 0, BOOT_CODE_BYTES);
  if (code.every((byte) => byte === 0)) return;
  if (range.size > LARGEST_IN_MEMORY) {
    const text = say.tooLargeForMemory(formatSize(LARGEST_IN_MEMORY));
    report.problems.push(problem("too-large-for-memory", "warning", text));
    return;
  }
  report.entries.push({
    title: report.name,
    firmware: ["bios"],
    method: { kind: "memdisk", args: "harddisk raw" },
    via: "memdisk",
    secureBoot: "not-needed",
  });
  report.problems.push(problem("in-memory", "info", say.diskInMemory()));
}
