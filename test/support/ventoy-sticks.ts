/** Ventoy sticks in image files: planned and installed by lifeboat, and by the steps of Ventoy's own installer with the tools that it uses. */
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { createFile } from "../../src/block/file.ts";
import { randomGuid } from "../../src/disks/guid.ts";
import { run } from "../../src/system/run.ts";
import type { VentoyPlan } from "../../src/stick/ventoy/install/plan.ts";
import type { VentoyBuildOptions } from "../../src/stick/ventoy/install/plan.ts";
import { DEFAULT_LABEL, planVentoy } from "../../src/stick/ventoy/install/plan.ts";
import { installVentoy } from "../../src/stick/ventoy/install/install.ts";
import type { JobContext } from "../../src/system/progress.ts";
import { quietJob } from "./jobs.ts";
import { judge } from "./tools.ts";
import type { VentoyParts } from "./ventoy-release.ts";

export const SECTOR = 512;
const SERIAL = 0x1a2bc3d4;

/** A plan for an image file that is to be made. */
export async function planVentoyImage(
  path: string,
  totalSectors: number,
  version: string,
  options: Partial<VentoyBuildOptions> = {},
): Promise<VentoyPlan> {
  const target = {
    kind: "image" as const,
    path,
    sizeBytes: totalSectors * SECTOR,
    sectorSize: SECTOR,
    create: true,
    exists: false,
    findings: [],
  };
  const defaults = {
    scheme: "gpt" as const,
    reserveBytes: 0,
    label: DEFAULT_LABEL,
    secureBoot: true,
  };
  // Any file that is there: it is held against the target, and no more.
  const release = { archive: import.meta.filename, archiveSha256: "0".repeat(64), version };
  return planVentoy(target, release, { ...defaults, isos: [], ...options }, randomGuid);
}

/** The same, made into `path`. */
export async function makeVentoyStick(
  path: string,
  totalSectors: number,
  parts: VentoyParts,
  options: Partial<VentoyBuildOptions> = {},
  job: JobContext = quietJob(),
): Promise<VentoyPlan> {
  const plan = await planVentoyImage(path, totalSectors, parts.version, options);
  const disk = await createFile(path, totalSectors * SECTOR);
  try {
    await installVentoy(plan, disk, installTools(parts), job);
  } finally {
    await disk.close();
  }
  return plan;
}

export function installTools(parts: VentoyParts) {
  return {
    images: parts,
    now: new Date("2026-11-21T10:20:30Z"),
    volumeSerial: SERIAL,
    beforeReadBack: async () => {},
  };
}

/** The numbers that the installer's shell reckons. `reserveMib` as its option -r. */
export interface InstallerRun {
  readonly totalSectors: number;
  readonly scheme: "mbr" | "gpt";
  readonly reserveMib: number;
  readonly tool: "parted" | "fdisk";
}

/**
 * What Ventoy's installer does to a disk, step by step, but for formatting partition 1, for which it has a program of its own.
 * @returns where partition 2 begins.
 */
export async function installByItsSteps(
  path: string,
  { totalSectors, scheme, reserveMib, tool }: InstallerRun,
  parts: VentoyParts,
): Promise<number> {
  const disk = await open(path, "w+");
  try {
    await disk.truncate(totalSectors * SECTOR);
    const tail = scheme === "gpt" ? 33 : 0;
    const unaligned = totalSectors - reserveMib * 2048 - tail - 65536;
    const part2 = unaligned - (unaligned % 8);
    const ends = [2048, part2 - 1, part2, part2 + 65535].map(String);
    if (tool === "fdisk") await partitionByFdisk(path, ends);
    else await partitionByParted(path, scheme, ends);
    const write = async (bytes: Uint8Array, at: number) => disk.write(bytes, 0, bytes.length, at);
    if (scheme === "gpt") await setNoDriveLetter(path, totalSectors);
    else await write(Buffer.from([0xef]), 466);
    await write(parts.bootImage.subarray(0, 446), 0);
    if (scheme === "gpt") {
      await write(Buffer.from([0x22]), 92);
      await write(parts.coreImage.subarray(0, 2014 * SECTOR), 34 * SECTOR);
      await write(Buffer.from([0x23]), 17908);
    } else {
      await write(parts.coreImage, SECTOR);
    }
    await write(parts.diskImage, part2 * SECTOR);
    await write(Buffer.alloc(16, 0xaa), 384);
    await write(Buffer.alloc(4, 0xbb), 440);
    return part2;
  } finally {
    await disk.close();
  }
}

async function partitionByParted(path: string, scheme: "mbr" | "gpt", ends: readonly string[]) {
  const [first = "", firstEnd = "", second = "", secondEnd = ""] = ends;
  const [one, two] = scheme === "gpt" ? ["Ventoy", "VTOYEFI"] : ["primary", "primary"];
  const last = scheme === "gpt" ? ["set", "2", "msftdata", "on"] : ["set", "1", "boot", "on"];
  const commands = [
    ["mklabel", scheme === "gpt" ? "gpt" : "msdos", "unit", "s"],
    ["mkpart", one, "ntfs", first, firstEnd],
    ["mkpart", two, "fat16", second, secondEnd],
    last,
    ["quit"],
  ].flat();
  await judge("parted", ["-a", "none", "--script", path, ...commands]);
}

async function partitionByFdisk(path: string, ends: readonly string[]) {
  const [first = "", firstEnd = "", second = "", secondEnd = ""] = ends;
  const typed = ["o", "n", "p", "1", first, firstEnd, "n", "p", "2", second, secondEnd];
  const input = [...typed, "t", "1", "7", "t", "2", "ef", "a", "1", "w", ""].join("\n");
  await run("fdisk", [path], { input });
}

/** `vtoycli gpt -f`: the attribute of the second partition in both copies, and their sums. */
async function setNoDriveLetter(path: string, totalSectors: number): Promise<void> {
  const disk = await open(path, "r+");
  try {
    for (const [headerAt, entriesAt] of [
      [1, 2],
      [totalSectors - 1, totalSectors - 33],
    ] as const) {
      const header = Buffer.alloc(SECTOR);
      const entries = Buffer.alloc(32 * SECTOR);
      await disk.read(header, 0, header.length, headerAt * SECTOR);
      await disk.read(entries, 0, entries.length, entriesAt * SECTOR);
      entries.writeBigUInt64LE(1n << 63n, 128 + 48);
      header.writeUInt32LE(crc32(entries), 88);
      header.writeUInt32LE(0, 16);
      header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
      await disk.write(entries, 0, entries.length, entriesAt * SECTOR);
      await disk.write(header, 0, header.length, headerAt * SECTOR);
    }
  } finally {
    await disk.close();
  }
}
