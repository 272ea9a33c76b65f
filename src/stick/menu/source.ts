/** What a menu is made from, found on the data partition: for a stick that is built and for one that is refreshed. Reads only. */
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import { asFound } from "../as-found.ts";
import type { KnownHashes } from "../data/collect.ts";
import { collectIsos, sameMoment } from "../data/collect.ts";
import { recipesForJob } from "../data/own-recipes.ts";
import type { IsoRecord, StickRecords } from "../manifest.ts";
import { attachPersistence } from "../persistence/attach.ts";
import type { SettingsWithLines } from "../extras/place.ts";
import { reportIdleRules, reportMistakes, settingsInForce } from "../settings/check.ts";
import type { ReadSettings, SettingsMistake } from "../settings/read.ts";
import type { StickPart } from "./menu.ts";
import { menuOfStick } from "./menu.ts";
import type { SlotContents } from "./slots.ts";

/** What a menu is made from. */
export interface MenuSource {
  /** As they were found, with their persistence files. */
  readonly isos: readonly IsoRecord[];
  readonly read: ReadSettings & SettingsWithLines;
  readonly recipes: RecipeLibrary;
  readonly data: ReadableVolume;
  /** A menu that is on the stick already, or on the one that it is a clone of. */
  readonly latest: SlotContents | undefined;
}

/**
 * @param latest records of ISOs that haven't changed, and settings where the file has a mistake, are taken over from it.
 * @param hashes of files that the caller has just written.
 */
export async function findMenuSource(
  data: ReadableVolume,
  builtIn: RecipeLibrary,
  latest: SlotContents | undefined,
  hashes: KnownHashes,
  job: JobContext,
): Promise<MenuSource> {
  const old = latest?.records.isos ?? [];
  const recipes = await recipesForJob(builtIn, data, job);
  const known = latest?.records.recipes === recipes.digest ? old : [];
  const collected = await collectIsos(data, known, hashes, recipes, job);
  const found = keepHashes(collected, old).map(asFound);
  const isos = await attachPersistence(found, data);
  const read = await settingsInForce(data, latest?.records.settings, job);
  return { isos, read, recipes, data, latest };
}

/** What is wrong with the settings, and what of them leads nowhere in the menu that was made. */
export function reportOnSettings(
  { read }: MenuSource,
  { records, mistakes }: { records: StickRecords; mistakes: readonly SettingsMistake[] },
  stick: StickPart,
  job: JobContext,
): void {
  reportMistakes(mistakes, job);
  const paths = records.isos.map(({ path }) => path);
  reportIdleRules(read, paths, menuOfStick(records, stick), job);
}

/** A file that is the same but was looked at anew (with other recipes) keeps its hash. */
function keepHashes(isos: readonly IsoRecord[], before: readonly IsoRecord[]): IsoRecord[] {
  return isos.map((iso) => {
    const old = before.find(({ path }) => path === iso.path);
    const same =
      old !== undefined &&
      old.size === iso.size &&
      sameMoment(old.modified, iso.modified) &&
      JSON.stringify(old.extents) === JSON.stringify(iso.extents);
    return same && iso.sha256 === null ? { ...iso, sha256: old.sha256 } : iso;
  });
}
