/** `adopt --ventoy` over a range, with a release that needs no archive; and the lifeboat sticks that it is tried on. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ByteRange, Extent } from "../../src/block/byte-range.ts";
import { readBytes } from "../../src/block/byte-range.ts";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { openBackup } from "../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../src/stick/boot-backup/restore.ts";
import type { Target } from "../../src/stick/target.ts";
import type {
  PreparedVentoyAdoption,
  VentoyAdoptOptions,
} from "../../src/stick/ventoy/adopt/plan.ts";
import { planVentoyAdoption } from "../../src/stick/ventoy/adopt/plan.ts";
import { adoptToVentoy } from "../../src/stick/ventoy/adopt/adopt.ts";
import type { JobContext } from "../../src/system/progress.ts";
import { run } from "../../src/system/run.ts";
import type { SmallStickOptions } from "./small-kit.ts";
import { smallStick } from "./small-kit.ts";
import { onDisk } from "./ventoy-stick.ts";
import type { VentoyParts } from "./ventoy-release.ts";
import { releaseOf } from "./ventoy-upgrade.ts";

/** An image file with a lifeboat stick, of which no byte of the boot part is zero where nothing lies: what isn't saved shows. */
export async function lifeboatStick(
  image: string,
  kit: Kit,
  options: SmallStickOptions = {},
): Promise<void> {
  const disk = await smallStick(image, kit, options);
  await disk.close();
  const espBytes = 256 << 20;
  const size = options.sizeBytes ?? 368 << 20;
  const tail = options.scheme === "mbr" ? 0 : 33 * 512;
  const espStart = Math.floor((size - tail - espBytes) / (1 << 20)) * (1 << 20);
  // Far behind what the file system has in use, and within what Ventoy's partition will take.
  await onDisk(image, async (write) => write(espStart + (30 << 20), randomBytes(4096)));
}

export function targetOf(disk: ByteRange, path = "stick"): Target {
  const about = { create: false, exists: true, findings: [] } as const;
  const { size: sizeBytes, sectorSize } = disk;
  return { kind: "image", path, sizeBytes, sectorSize, ...about };
}

const WANTED: VentoyAdoptOptions = { secureBoot: true };

export async function prepareOver(
  disk: ByteRange,
  parts: VentoyParts,
  job: JobContext,
  options: Partial<VentoyAdoptOptions> = {},
): Promise<PreparedVentoyAdoption> {
  const wanted = { ...WANTED, ...options };
  return planVentoyAdoption(disk, targetOf(disk), releaseOf(parts), wanted, run, job);
}

/** @param folder for the saved file, empty. */
export async function adoptOver(
  disk: ByteRange,
  parts: VentoyParts,
  folder: string,
  job: JobContext,
  options: Partial<VentoyAdoptOptions> = {},
) {
  const prepared = await prepareOver(disk, parts, job, options);
  const tools = {
    version: "0.0.1",
    now: new Date("2026-06-01T12:00:00Z"),
    backupFile: join(folder, "old.lifeboat-boot"),
    beforeReadBack: async () => {},
  };
  const result = await adoptToVentoy(disk, prepared, tools, job);
  return { prepared, plan: prepared.plan, result };
}

export async function restoreOver(disk: ByteRange, file: string, job: JobContext): Promise<void> {
  const backup = await openBackup(file);
  try {
    const plan = await planRestore(backup, disk, "stick", { otherDisk: false }, job);
    await restoreBoot(plan, backup, disk, async () => {}, job);
  } finally {
    await backup.close();
  }
}

/** The bytes of several places, one after the other. */
export async function bytesAt(disk: ByteRange, extents: readonly Extent[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const { start, length } of extents) parts.push(await readBytes(disk, start, length));
  return Buffer.concat(parts);
}
