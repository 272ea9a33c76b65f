/** Which recipe an image fits, and what it calls itself. */
import type { ImageFacts } from "../image-facts.ts";
import { joinArguments } from "../kernel-arguments.ts";
import type { Recipe, RecipeSet } from "./load.ts";
import type { Condition, Identity } from "./schema.ts";

/** Names and versions stand at the beginning of their files. */
const MAX_IDENTITY_CHARACTERS = 4096;

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
  const { partition } = condition;
  const facts = partition === undefined ? image : await image.inPartition(partition);
  if (facts === undefined) return false;
  const { tree } = facts;
  const exists = async (pattern: string) => (await tree.glob(pattern)).length > 0;
  if (condition.volumeId !== undefined && !condition.volumeId.test(facts.volumeId)) return false;
  for (const pattern of condition.exists ?? []) if (!(await exists(pattern))) return false;
  for (const pattern of condition.missing ?? []) if (await exists(pattern)) return false;
  if (condition.existsAny !== undefined && !(await some(condition.existsAny, exists))) return false;
  if (condition.file !== undefined) {
    const { path, matches } = condition.file;
    if ((await firstMatch(facts, path, matches)) === undefined) return false;
  }
  if (condition.config !== undefined) {
    const { config } = condition;
    const own = await facts.own();
    if (!own.some((entry) => config.test(`${entry.kernel} ${joinArguments(entry.args)}`))) {
      return false;
    }
  }
  if (condition.offers !== undefined) {
    const offersLinux = (await facts.offered()).length > 0;
    if (offersLinux !== (condition.offers === "linux")) return false;
  }
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
      const match = source.title.exec(title);
      if (match !== null) return match;
    }
    return undefined;
  }
  return firstMatch(facts, source.file, source.matches);
}

async function firstMatch(facts: ImageFacts, paths: readonly string[], matches: RegExp) {
  for (const pattern of paths) {
    for (const entry of await facts.tree.glob(pattern)) {
      const text = await facts.tree.readText(entry.path);
      const match = matches.exec((text ?? "").slice(0, MAX_IDENTITY_CHARACTERS));
      if (text !== undefined && match !== null) return match;
    }
  }
  return undefined;
}

async function some(items: readonly string[], test: (item: string) => Promise<boolean>) {
  for (const item of items) if (await test(item)) return true;
  return false;
}
