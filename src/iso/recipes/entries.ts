/** From a recipe and an image to the entries of the menu. */
import type { ImageFacts } from "../image-facts.ts";
import { mapPaths } from "../method-paths.ts";
import { inPartition } from "../partition-path.ts";
import { buildLinuxEntries } from "./linux-entries.ts";
import type { BuiltEntry } from "./linux-entries.ts";
import { holds } from "./match.ts";
import { buildOtherEntries } from "./other-entries.ts";
import type { EntryRecipe } from "./schema.ts";
import type { TemplateValues } from "./template.ts";

/** Some installers' menus have hundreds of entries; the first ones are what people choose. */
export const MAX_ENTRIES = 40;

/** Every entry of the recipe that the image has the files for, before cutting to `MAX_ENTRIES`. */
export async function buildEntries(
  facts: ImageFacts,
  recipes: readonly EntryRecipe[],
  values: TemplateValues,
): Promise<BuiltEntry[]> {
  const built: BuiltEntry[] = [];
  for (const recipe of recipes) {
    if (recipe.when !== undefined && !(await holds(facts, recipe.when))) continue;
    const { partition } = recipe;
    const where = partition === undefined ? facts : await facts.inPartition(partition);
    if (where === undefined) continue;
    const found =
      recipe.method === "linux"
        ? await buildLinuxEntries(where, recipe, values)
        : await buildOtherEntries(where, recipe, values);
    built.push(...found.map((one) => placedIn(where.partition, one)));
  }
  return withDistinctTitles(joinSame(built));
}

/** The entry with its files' paths as they are seen from the ISO. */
function placedIn(partition: string | undefined, built: BuiltEntry): BuiltEntry {
  if (partition === undefined) return built;
  const method = mapPaths(built.entry.method, (path) => inPartition(partition, path));
  return { ...built, entry: { ...built.entry, method } };
}

/** The same start under the same title is one entry on more firmwares; under another title it is left out. */
function joinSame(built: readonly BuiltEntry[]): BuiltEntry[] {
  const joined = new Map<string, BuiltEntry>();
  for (const one of built) {
    const key = JSON.stringify([one.entry.title, one.parents, one.entry.method]);
    const known = joined.get(key)?.entry.firmware;
    if (known === undefined) joined.set(key, one);
    else known.push(...one.entry.firmware.filter((firmware) => !known.includes(firmware)));
  }
  const all = [...joined.values()].filter(({ entry }) => entry.firmware.length > 0);
  return all.filter(({ entry }, index) => {
    const method = JSON.stringify(entry.method);
    const earlier = all
      .slice(0, index)
      .filter((one) => JSON.stringify(one.entry.method) === method)
      .flatMap((one) => one.entry.firmware);
    return !entry.firmware.every((firmware) => earlier.includes(firmware));
  });
}

/** Entries of different submenus may have one title: there the submenu's name comes before it. */
function withDistinctTitles(built: readonly BuiltEntry[]): BuiltEntry[] {
  const overlapping = (a: BuiltEntry, b: BuiltEntry) =>
    a !== b &&
    a.entry.title === b.entry.title &&
    a.entry.firmware.some((firmware) => b.entry.firmware.includes(firmware));
  return built.map((one) => {
    if (one.parents.length === 0 || !built.some((other) => overlapping(one, other))) return one;
    const title = [...one.parents, one.entry.title].join(" / ");
    return { ...one, entry: { ...one.entry, title } };
  });
}
