/**
 * `build`: carries out a plan. What can fail beforehand fails before the first write. Then the order makes a half-made stick no
 * stick at all: old tables go first, file systems, boot stage, ISOs and menu are written and read back, and boot code and
 * partition table come last.
 */
import { randomUUID } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import type { BiosStage } from "../../boot/bios-stage.ts";
import { writeBiosCore, writeBootCode } from "../../boot/bios-stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import { openFat32 } from "../../filesystems/fat32/index.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import type { StickContent } from "./content.ts";
import { eraseTables } from "./erase-tables.ts";
import type { BuildPlan } from "./plan.ts";
import { describeBootStage } from "../boot-stage.ts";
import { formatVolume, openDataVolume, rangeOf } from "../data/volume.ts";
import type { StickManifest } from "../manifest.ts";
import { MANIFEST_PATH, STICK_FORMAT, encodeJson } from "../manifest.ts";
import type { SlotContents } from "../menu/slots.ts";
import { createMenu } from "../menu/renew.ts";
import { findMenuSource } from "../menu/source.ts";
import { countIsoEntries } from "../menu/menu.ts";
import { say } from "../messages.ts";
import { writeTable } from "./partition-table.ts";
import { prepareBuild } from "./prepare.ts";
import type { Stick } from "../stick.ts";
import { assembleStick } from "../stick.ts";
import { verifyBuilt, verifyTable } from "./read-back.ts";
import type { StageSource } from "./stage-source.ts";

export interface BuildTools {
  readonly stage: StageSource;
  readonly content: StickContent;
  readonly recipes: RecipeLibrary;
  readonly run: Run;
  readonly now: Date;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
  /** For a plan with Ventoy behind lifeboat's menu. */
  readonly others?: OtherParts;
}

/** What a disk gets besides lifeboat's own: written and read back with that. */
export interface OtherParts {
  /** Looks at what the disk will be. Writes nothing. */
  check(disk: ByteRange, bios: BiosStage | undefined): Promise<void>;
  write(disk: ByteRange, job: JobContext, beforeReadBack: () => Promise<void>): Promise<void>;
  /** @throws LifeboatError `read-back-mismatch`. */
  verify(disk: ByteRange): Promise<void>;
  /** Looks at the disk with its table. */
  verifyWhole(disk: ByteRange): Promise<void>;
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
  await tools.others?.check(disk, bios);
  // Whoever stopped it while the source was looked at keeps what is on the disk.
  job.signal.throwIfAborted();
  await eraseTables(disk);

  job.report({ kind: "step", text: say.formatting(plan.fileSystem) });
  for (const { fileSystem, place, identity } of prepared.volumes) {
    await formatVolume(fileSystem, place, identity, tools.run);
  }
  job.signal.throwIfAborted();

  await tools.others?.write(disk, job, tools.beforeReadBack);
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
  await tools.others?.verify(disk);
  await tools.content.checkAgain?.();
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
  await tools.others?.verifyWhole(disk);
  return { stick, entries: countIsoEntries(menu.records, stick) };
}

/** The data partition's files and the first menu, which is returned. */
async function fill(
  plan: BuildPlan,
  stick: Stick,
  tools: BuildTools,
  job: JobContext,
): Promise<SlotContents> {
  const { content, recipes, beforeReadBack } = tools;
  const range = rangeOf(stick.data);
  const volume = await openDataVolume(plan.fileSystem, stick.data, range, tools.run);
  const hashes = await content.put(volume, range, job, beforeReadBack);
  const source = await findMenuSource(volume, recipes, content.before, hashes, job);
  return createMenu(stick, source, job);
}

function manifestOf(
  plan: BuildPlan,
  tools: BuildTools,
  stageFiles: readonly StageFile[],
  bios: BiosStage | undefined,
): StickManifest {
  return {
    format: STICK_FORMAT,
    lifeboat: tools.stage.lifeboat,
    name: plan.name,
    scheme: plan.layout.scheme,
    diskId: plan.diskId,
    fileSystem: plan.fileSystem,
    secureBoot: plan.secureBoot,
    language: plan.language,
    bootStage: {
      ...describeBootStage(tools.stage.versions, stageFiles, bios),
      ...(plan.ventoy && { ventoyChain: true as const }),
    },
  };
}
