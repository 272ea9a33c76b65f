/**
 * From what lies on the data partition to the contents of a menu slot, for a stick that is built and for one that is refreshed. What
 * the menu needs besides is placed on the ESP; the data partition is only read.
 */
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import type { KnownHashes } from "../data/collect.ts";
import { collectIsos, sameMoment } from "../data/collect.ts";
import { recipesForJob } from "../data/own-recipes.ts";
import { placeCopies } from "../esp/copies.ts";
import { placeExtras } from "../extras/place.ts";
import type { IsoRecord, StickRecords } from "../manifest.ts";
import { placeOwnLoaders } from "../own-loaders/place.ts";
import { attachPersistence } from "../persistence/attach.ts";
import { reportIdleRules, reportMistakes, settingsInForce } from "../settings/check.ts";
import type { StickSettings } from "../settings/schema.ts";
import type { Stick } from "../stick.ts";
import { menuOfStick } from "./menu.ts";
import { contentsOf } from "./slot-texts.ts";
import type { SlotContents } from "./slots.ts";

/**
 * @param before the menu so far: records of ISOs that haven't changed, settings and compiled recipes are taken over from it.
 * @param hashes of files that the caller has just written.
 */
export async function composeMenu(
  stick: Stick,
  data: ReadableVolume,
  builtIn: RecipeLibrary,
  job: JobContext,
  { before, hashes = new Map() }: { before?: SlotContents | undefined; hashes?: KnownHashes } = {},
): Promise<SlotContents> {
  const { esp } = stick;
  const old = before?.records.isos ?? [];
  const recipes = await recipesForJob(builtIn, data, job);
  const known = before?.records.recipes === recipes.digest ? old : [];
  const collected = await collectIsos(data, known, hashes, recipes, job);
  const attached = await attachPersistence(keepHashes(collected, old), data);
  const copied = await placeCopies(attached, data, esp, job);
  const read = await settingsInForce(data, before?.records.settings, job);
  const started = await placeOwnLoaders(stick, copied, read.settings, data, job);
  const { isos, mistakes } = await placeExtras(started, read, data, esp, job);
  reportMistakes(mistakes, job);
  const records = recordsOf(recipes.digest, isos, read.settings);
  const paths = isos.map(({ path }) => path);
  reportIdleRules(read, paths, menuOfStick(records, stick), job);
  return contentsOf(stick, records, recipes, before);
}

/** What a slot holds of a stick's ISOs and settings. */
function recordsOf(recipes: string, isos: IsoRecord[], settings: StickSettings): StickRecords {
  return { recipes, isos, ...(Object.keys(settings).length === 0 ? {} : { settings }) };
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
