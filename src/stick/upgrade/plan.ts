/** `upgrade`, planned: what of the boot stage on a stick isn't what the kit has, by the bytes that are on it. Reads only. */
import type { BiosStage, CoreRun } from "../../boot/bios-stage.ts";
import {
  checkBiosStage,
  findBiosCore,
  makeBiosStage,
  placeBesides,
} from "../../boot/bios-stage.ts";
import { makeChainedBiosStage } from "../../boot/ventoy/chain/boot-code.ts";
import type { Kit } from "../../boot/kit/kit.ts";
import { sha256Of } from "../../boot/kit/kit.ts";
import { KIT_PATHS } from "../../boot/kit/manifest.ts";
import { makeStageFiles } from "../../boot/stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import type { Text } from "../../system/text.ts";
import { describeBootStage } from "../boot-stage.ts";
import type { BootPlaces } from "../boot-backup/places.ts";
import { findBootPlaces } from "../boot-backup/places.ts";
import { recipesForJob } from "../data/own-recipes.ts";
import { readWhole } from "../esp/files.ts";
import { CORE_LBA } from "../layout.ts";
import type { StickManifest } from "../manifest.ts";
import { MANIFEST_PATH, STICK_FORMAT, encodeJson, sameJson } from "../manifest.ts";
import { contentsOf } from "../menu/slot-texts.ts";
import { readActiveSlot, readSlot, textFiles } from "../menu/slots.ts";
import type { Stick } from "../stick.ts";
import { openDataToRead } from "../stick.ts";
import type { ChainStage } from "../ventoy/chain/own-stage.ts";
import { chainStageOf } from "../ventoy/chain/own-stage.ts";
import { requireOwnStage } from "../ventoy/menu/refuse.ts";
import { say } from "./messages.ts";

export interface PlannedFileChange {
  /** On the ESP. */
  readonly path: string;
  readonly change: "add" | "replace" | "remove";
  /** SHA-256 of what is on the stick; null where there is nothing, or nothing that can be read. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the new file; 0 for one that goes. */
  readonly sizeBytes: number;
}

/** Plain data: what `--dry-run` shows is what is carried out. */
export interface UpgradePlan {
  readonly target: string;
  readonly name: string;
  /** The stick has this boot stage already; nothing is written. */
  readonly upToDate: boolean;
  readonly format: { readonly before: number; readonly after: number };
  readonly lifeboat: { readonly before: string; readonly after: string };
  /** Packages of which the kit has another version. */
  readonly versions: readonly {
    readonly package: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  /** Of the boot stage, and of the menu where its form has changed. */
  readonly files: readonly PlannedFileChange[];
  /** GRUB's core image and the boot code, where the stick starts on a BIOS and they change. */
  readonly bios: {
    /** Where the core image is now; null where the boot code names none. */
    readonly beforeLba: number | null;
    readonly afterLba: number;
    readonly sectors: number;
  } | null;
  /** The menu's own text is made anew, from the same records of ISOs. */
  readonly menu: boolean;
  readonly notes: readonly Text[];
}

/** A plan with the bytes that carry it out. */
export interface PreparedUpgrade {
  readonly plan: UpgradePlan;
  readonly put: readonly StageFile[];
  readonly remove: readonly string[];
  /** The whole BIOS stage as it is to be; undefined where the disk has none. */
  readonly bios: BiosStage | undefined;
  readonly manifest: StickManifest;
  readonly places: BootPlaces;
}

export interface PlanUpgradeTools {
  readonly kit: Kit;
  readonly recipes: RecipeLibrary;
  readonly run: Run;
  /** lifeboat's version, for the manifest. */
  readonly version: string;
}

/** @throws LifeboatError `kit-file-missing`, `kit-file-changed`, `core-too-large`, `no-table`; what reading throws. */
export async function planUpgrade(
  stick: Stick,
  tools: PlanUpgradeTools,
  job: JobContext,
): Promise<PreparedUpgrade> {
  requireOwnStage(stick);
  job.report({ kind: "step", text: say.comparing() });
  const { manifest: old, disk, path: target } = stick;
  const { secureBoot, language, name } = old;
  const chain = await chainStageOf(stick);
  const stageFiles = [
    ...(await makeStageFiles(tools.kit, { secureBoot, language, stickName: name })),
    ...(chain?.files ?? []),
  ];
  const places = await findBootPlaces(disk, target);
  const bios = await planBios(stick, tools.kit, places, chain);
  const manifest: StickManifest = {
    ...old,
    format: STICK_FORMAT,
    lifeboat: tools.version,
    bootStage: {
      ...describeBootStage(tools.kit.versions(), stageFiles, bios?.stage),
      ...(chain && { ventoyChain: true as const }),
    },
  };
  const changes = new FileChanges(stick);
  for (const file of stageFiles) await changes.put(file);
  for (const [path, sha256] of Object.entries(old.bootStage.files)) {
    const stays = stageFiles.some((file) => file.path.toLowerCase() === path.toLowerCase());
    if (!stays) await changes.removeIfStill(path, sha256);
  }
  const stageChanged = changes.files.length > 0 || bios?.changed === true;
  const menu = await planMenu(stick, manifest, tools, changes, job);
  // Who upgraded it with the same kit is no reason to write.
  const known = { ...manifest, lifeboat: old.lifeboat };
  const upToDate = !stageChanged && !menu && sameJson(known, old);
  if (!upToDate) await changes.put({ path: MANIFEST_PATH, data: encodeJson(manifest) });
  const plan: UpgradePlan = {
    target,
    name,
    upToDate,
    format: { before: old.format, after: STICK_FORMAT },
    lifeboat: { before: old.lifeboat, after: tools.version },
    versions: changedVersions(old.bootStage.versions, manifest.bootStage.versions),
    files: upToDate ? [] : changes.files,
    bios:
      bios?.changed === true
        ? {
            beforeLba: bios.beforeLba ?? null,
            afterLba: bios.stage.coreLba,
            sectors: bios.stage.core.length / 512,
          }
        : null,
    menu,
    notes: bios?.inPlace === true ? [say.coreInPlace()] : [],
  };
  const { contents, removed } = changes;
  return { plan, put: contents, remove: removed, bios: bios?.stage, manifest, places };
}

/** What of the ESP changes, held against what is on it. */
class FileChanges {
  readonly files: PlannedFileChange[] = [];
  readonly contents: StageFile[] = [];
  readonly removed: string[] = [];
  readonly #stick: Stick;

  constructor(stick: Stick) {
    this.#stick = stick;
  }

  async put(file: StageFile): Promise<void> {
    const { path, data } = file;
    const before = await this.#hashOf(path);
    const after = sha256Of(data);
    if (before === after) return;
    const there = (await this.#stick.bootVolume.find(path)) !== undefined;
    const change = there ? "replace" : "add";
    this.files.push({ path, change, before, after, sizeBytes: data.length });
    this.contents.push(file);
  }

  /** The list of a stick's files comes from the stick: only what still is what it says was put there by lifeboat. */
  async removeIfStill(path: string, sha256: string): Promise<void> {
    if ((await this.#hashOf(path)) === sha256) this.#drop(path, sha256);
  }

  async remove(path: string): Promise<void> {
    this.#drop(path, await this.#hashOf(path));
  }

  #drop(path: string, before: string | null): void {
    this.files.push({ path, change: "remove", before, after: null, sizeBytes: 0 });
    this.removed.push(path);
  }

  async #hashOf(path: string): Promise<string | null> {
    const data = await readWhole(this.#stick.bootVolume, path).catch(nullIfDamaged);
    return data === undefined || data === null ? null : sha256Of(data);
  }
}

/** The menu by the code of this lifeboat, from the records that are there. A damaged menu is for `refresh`. */
async function planMenu(
  stick: Stick,
  manifest: StickManifest,
  tools: PlanUpgradeTools,
  changes: FileChanges,
  job: JobContext,
): Promise<boolean> {
  const active = await readActiveSlot(stick.bootVolume);
  const before = await readSlot(stick.bootVolume, active);
  if (before === undefined) return false;
  const { hookPartition } = stick;
  const recipes = await recipesOf(stick, tools, job);
  const after = await contentsOf({ manifest, hookPartition }, before.records, recipes, before);
  const already = changes.files.length;
  const texts = textFiles(active, after);
  for (const [path, data] of texts) await changes.put({ path, data });
  for (const path of textFiles(active, before).keys()) {
    if (!texts.has(path)) await changes.remove(path);
  }
  return changes.files.length > already;
}

/** The user's too; lifeboat's own alone where the data partition can't be read, which is no reason not to upgrade. */
async function recipesOf(stick: Stick, tools: PlanUpgradeTools, job: JobContext) {
  try {
    return await recipesForJob(tools.recipes, await openDataToRead(stick, tools.run), job);
  } catch (error) {
    failureOf(error);
    return tools.recipes;
  }
}

interface PlannedBios {
  readonly stage: BiosStage;
  readonly changed: boolean;
  readonly beforeLba: number | undefined;
  /** There is no room for two core images: the old one is overwritten. */
  readonly inPlace: boolean;
}

async function planBios(
  { disk, manifest }: Stick,
  kit: Kit,
  places: BootPlaces,
  chain: ChainStage | undefined,
): Promise<PlannedBios | undefined> {
  const room = chain?.room ?? roomInGap(disk, places);
  if (room === undefined) return undefined;
  const bootImg = chain?.bootImage ?? (await kit.read(KIT_PATHS.bootImg));
  const coreImg = await kit.read(places.scheme === "gpt" ? KIT_PATHS.coreGpt : KIT_PATHS.coreMbr);
  const makeStage = chain === undefined ? makeBiosStage : makeChainedBiosStage;
  const make = (lba: number) =>
    makeStage(bootImg, coreImg, lba, room.startLba + room.sectors - lba);
  const present = await findBiosCore(disk, room);
  const sectors = Math.ceil(coreImg.length / 512);
  if (present !== undefined && present.startLba + sectors <= room.startLba + room.sectors) {
    const same = make(present.startLba);
    if ((await checkBiosStage(disk, same)).length === 0) {
      return { stage: same, changed: false, beforeLba: present.startLba, inPlace: false };
    }
  }
  const taken = [present, coreOfManifest(manifest, room)].filter((run) => run !== undefined);
  const lba = placeBesides(room, taken, sectors);
  return {
    stage: make(lba ?? room.startLba),
    changed: true,
    beforeLba: present?.startLba,
    inPlace: lba === undefined,
  };
}

function roomInGap({ sectorSize }: Stick["disk"], { places }: BootPlaces): CoreRun | undefined {
  // boot.img counts in sectors of 512 bytes, and no BIOS reads larger ones.
  const gap = places.find(({ kind, start }) => kind === "gap" && start < CORE_LBA * 512);
  if (sectorSize !== 512 || gap === undefined) return undefined;
  return { startLba: CORE_LBA, sectors: (gap.start + gap.length) / 512 - CORE_LBA };
}

/** What the stick says of itself, where that can be. */
function coreOfManifest({ bootStage }: StickManifest, room: CoreRun): CoreRun | undefined {
  if (bootStage.bios === undefined) return undefined;
  const { coreLba: startLba, coreBytes } = bootStage.bios;
  const sectors = Math.ceil(coreBytes / 512);
  const inside =
    startLba >= room.startLba && sectors > 0 && startLba + sectors <= room.startLba + room.sectors;
  return inside ? { startLba, sectors } : undefined;
}

function changedVersions(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): UpgradePlan["versions"] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) =>
    before[name] === after[name]
      ? []
      : [{ package: name, before: before[name] ?? null, after: after[name] ?? null }],
  );
}

function nullIfDamaged(error: unknown): null {
  failureOf(error);
  return null;
}
