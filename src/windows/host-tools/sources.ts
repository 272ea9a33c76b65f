/** What the plan reads from: it must be there before anything is erased, and not be among what is erased. */
import { z } from "zod";
import { LifeboatError } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import type { HostDisk } from "./host-disk.ts";
import type { HostFiles } from "./host-files.ts";
import { say } from "./messages.ts";
import type { HostPlan } from "./plan.ts";
import { askPowerShell } from "./powershell.ts";

/**
 * @param disk as it is before anything is written.
 * @throws LifeboatError `wim-not-found`, `drivers-missing` (kind `usage`); `source-on-disk` (kind `refused`)
 */
export async function checkSources(
  plan: HostPlan,
  disk: HostDisk,
  run: Run,
  files: HostFiles,
): Promise<void> {
  const { image, drivers } = plan;
  const paths = [image.path];
  if (!(await files.exists(image.path))) throw imageMissing(image.path);
  if (image.parts !== undefined) {
    const folder = image.parts.slice(0, image.parts.lastIndexOf("\\") + 1);
    const parts = await files.list(folder);
    if (!parts.some((name) => matches(folder + name, image.parts ?? ""))) {
      throw imageMissing(image.parts);
    }
    paths.push(folder);
  }
  if (drivers !== undefined) {
    if (!(await files.exists(drivers))) {
      throw new LifeboatError("drivers-missing", say.driversMissing(drivers), { kind: "usage" });
    }
    paths.push(drivers);
  }
  const lost = lostPlaces(plan, disk);
  if (lost.length === 0) return;
  // Links, and letters made by subst, lead somewhere else than they say.
  const real = await Promise.all(paths.map((path) => files.realPath(path)));
  const all = [...paths, ...real];
  all.push(...(await askImageFiles(run, all)));
  const found = all.find((path) => lost.some((place) => isBelow(path, place)));
  if (found !== undefined) {
    throw new LifeboatError("source-on-disk", say.sourceOnDisk(found, plan.disk.path), {
      kind: "refused",
      hint: say.sourceOnDiskHint(),
    });
  }
}

/** Where that is mounted which will be lost. */
function lostPlaces({ layout }: HostPlan, { partitions }: HostDisk): string[] {
  const lost =
    layout.kind !== "existing"
      ? partitions
      : partitions.filter(({ number }) => layout.format && number === layout.windows.number);
  return lost.flatMap(({ paths }) => paths);
}

function isBelow(path: string, place: string): boolean {
  return `${path}\\`.toLowerCase().startsWith(place.toLowerCase());
}

/** @param pattern with one asterisk, in its last name. */
function matches(path: string, pattern: string): boolean {
  const [before = "", after = ""] = pattern.toLowerCase().split("*");
  const lower = path.toLowerCase();
  const isLong = lower.length >= before.length + after.length;
  return isLong && lower.startsWith(before) && lower.endsWith(after);
}

const Files = z.array(z.string());

/** The files behind drive letters that are mounted ISOs or virtual disks, and behind the letters of those. */
async function askImageFiles(run: Run, paths: readonly string[]): Promise<string[]> {
  const letters = paths.flatMap((path) => /^([A-Za-z]):/.exec(path)?.[1]?.toUpperCase() ?? []);
  if (letters.length === 0) return [];
  const list = [...new Set(letters)].map((letter) => `'${letter}'`).join(", ");
  // A drive with a real disc in it is no image: Get-DiskImage fails there.
  const script = String.raw`
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$files = @(
  $volumes = @(Get-Volume); $partitions = @(Get-Partition); $disks = @(Get-Disk)
  foreach ($letter in @(${list})) {
    for ($depth = 0; $depth -lt 8; $depth++) {
      $file = ''
      $partition = $partitions | Where-Object { "$($_.DriveLetter)" -eq $letter } | Select-Object -First 1
      if ($partition) {
        $disk = $disks | Where-Object { $_.Number -eq $partition.DiskNumber } | Select-Object -First 1
        if ("$($disk.BusType)" -eq 'File Backed Virtual') { $file = "$($disk.Location)" }
      } elseif ($volumes | Where-Object { "$($_.DriveLetter)" -eq $letter -and "$($_.DriveType)" -eq 'CD-ROM' }) {
        try { $file = "$((Get-DiskImage -DevicePath ('\\.\' + $letter + ':')).ImagePath)" } catch { $file = '' }
      }
      if (-not $file) { break }
      $file
      $letter = $file.Substring(0, 1)
    }
  })

ConvertTo-Json -Depth 2 -Compress -InputObject $files
`;
  return askPowerShell(run, script, Files);
}

function imageMissing(path: string): LifeboatError {
  return new LifeboatError("wim-not-found", say.imageMissing(path), {
    kind: "usage",
    hint: say.imageMissingHint(),
  });
}
