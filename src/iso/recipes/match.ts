/** Which recipe an image fits, and what it calls itself. */
import type { ImageFacts } from "../image-facts.ts";
import { firstMatch, partsOf } from "./conditions.ts";
import type { Recipe, RecipeSet } from "./load.ts";
import type { Condition, Identity } from "./schema.ts";

/** The first recipe, in the set's order, that fits. */
export async function findRecipe(facts: ImageFacts, set: RecipeSet): Promise<Recipe | undefined> {
  for (const recipe of set.recipes) if (await fits(facts, recipe)) return recipe;
  return undefined;
}

/** True where the image fits the recipe, and everything that the recipe refines. */
export async function fits(facts: ImageFacts, recipe: Recipe): Promise<boolean> {
  if (recipe.refines !== undefined && !(await fits(facts, recipe.refines))) return false;
  for (const condition of recipe.detect) if (await holds(facts, condition)) return true;
  return false;
}

/** True where every part of the condition holds. The cheap parts are asked first. */
export async function holds(image: ImageFacts, condition: Condition): Promise<boolean> {
  for await (const part of partsOf(image, condition)) if (!part.holds) return false;
  return true;
}

/** What the image says of itself, by the first source that knows each part. */
export async function identify(
  facts: ImageFacts,
  sources: readonly Identity[],
): Promise<{ name?: string; version?: string; arch?: string }> {
  const found: { name?: string; version?: string; arch?: string } = {};
  for (const source of sources) {
    const match = await matchOf(facts, source);
    if (match === undefined || match === null) continue;
    for (const key of ["name", "version", "arch"] as const) {
      const value = spelled(source, key, match.groups?.[key]?.trim());
      if (value) found[key] ??= value;
    }
    if (source.name !== undefined) found.name ??= source.name;
  }
  return found;
}

/** Volume ids may hold no dot (ECMA-119, d-characters): a version's dots are underscores there. */
function spelled(source: Identity, key: string, value: string | undefined): string | undefined {
  return key === "version" && "volumeId" in source ? value?.replaceAll("_", ".") : value;
}

async function matchOf(facts: ImageFacts, source: Identity) {
  if ("volumeId" in source) return source.volumeId.exec(facts.volumeId);
  if ("fileName" in source) return source.fileName.exec(facts.fileName);
  if ("title" in source) {
    for (const { title } of await facts.own()) {
      const match = source.title.exec(title.trim());
      if (match !== null) return match;
    }
    return undefined;
  }
  return (await firstMatch(facts, source.file, source.matches))?.match;
}
