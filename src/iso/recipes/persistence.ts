/** Entries that keep their changes: made from an image's first entry, and shown where the stick has a file to keep them in. */
import { applyRules, joinArguments, splitArguments } from "../kernel-arguments.ts";
import type { IsoEntry, IsoPersistence } from "../types.ts";
import { firstOfEachFirmware } from "./first-entries.ts";
import type { BuiltEntry } from "./linux-entries.ts";
import { filledRules } from "./linux-entries.ts";
import type { PersistenceRecipe } from "./schema.ts";
import { fillTemplate } from "./template.ts";
import type { TemplateValues } from "./template.ts";

/** Undefined where the family can't keep changes, or the image has no entry that the hook takes part in. */
export function describePersistence(
  recipe: PersistenceRecipe | "none" | undefined,
  built: readonly BuiltEntry[],
  values: TemplateValues,
): IsoPersistence | undefined {
  if (recipe === undefined || recipe === "none") return undefined;
  const { label, files, folders } = recipe;
  const hooked = built.map(({ entry }) => entry).filter(isHooked);
  const entries = firstOfEachFirmware(hooked).map((entry) =>
    withPersistence(entry, recipe, values),
  );
  return entries.length === 0 ? undefined : { label, files, folders, entries };
}

type HookedEntry = IsoEntry & { method: { kind: "linux" } };

function isHooked(entry: IsoEntry): entry is HookedEntry {
  return entry.method.kind === "linux" && entry.method.hook;
}

function withPersistence(
  entry: HookedEntry,
  recipe: PersistenceRecipe,
  values: TemplateValues,
): IsoEntry {
  const words = splitArguments(entry.method.args);
  const args = joinArguments(applyRules(words, filledRules(recipe, values)));
  const title = fillTemplate(recipe.title, { ...values, title: entry.title });
  return { ...entry, title, method: { ...entry.method, args } };
}
