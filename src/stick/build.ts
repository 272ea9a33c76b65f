/**
 * `build`: carries out a plan. The order makes a half-made stick no stick at all: old tables go first, then file systems, boot
 * stage, ISOs and menu are written and read back, and the partition table and the boot code come last.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { ByteRange } from "../block/byte-range.ts";
import { writeZeroes } from "../block/byte-range.ts";
import type { BiosStage } from "../boot/bios-stage.ts";
import { checkBiosStage, makeBiosStage, writeBiosCore, writeBootCode } from "../boot/bios-stage.ts";
import type { Kit } from "../boot/kit/kit.ts";
import { sha256Of } from "../boot/kit/kit.ts";
import { KIT_PATHS } from "../boot/kit/manifest.ts";
import { makeStageFiles } from "../boot/stage.ts";
import type { StageFile } from "../boot/uefi-stage.ts";
import { formatFat32, openFat32 } from "../filesystems/fat32/index.ts";
import type { RecipeLibrary } from "../iso/recipes/load.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import type { BuildPlan } from "./build-plan.ts";
import { collectIsos } from "./collect.ts";
import { placeCopies } from "./copies.ts";
import type { PartitionPlace } from "./data-volume.ts";
import { formatVolume, openDataVolume, rangeOf } from "./data-volume.ts";
import { partitionOf } from "./layout.ts";
import type { PartitionRole } from "./layout.ts";
import type { StickManifest } from "./manifest.ts";
import { MANIFEST_PATH, STICK_FORMAT, encodeJson } from "./manifest.ts";
import { createSlots } from "./menu-slots.ts";
import { say } from "./messages.ts";
import { writeTable } from "./partition-table.ts";
import { putFile } from "./put-file.ts";
import { contentsOf } from "./refresh.ts";
import type { Stick } from "./stick.ts";
import { assembleStick } from "./stick.ts";
import { verifyBuilt } from "./verify-built.ts";

export interface BuildTools {
  readonly kit: Kit;
  readonly recipes: RecipeLibrary;
  readonly run: Run;
  /** lifeboat's version, for the manifest. */
  readonly version: string;
  readonly now: Date;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
}

export interface BuildResult {
  readonly stick: Stick;
  readonly entries: number;
}

/** @param path of `disk`, for programs that open it themselves. */
export async function build(
  plan: BuildPlan,
  disk: ByteRange,
  path: string,
  tools: BuildTools,
  job: JobContext,
): Promise<BuildResult> {
  const places = placesOf(plan, disk, path);
  const bios = await biosStageOf(plan, tools.kit);
  await eraseTables(disk);

  job.report({ kind: "step", text: say.formatting(plan.fileSystem) });
  await formatPartitions(plan, places, tools);
  job.signal.throwIfAborted();

  job.report({ kind: "step", text: say.writingStage() });
  const options = { secureBoot: plan.secureBoot, language: plan.language, stickName: plan.name };
  const stageFiles = await makeStageFiles(tools.kit, options);
  const manifest = manifestOf(plan, tools, stageFiles, bios);
  const esp = await openFat32(rangeOf(places.esp));
  await esp.writeTree([...stageFiles, { path: MANIFEST_PATH, data: encodeJson(manifest) }]);
  const stick = assembleStick(disk, path, manifest, esp, places.data);

  const entries = await fill(plan, stick, tools, job);
  if (bios !== undefined) await writeBiosCore(disk, bios);
  await disk.flush();

  job.report({ kind: "step", text: say.verifying() });
  await tools.beforeReadBack();
  await verifyBuilt(stick, rangeOf(places.esp), stageFiles, bios);
  job.signal.throwIfAborted();

  job.report({ kind: "step", text: say.writingTable() });
  await writeTable(disk, plan, randomUUID);
  if (bios !== undefined) await writeBootCode(disk, bios);
  await disk.flush();
  if (bios !== undefined) await checkBiosStage(disk, bios);
  return { stick, entries };
}

/** ISOs and the first menu. Returns how many entries start something from an ISO. */
async function fill(plan: BuildPlan, stick: Stick, tools: BuildTools, job: JobContext) {
  const range = rangeOf(stick.data);
  const volume = await openDataVolume(plan.fileSystem, stick.data, range, tools.run);
  const hashes = new Map<string, string>();
  for (const file of plan.files) {
    const { beforeReadBack } = tools;
    hashes.set(file.path, await putFile(file, volume, range, job, { beforeReadBack }));
  }
  const collected = await collectIsos(volume, [], hashes, tools.recipes, job);
  const isos = await placeCopies(collected, volume, stick.esp, job);
  job.report({ kind: "step", text: say.writingMenu() });
  await createSlots(stick.esp, contentsOf(stick, isos, tools.recipes.digest));
  return isos.reduce((count, iso) => count + iso.entries.length, 0);
}

function placesOf(plan: BuildPlan, disk: ByteRange, path: string) {
  const place = (role: PartitionRole): PartitionPlace => {
    const { startLba, sectors } = partitionOf(plan.layout, role);
    return { disk, path, startLba, sectors };
  };
  const hasWindows = plan.layout.partitions.some(({ role }) => role === "windows");
  return {
    data: place("data"),
    esp: place("esp"),
    windows: hasWindows ? place("windows") : undefined,
  };
}

async function biosStageOf(plan: BuildPlan, kit: Kit): Promise<BiosStage | undefined> {
  const { core, scheme } = plan.layout;
  if (core === undefined) return undefined;
  const image = await kit.read(scheme === "gpt" ? KIT_PATHS.coreGpt : KIT_PATHS.coreMbr);
  return makeBiosStage(await kit.read(KIT_PATHS.bootImg), image, core.startLba, core.sectors);
}

/** The first MiB and the place of a backup GPT: whatever stood there, nothing may take the disk for the old one any more. */
export async function eraseTables(disk: ByteRange): Promise<void> {
  const tail = 64 * 512;
  await writeZeroes(disk, 0, 1 << 20);
  await writeZeroes(disk, disk.size - tail, tail);
  await disk.flush();
}

async function formatPartitions(
  plan: BuildPlan,
  places: ReturnType<typeof placesOf>,
  tools: BuildTools,
): Promise<void> {
  const { now, run } = tools;
  const serial = () => randomBytes(8).readBigUInt64LE();
  await formatFat32(rangeOf(places.esp), {
    label: "LIFEBOATEFI",
    volumeId: randomBytes(4).readUInt32LE(),
    now,
    hiddenSectors: places.esp.startLba,
  });
  const identity = { label: plan.label, serial: serial(), uuid: randomUUID(), now };
  await formatVolume(plan.fileSystem, places.data, identity, run);
  if (places.windows !== undefined) {
    const windows = { label: "Windows", serial: serial(), uuid: randomUUID(), now };
    await formatVolume("ntfs", places.windows, windows, run);
  }
}

function manifestOf(
  plan: BuildPlan,
  tools: BuildTools,
  stageFiles: readonly StageFile[],
  bios: BiosStage | undefined,
): StickManifest {
  const files = stageFiles.map(({ path, data }) => [path, sha256Of(data)] as const);
  return {
    format: STICK_FORMAT,
    lifeboat: tools.version,
    name: plan.name,
    scheme: plan.layout.scheme,
    diskId: plan.diskId,
    fileSystem: plan.fileSystem,
    secureBoot: plan.secureBoot,
    language: plan.language,
    bootStage: {
      kind: "grub",
      versions: tools.kit.versions(),
      files: Object.fromEntries(files),
      ...(bios === undefined
        ? {}
        : {
            bios: {
              coreLba: bios.coreLba,
              coreBytes: bios.core.length,
              bootCode: sha256Of(bios.bootCode),
              core: sha256Of(bios.core),
            },
          }),
    },
  };
}
