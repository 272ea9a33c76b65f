/**
 * Carries out a plan for a Ventoy stick. In the end its bytes are those of Ventoy's own installer, but the order is lifeboat's: what can
 * fail beforehand fails before the first write, old tables go first, and the new one, which makes it a stick, comes last.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { MemoryRange } from "../../../block/memory.ts";
import { OverlayRange } from "../../../block/overlay.ts";
import { SliceRange } from "../../../block/slice.ts";
import { installedBootCode, placedCore } from "../../../boot/ventoy/boot-area.ts";
import { checkVentoyDevice } from "../../../boot/ventoy/device-check.ts";
import type { GuidSource } from "../../../disks/guid.ts";
import { randomGuid } from "../../../disks/guid.ts";
import { isClean } from "../../../filesystems/check.ts";
import { checkExfat } from "../../../filesystems/exfat/check/index.ts";
import { formatExfat, openExfat } from "../../../filesystems/exfat/index.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import { checkSource } from "../../build/content.ts";
import { eraseTables } from "../../build/erase-tables.ts";
import { mismatch, verifyTable } from "../../build/read-back.ts";
import { copyOnto } from "../../data/copy.ts";
import { putFile } from "../../data/put-file.ts";
import type { PartitionRole } from "../../layout.ts";
import { partitionOf } from "../../layout.ts";
import { say as sayOfSticks } from "../../messages.ts";
import { say } from "./messages.ts";
import type { VentoyPlan } from "./plan.ts";
import { writeVentoyTable } from "./table.ts";

/** What of a release goes onto a disk. */
export interface VentoyImages {
  readonly version: string;
  /** boot.img, 512 bytes. */
  readonly bootImage: Buffer;
  /** core.img, 2047 sectors. */
  readonly coreImage: Buffer;
  /** All of partition 2. */
  readonly diskImage: Buffer;
}

export interface InstallTools {
  readonly images: VentoyImages;
  readonly now: Date;
  /** 32 bits, of the new exFAT volume. */
  readonly volumeSerial: number;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
  /** For the partitions of a GPT; a test supplies its own. */
  readonly newGuid?: GuidSource;
}

export interface InstalledVentoy {
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

interface Prepared {
  readonly code: Buffer;
  readonly core: Buffer;
  readonly newGuid: GuidSource;
}

/**
 * @throws LifeboatError `ventoy-not-standard`, `source-changed`, `open-failed` with the disk as it was; `read-back-mismatch`; what
 * writing throws.
 */
export async function installVentoy(
  plan: VentoyPlan,
  disk: ByteRange,
  tools: InstallTools,
  job: JobContext,
): Promise<InstalledVentoy> {
  const { images, beforeReadBack } = tools;
  const prepared = await prepare(plan, disk, tools);
  // Whoever stopped it while the sources were looked at keeps what is on the disk.
  job.signal.throwIfAborted();
  await eraseTables(disk);

  job.report({ kind: "step", text: sayOfSticks.formatting(plan.fileSystem) });
  const data = partitionRange(plan, disk, "data");
  await formatExfat(data, {
    label: plan.label,
    serial: tools.volumeSerial,
    now: tools.now,
    partitionOffsetSectors: 0,
    clusterBytes: plan.clusterBytes,
    style: "mkexfatfs",
  });
  job.signal.throwIfAborted();

  job.report({ kind: "step", text: say.writingVentoy(images.version) });
  const efi = partitionRange(plan, disk, "esp");
  await copyOnto(new MemoryRange(images.diskImage), efi, "VTOYEFI", job, { beforeReadBack });
  await disk.write(coreAt(plan), prepared.core);
  const files = await putFiles(plan, data, tools, job);
  await disk.flush();

  job.report({ kind: "step", text: sayOfSticks.verifying() });
  await beforeReadBack();
  await verifyContents(plan, disk, prepared, job.signal);
  job.signal.throwIfAborted();

  job.report({ kind: "step", text: sayOfSticks.writingTable() });
  await writeBootArea(plan, disk, prepared);
  await beforeReadBack();
  await verifyTable(disk, plan.layout, undefined);
  const code = await readBytes(disk, 0, disk.sectorSize);
  if (!code.subarray(0, prepared.code.length).equals(prepared.code)) throw mismatch("boot.img");
  await refuseNonStandard(disk);
  return { files };
}

/** All that can fail without a write, and Ventoy's check of what the disk will be. */
async function prepare(plan: VentoyPlan, disk: ByteRange, tools: InstallTools): Promise<Prepared> {
  const { images, newGuid = randomGuid } = tools;
  const { scheme } = plan.layout;
  if (images.version !== plan.release.version) {
    const text = say.notOfPlan(plan.release.version, images.version);
    throw new LifeboatError("source-changed", text, { kind: "usage" });
  }
  const identity = {
    uuid: Buffer.from(plan.ventoyUuid, "hex"),
    signature: Buffer.from(plan.diskSignature, "hex"),
  };
  const code = installedBootCode(images.bootImage, scheme, identity);
  const core = placedCore(images.coreImage, scheme);
  const prepared = { code, core, newGuid };
  for (const file of plan.files) await checkSource(file);
  const rehearsal = new OverlayRange(disk);
  await eraseTables(rehearsal);
  await partitionRange(plan, rehearsal, "esp").write(0, images.diskImage);
  await writeBootArea(plan, rehearsal, prepared);
  await refuseNonStandard(rehearsal);
  return prepared;
}

/**
 * Boot code first: cut in between, there is no table and so no stick; the other way round there would be one that UEFI starts and a
 * BIOS doesn't.
 */
async function writeBootArea(
  plan: VentoyPlan,
  disk: ByteRange,
  { code, newGuid }: Prepared,
): Promise<void> {
  const sector = await readBytes(disk, 0, disk.sectorSize);
  code.copy(sector);
  await disk.write(0, sector);
  await disk.flush();
  await writeVentoyTable(disk, plan, newGuid);
  await disk.flush();
}

async function putFiles(
  plan: VentoyPlan,
  data: SliceRange,
  { beforeReadBack }: InstallTools,
  job: JobContext,
): Promise<InstalledVentoy["files"]> {
  const files: { path: string; sha256: string }[] = [];
  if (plan.files.length === 0) return files;
  const volume = await openExfat(data);
  for (const file of plan.files) {
    const sha256 = await putFile(file, volume, data, job, { beforeReadBack });
    files.push({ path: file.path, sha256 });
  }
  return files;
}

/** What was written and isn't a copy that was read back already: the core image and the structures of the data partition. */
async function verifyContents(
  plan: VentoyPlan,
  disk: ByteRange,
  { core }: Prepared,
  signal: AbortSignal,
): Promise<void> {
  const found = await readBytes(disk, coreAt(plan), core.length);
  if (!found.equals(core)) throw mismatch("core.img");
  const check = await checkExfat(partitionRange(plan, disk, "data"), { signal });
  if (isClean(check)) return;
  const [finding] = check.findings;
  if (finding === undefined) throw mismatch("exFAT");
  throw new LifeboatError("read-back-mismatch", say.volumeDamaged(finding.what), {
    kind: "damaged",
    hint: sayOfSticks.mismatchHint(),
  });
}

/** @throws LifeboatError `ventoy-not-standard` where Ventoy would refuse to start from the disk. */
export async function refuseNonStandard(disk: ByteRange): Promise<void> {
  const failed = (await checkVentoyDevice(disk)).find(({ ok }) => !ok);
  if (failed === undefined) return;
  throw new LifeboatError("ventoy-not-standard", say.notStandard(failed.code, failed.what), {
    kind: "damaged",
    hint: say.notStandardHint(),
  });
}

function partitionRange(plan: VentoyPlan, disk: ByteRange, role: PartitionRole): SliceRange {
  const { startLba, sectors } = partitionOf(plan.layout, role);
  const { sectorSize } = plan.layout;
  return new SliceRange(disk, startLba * sectorSize, sectors * sectorSize);
}

function coreAt({ layout }: VentoyPlan): number {
  return (layout.core?.startLba ?? 0) * layout.sectorSize;
}
