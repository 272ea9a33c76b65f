/**
 * `adopt`, carried out. The data partition's files are not written, and at any power cut the disk is the old stick with all of them, or
 * the new one:
 *
 * 1. what starts the disk is saved to a file on this computer;
 * 2. the boot partition is written to where nothing lies (the old file system may own the place, and has nothing there), with a menu
 *    of the ISOs that are on the disk, and read back;
 * 3. the file system becomes smaller, where that is the plan: the old table still gives it all the room that it had;
 * 4. GRUB's core image goes into the gap. With Ventoy its own lies there: from here on a BIOS doesn't start it;
 * 5. the partition table makes it the new stick. With an MBR that is one sector, boot code and all; a GPT has one whole copy at any time,
 *    and the boot code follows it.
 *
 * Whatever fails is answered by bringing back what was there.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { GuardedRange } from "../../block/guarded.ts";
import { OverlayRange } from "../../block/overlay.ts";
import { ReadOnlyRange } from "../../block/read-only.ts";
import { writeBiosCore, writeBootCode } from "../../boot/bios-stage.ts";
import { randomGuid } from "../../disks/guid.ts";
import { writeGpt } from "../../disks/gpt/write.ts";
import { writeMbr } from "../../disks/mbr/write.ts";
import { openFat32 } from "../../filesystems/fat32/index.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { checkBackup } from "../boot-backup/read.ts";
import { saveBoot } from "../boot-backup/save.ts";
import { gptTableOf, mbrTableOf } from "../build/partition-table.ts";
import { verifyBuilt, verifyTable } from "../build/read-back.ts";
import type { PartitionPlace } from "../data/volume.ts";
import { formatVolume, openDataVolume, rangeOf } from "../data/volume.ts";
import { CORE_LBA, partitionOf, tailSectors } from "../layout.ts";
import { MANIFEST_PATH, encodeJson } from "../manifest.ts";
import { countIsoEntries } from "../menu/menu.ts";
import { createMenu } from "../menu/renew.ts";
import { findMenuSource } from "../menu/source.ts";
import { assembleStick, openDataToRead, recogniseStick } from "../stick.ts";
import { say } from "./messages.ts";
import type { PreparedAdoption } from "./plan.ts";
import { restoreCommand, undoAdoption } from "./undo.ts";

export interface CarryOutTools {
  readonly recipes: RecipeLibrary;
  readonly run: Run;
  readonly version: string;
  readonly now: Date;
  /** Where what starts the disk is saved. */
  readonly backupFile: string;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
}

export interface AdoptResult {
  readonly savedTo: string;
  /** ISOs and images in the menu. */
  readonly isos: number;
  /** Entries of the menu that start something from one of them. */
  readonly entries: number;
}

/**
 * @param prepared without files to move: that comes first, and then everything is planned anew.
 * @param path of `disk`, for programs that open it themselves.
 * @throws LifeboatError what failed, with everything brought back; `adopt-not-undone` where that failed too.
 */
export async function adoptDisk(
  prepared: PreparedAdoption,
  disk: ByteRange,
  path: string,
  tools: CarryOutTools,
  job: JobContext,
): Promise<AdoptResult> {
  const { backupFile, version, now } = tools;
  const { target, moves } = prepared.plan;
  if (moves.length > 0) throw new RangeError("there are files to be moved first");
  await saveBoot(disk, target.path, backupFile, { version, now }, job);
  await checkBackup(backupFile, job.signal);
  const text = say.saved(backupFile, restoreCommand(target.path, backupFile));
  job.report({ kind: "note", level: "info", text });

  const guarded = new GuardedRange(disk, extentsOf(prepared, disk), target.path);
  try {
    const menu = await carryOut(prepared, guarded, path, tools, job);
    return { savedTo: backupFile, ...menu };
  } catch (error) {
    if (!guarded.written) throw error;
    throw await undoAdoption(error, prepared, disk, tools, job);
  }
}

/** Everything that is written, and nothing else is. */
function extentsOf({ plan, cut }: PreparedAdoption, disk: ByteRange): Extent[] {
  const { layout } = plan;
  const { sectorSize } = disk;
  const bytesOf = (startLba: number, sectors: number): Extent => {
    return { start: startLba * sectorSize, length: sectors * sectorSize };
  };
  const esp = partitionOf(layout, "esp");
  const data = partitionOf(layout, "data");
  const extents = [bytesOf(esp.startLba, esp.sectors), bytesOf(0, 1)];
  if (layout.core !== undefined) extents.push(bytesOf(CORE_LBA, layout.core.sectors));
  if (layout.scheme === "gpt") {
    const tail = tailSectors(layout.scheme, sectorSize);
    extents.push(bytesOf(1, tail), bytesOf(layout.totalSectors - tail, tail));
  }
  for (const { start, length } of cut?.extents ?? []) {
    extents.push({ start: data.startLba * sectorSize + start, length });
  }
  return extents;
}

async function carryOut(
  prepared: PreparedAdoption,
  disk: ByteRange,
  path: string,
  tools: CarryOutTools,
  job: JobContext,
): Promise<Pick<AdoptResult, "isos" | "entries">> {
  const { plan, bios, cut } = prepared;
  const { beforeReadBack } = tools;
  const menu = await writeBootPartition(prepared, disk, path, tools, job);
  job.signal.throwIfAborted();
  if (cut !== undefined) {
    // From here on it is a matter of a few sectors: who cancels now has it all the same.
    job.report({ kind: "step", text: say.shrinking() });
    await cut.carryOut(rangeOf(oldData(prepared, disk, path)), beforeReadBack);
  }
  job.report({ kind: "step", text: say.switching() });
  if (bios !== undefined) {
    await writeBiosCore(disk, bios);
    await disk.flush();
    await beforeReadBack();
    const core = await readBytes(disk, bios.coreLba * 512, bios.core.length);
    if (!core.equals(bios.core)) throw mismatch("core.img");
  }
  await switchTable(prepared, disk);
  await beforeReadBack();
  await verifyTable(disk, plan.layout, bios);
  // As every other command opens it.
  await (await openDataToRead(await recogniseStick(disk, path), tools.run)).list("/");
  return menu;
}

/** The data partition as the table has it before. */
function oldData({ plan }: PreparedAdoption, disk: ByteRange, path: string): PartitionPlace {
  const { startLba } = partitionOf(plan.layout, "data");
  return { disk, path, startLba, sectors: plan.data.sectorsBefore };
}

async function writeBootPartition(
  prepared: PreparedAdoption,
  disk: ByteRange,
  path: string,
  tools: CarryOutTools,
  job: JobContext,
): Promise<Pick<AdoptResult, "isos" | "entries">> {
  const { plan, stageFiles, manifest } = prepared;
  job.report({ kind: "step", text: say.writingEsp() });
  const { startLba, sectors } = partitionOf(plan.layout, "esp");
  const place: PartitionPlace = { disk, path, startLba, sectors };
  const serial = randomBytes(8).readBigUInt64LE();
  const identity = { label: "LIFEBOATEFI", serial, uuid: randomUUID(), now: tools.now };
  await formatVolume("fat32", place, identity, tools.run);
  const files = [...stageFiles, { path: MANIFEST_PATH, data: encodeJson(manifest) }];
  const esp = await openFat32(rangeOf(place));
  await esp.writeTree(files);
  const data = oldData(prepared, disk, path);
  const stick = assembleStick(disk, path, manifest, esp, data);
  const range = new ReadOnlyRange(rangeOf(data), `${path} (data)`);
  const volume = await openDataVolume(plan.fileSystem, data, range, tools.run);
  const source = await findMenuSource(volume, tools.recipes, undefined, new Map(), job);
  const menu = await createMenu(stick, source, job);
  await disk.flush();
  await tools.beforeReadBack();
  await verifyBuilt(disk, rangeOf(place), { files, menu, bios: undefined });
  return { isos: menu.records.isos.length, entries: countIsoEntries(menu.records, stick) };
}

async function switchTable(
  { plan, bios, dataGuid }: PreparedAdoption,
  disk: ByteRange,
): Promise<void> {
  if (plan.layout.scheme === "mbr") {
    // Table and boot code lie in one sector: neither is there without the other.
    const staged = new OverlayRange(disk);
    if (bios !== undefined) await writeBootCode(staged, bios);
    await writeMbr(staged, mbrTableOf(plan));
    await disk.write(0, await readBytes(staged, 0, disk.sectorSize));
    return disk.flush();
  }
  const table = gptTableOf(plan, disk, randomGuid);
  const partitions = table.partitions.map((partition) =>
    partition.number === 1 && dataGuid !== undefined ? { ...partition, guid: dataGuid } : partition,
  );
  await writeGpt(disk, { ...table, partitions });
  if (bios !== undefined) await writeBootCode(disk, bios);
  await disk.flush();
}

function mismatch(what: string): LifeboatError {
  return new LifeboatError("read-back-mismatch", say.mismatch(what), {
    kind: "damaged",
    hint: say.mismatchHint(),
  });
}
