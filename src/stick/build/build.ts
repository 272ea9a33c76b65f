/**
 * `build`: carries out a plan. What can fail beforehand fails before the first write. Then the order makes a half-made stick no
 * stick at all: old tables go first, file systems, boot stage, ISOs and menu are written and read back, and boot code and
 * partition table come last.
 */
import { randomUUID } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import { writeZeroes } from "../../block/byte-range.ts";
import type { BiosStage } from "../../boot/bios-stage.ts";
import { writeBiosCore, writeBootCode } from "../../boot/bios-stage.ts";
import type { Kit } from "../../boot/kit/kit.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import { openFat32 } from "../../filesystems/fat32/index.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import type { BuildPlan } from "./plan.ts";
import { describeBootStage } from "../boot-stage.ts";
import { collectIsos } from "../data/collect.ts";
import { placeCopies } from "../esp/copies.ts";
import { EspStore } from "../esp/store.ts";
import { formatVolume, openDataVolume, rangeOf } from "../data/volume.ts";
import type { StickManifest } from "../manifest.ts";
import { MANIFEST_PATH, STICK_FORMAT, encodeJson } from "../manifest.ts";
import type { SlotContents } from "../menu/slots.ts";
import { createSlots } from "../menu/slots.ts";
import { countIsoEntries } from "../menu/menu.ts";
import { say } from "../messages.ts";
import { writeTable } from "./partition-table.ts";
import { prepareBuild } from "./prepare.ts";
import { putFile } from "../data/put-file.ts";
import { placeOwnLoaders } from "../own-loaders/place.ts";
import { recordsOf } from "../menu/renew.ts";
import { contentsOf } from "../menu/slot-texts.ts";
import { exampleSettings, putSettings } from "../settings/file.ts";
import type { Stick } from "../stick.ts";
import { assembleStick } from "../stick.ts";
import { verifyBuilt, verifyTable } from "./read-back.ts";

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

/**
 * @param path of `disk`, for programs that open it themselves.
 * @throws LifeboatError what `prepareBuild` throws, with the disk as it was; `read-back-mismatch`; what writing throws.
 */
export async function build(
  plan: BuildPlan,
  disk: ByteRange,
  path: string,
  tools: BuildTools,
  job: JobContext,
): Promise<BuildResult> {
  const prepared = await prepareBuild(plan, disk, path, tools);
  const { stageFiles, bios } = prepared;
  await eraseTables(disk);

  job.report({ kind: "step", text: say.formatting(plan.fileSystem) });
  for (const { fileSystem, place, identity } of prepared.volumes) {
    await formatVolume(fileSystem, place, identity, tools.run);
  }
  job.signal.throwIfAborted();

  job.report({ kind: "step", text: say.writingStage() });
  const manifest = manifestOf(plan, tools, stageFiles, bios);
  const files = [...stageFiles, { path: MANIFEST_PATH, data: encodeJson(manifest) }];
  const esp = await openFat32(rangeOf(prepared.esp));
  await esp.writeTree(files);
  const stick = assembleStick(disk, path, manifest, esp, prepared.data);

  const menu = await fill(plan, stick, tools, job);
  if (bios !== undefined) await writeBiosCore(disk, bios);
  await disk.flush();

  job.report({ kind: "step", text: say.verifying() });
  await tools.beforeReadBack();
  await verifyBuilt(disk, rangeOf(prepared.esp), { files, menu, bios });
  job.signal.throwIfAborted();

  job.report({ kind: "step", text: say.writingTable() });
  // Boot code first: cut in between, there is no table and so no stick; the other way round there would be one that UEFI
  // starts and a BIOS doesn't.
  if (bios !== undefined) await writeBootCode(disk, bios);
  await disk.flush();
  await writeTable(disk, plan, randomUUID);
  await disk.flush();
  await tools.beforeReadBack();
  await verifyTable(disk, plan.layout, bios);
  return { stick, entries: countIsoEntries(menu.records, stick) };
}

/** ISOs and the first menu, which is returned. */
async function fill(
  plan: BuildPlan,
  stick: Stick,
  tools: BuildTools,
  job: JobContext,
): Promise<SlotContents> {
  const range = rangeOf(stick.data);
  const volume = await openDataVolume(plan.fileSystem, stick.data, range, tools.run);
  const hashes = new Map<string, string>();
  for (const file of plan.files) {
    const { beforeReadBack } = tools;
    hashes.set(file.path, await putFile(file, volume, range, job, { beforeReadBack }));
  }
  await putSettings(volume, Buffer.from(await exampleSettings(plan.language)), tools.now);
  const collected = await collectIsos(volume, [], hashes, tools.recipes, job);
  const store = new EspStore(stick.esp, []);
  const copied = await placeCopies(collected, volume, store, job);
  const isos = await placeOwnLoaders(stick, copied, {}, volume, store, job);
  job.report({ kind: "step", text: say.writingMenu() });
  const contents = await contentsOf(
    stick,
    recordsOf(tools.recipes.digest, isos, {}),
    tools.recipes,
  );
  await createSlots(stick.esp, contents);
  return contents;
}

/** The first MiB and the place of a backup GPT: whatever stood there, nothing may take the disk for the old one any more. */
export async function eraseTables(disk: ByteRange): Promise<void> {
  const tail = 64 * 512;
  await writeZeroes(disk, 0, 1 << 20);
  await writeZeroes(disk, disk.size - tail, tail);
  await disk.flush();
}

function manifestOf(
  plan: BuildPlan,
  tools: BuildTools,
  stageFiles: readonly StageFile[],
  bios: BiosStage | undefined,
): StickManifest {
  return {
    format: STICK_FORMAT,
    lifeboat: tools.version,
    name: plan.name,
    scheme: plan.layout.scheme,
    diskId: plan.diskId,
    fileSystem: plan.fileSystem,
    secureBoot: plan.secureBoot,
    language: plan.language,
    bootStage: describeBootStage(tools.kit, stageFiles, bios),
  };
}
