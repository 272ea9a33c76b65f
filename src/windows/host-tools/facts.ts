/** What this Windows is, as far as the tools' use depends on it. All in one PowerShell, since each start of it costs a second. */
import { z } from "zod";
import type { Run } from "../../system/run.ts";
import { askPowerShell } from "./powershell.ts";

export interface HostFacts {
  /** Where the tools lie. A 32-bit process on 64-bit Windows sees the real System32 as Sysnative. */
  readonly system: string;
  /** Started "as administrator". */
  readonly elevated: boolean;
  /** 19045, 26100, … */
  readonly build: number;
  /** By its resource of fixed file information, which no language changes. */
  readonly bcdboot: { readonly text: string; readonly build: number };
  /**
   * Drive letters in use. Those of networks only where they were connected as administrator: what the same user has connected otherwise
   * isn't seen from there, and doesn't stand in the way of diskpart.
   */
  readonly letters: readonly string[];
  /** Numbers of the disks with the removable bit set. */
  readonly removable: readonly number[];
}

const SCRIPT = String.raw`
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$system = Join-Path $env:SystemRoot 'Sysnative'
if (-not (Test-Path -LiteralPath (Join-Path $system 'bcdboot.exe'))) { $system = Join-Path $env:SystemRoot 'System32' }
$version = (Get-Item -LiteralPath (Join-Path $system 'bcdboot.exe')).VersionInfo
$user = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
$letters = @([System.IO.DriveInfo]::GetDrives() | ForEach-Object { "$($_.Name)" })
$removable = @(Get-CimInstance Win32_DiskDrive | Where-Object { "$($_.MediaType)" -like 'Removable*' } |
  ForEach-Object { [int]$_.Index })
ConvertTo-Json -Depth 3 -Compress @{
  system = "$system"; build = [int][Environment]::OSVersion.Version.Build
  elevated = [bool]$user.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
  bcdboot = @([int]$version.FileMajorPart, [int]$version.FileMinorPart, [int]$version.FileBuildPart, [int]$version.FilePrivatePart)
  letters = $letters; removable = $removable }
`;

const Answer = z.object({
  system: z.string().regex(/^[A-Za-z]:\\[^"<>|*?/\r\n]+\\(?:System32|Sysnative)$/i),
  elevated: z.boolean(),
  build: z.number().int(),
  bcdboot: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  letters: z.array(z.string()),
  removable: z.array(z.number().int()),
});

/** @throws LifeboatError `host-unreadable`, and as `run` does. */
export async function askHost(run: Run): Promise<HostFacts> {
  const answer = await askPowerShell(run, SCRIPT, Answer);
  const [major, minor, build, revision] = answer.bcdboot;
  return {
    ...answer,
    // 6.3 and before count builds too; only 10.0 has those that matter.
    bcdboot: { text: [major, minor, build, revision].join("."), build: major >= 10 ? build : 0 },
    letters: answer.letters.map((name) => name.slice(0, 1).toUpperCase()),
  };
}
