/**
 * Disks on Windows, from the Storage module (Get-Disk, Get-Partition: Windows 8 and later) and from Win32_DiskDrive, which alone
 * tells removable media. All in one PowerShell, since each start of it costs a second.
 */
import { z } from "zod";
import { LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import { cleanText } from "./clean.ts";
import type { Disk, DiskLister, DiskPartition } from "./disk.ts";
import { listSay } from "./list-messages.ts";

/** Enumerations become text here, so that PowerShell 5 and 7, which differ in ConvertTo-Json, give the same. */
const SCRIPT = `
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$disks = @(Get-Disk | ForEach-Object { @{
  number = [int]$_.Number; model = "$($_.FriendlyName)"; serial = "$($_.SerialNumber)"; size = [long]$_.Size
  bus = "$($_.BusType)"; readOnly = [bool]$_.IsReadOnly; boot = [bool]$_.IsBoot; system = [bool]$_.IsSystem
  sectorSize = [int]$_.LogicalSectorSize } })
$partitions = @(Get-Partition | ForEach-Object { @{
  disk = [int]$_.DiskNumber; number = [int]$_.PartitionNumber; size = [long]$_.Size
  paths = @($_.AccessPaths | Where-Object { $_ } | ForEach-Object { "$_" }) } })
$volumes = @(Get-Volume | ForEach-Object { @{
  path = "$($_.Path)"; label = "$($_.FileSystemLabel)"; fileSystem = "$($_.FileSystem)" } })
$drives = @(Get-CimInstance Win32_DiskDrive | ForEach-Object { @{
  number = [int]$_.Index; media = "$($_.MediaType)" } })
$pageFiles = @(Get-CimInstance Win32_PageFileUsage | ForEach-Object { "$($_.Name)" })
ConvertTo-Json -Depth 4 -Compress @{
  disks = $disks; partitions = $partitions; volumes = $volumes; drives = $drives; pageFiles = $pageFiles }
`;

const Answer = z.object({
  disks: z.array(
    z.object({
      number: z.number(),
      model: z.string(),
      serial: z.string(),
      size: z.number(),
      bus: z.string(),
      readOnly: z.boolean(),
      boot: z.boolean(),
      system: z.boolean(),
      sectorSize: z.number(),
    }),
  ),
  partitions: z.array(
    z.object({
      disk: z.number(),
      number: z.number(),
      size: z.number(),
      paths: z.array(z.string()),
    }),
  ),
  volumes: z.array(z.object({ path: z.string(), label: z.string(), fileSystem: z.string() })),
  drives: z.array(z.object({ number: z.number(), media: z.string() })),
  pageFiles: z.array(z.string()),
});

type Answer = z.infer<typeof Answer>;

/** `\\?\Volume{…}\`: every volume has this one; it isn't a place where someone mounted it. */
const VOLUME_PATH = /^\\\\\?\\Volume\{/i;

const PLUGGABLE_BUSES = new Set(["usb", "sd", "1394"]);

/** Win32_DiskDrive's MediaType, as Microsoft documents its three values. */
const PLUGGABLE_MEDIA = /^(removable media|external hard disk media)/i;

export class WindowsDisks implements DiskLister {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  async list(): Promise<Disk[]> {
    const options = ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "-"];
    const { stdout } = await this.#run("powershell.exe", options, { input: `${SCRIPT}\nexit\n` });
    const answer = parseAnswer(stdout);
    return answer.disks.map((disk) => diskOf(disk, answer)).sort(byPath);
  }
}

function parseAnswer(stdout: string): Answer {
  try {
    return Answer.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new LifeboatError("disk-list-unreadable", listSay.unreadable("PowerShell"), { cause });
  }
}

function diskOf(disk: Answer["disks"][number], answer: Answer): Disk {
  const path = `\\\\.\\PhysicalDrive${disk.number}`;
  const partitions = answer.partitions
    .filter((partition) => partition.disk === disk.number)
    .map((partition) => partitionOf(path, partition, answer.volumes));
  const mounts = partitions.flatMap((partition) => partition.mounts);
  const paged = answer.pageFiles.some((file) => mounts.some((mount) => startsWith(file, mount)));
  const bus = disk.bus.toLowerCase();
  const media = answer.drives.find((drive) => drive.number === disk.number)?.media ?? "";
  return {
    path,
    kind: "disk",
    size: disk.size,
    model: cleanText(disk.model),
    serial: cleanText(disk.serial),
    bus,
    removable: PLUGGABLE_BUSES.has(bus) || PLUGGABLE_MEDIA.test(media),
    readOnly: disk.readOnly,
    sectorSize: disk.sectorSize,
    mounts,
    holders: bus === "storage spaces" || bus === "spaces" ? ["Storage Spaces"] : [],
    system: disk.boot || disk.system || paged,
    partitions,
    nodes: [path, ...mounts],
  };
}

function partitionOf(
  disk: string,
  partition: Answer["partitions"][number],
  volumes: Answer["volumes"],
): DiskPartition {
  const volumePath = partition.paths.find((path) => VOLUME_PATH.test(path));
  const volume = volumes.find(({ path }) => path === volumePath);
  return {
    path: volumePath ?? `${disk} partition ${partition.number}`,
    size: partition.size,
    fileSystem: (volume?.fileSystem ?? "").toLowerCase(),
    label: cleanText(volume?.label ?? ""),
    mounts: partition.paths.filter((path) => !VOLUME_PATH.test(path)),
  };
}

function startsWith(file: string, mount: string): boolean {
  return file.toLowerCase().startsWith(mount.toLowerCase());
}

function byPath(a: Disk, b: Disk): number {
  return a.path.localeCompare(b.path, "en", { numeric: true });
}
