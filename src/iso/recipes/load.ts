/** Parses recipe files, reports their mistakes by file and line, and puts them in the order in which they are asked. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { LifeboatError } from "../../system/errors.ts";
import { checkYaml } from "../../system/yaml.ts";
import { say } from "../messages.ts";
import { recipeSchema } from "./schema.ts";
import type { Condition, EntryRecipe, Identity, ParsedRecipe } from "./schema.ts";

/** A recipe ready for use: inherited fields are filled in. */
export interface Recipe {
  /** The file's name. */
  readonly file: string;
  readonly family: string;
  readonly name: string;
  readonly order: number;
  readonly generic: boolean;
  readonly refines: Recipe | undefined;
  readonly detect: readonly Condition[];
  readonly identify: readonly Identity[];
  readonly entries: readonly EntryRecipe[];
  readonly persistence: ParsedRecipe["persistence"];
  readonly unattended: ParsedRecipe["unattended"];
  readonly unsupported: ParsedRecipe["unsupported"];
  /** False where Ventoy doesn't start what lifeboat can't. */
  readonly ventoy: boolean;
}

export interface RecipeMistake {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

export interface RecipeSet {
  /** In the order in which they are asked. */
  readonly recipes: readonly Recipe[];
  /** What is wrong with recipes of the user's, which were left out. */
  readonly mistakes: readonly RecipeMistake[];
}

/** A recipe file's content, as found on the stick. */
export interface RecipeText {
  readonly name: string;
  readonly text: string;
}

export interface RecipeSource extends RecipeText {
  readonly parsed: ParsedRecipe;
  readonly own: boolean;
}

const DEFAULT_ORDER = 500;
const MAX_REFINEMENTS = 4;

/** The recipes that come with lifeboat, parsed. */
export interface BuiltInRecipes {
  readonly sources: readonly RecipeSource[];
}

/** @throws LifeboatError `recipe-invalid` for mistakes, all of them in one message. */
export async function parseBuiltIn(texts: readonly RecipeText[]): Promise<BuiltInRecipes> {
  const mistakes: RecipeMistake[] = [];
  const sources = await parseAll(texts, false, mistakes);
  arrange(sources, mistakes);
  if (mistakes.length > 0) {
    throw new LifeboatError("recipe-invalid", say.recipeMistakes(mistakes), {
      kind: "usage",
      hint: say.recipeHint(),
    });
  }
  return { sources };
}

/**
 * Puts recipes in the order in which they are asked. The user's come first, and replace built-in ones of the same family; a mistake in
 * one of them is reported in the result.
 */
export async function withOwnRecipes(
  { sources }: BuiltInRecipes,
  own: readonly RecipeText[],
): Promise<RecipeSet> {
  const mistakes: RecipeMistake[] = [];
  const ownSources = await parseAll(own, true, mistakes);
  const replaced = new Set(ownSources.map((source) => source.parsed.family));
  const kept = sources.filter((source) => !replaced.has(source.parsed.family));
  return { recipes: arrange([...ownSources, ...kept], mistakes), mistakes };
}

async function parseAll(
  texts: readonly RecipeText[],
  own: boolean,
  mistakes: RecipeMistake[],
): Promise<RecipeSource[]> {
  const sources: RecipeSource[] = [];
  for (const { name, text } of texts) {
    // A hundred files take longer than an answer to a key may.
    await nextTurn();
    const parsed = parseRecipe(name, text, mistakes);
    if (parsed !== undefined) sources.push({ name, text, parsed, own });
  }
  return sources;
}

/** Parses one recipe; its mistakes are added to `mistakes`. */
function parseRecipe(
  file: string,
  text: string,
  mistakes: RecipeMistake[],
): ParsedRecipe | undefined {
  const checked = checkYaml(text, recipeSchema, withDefaultMethods);
  if ("value" in checked) return checked.value;
  for (const { line, message } of checked.problems) mistakes.push({ file, line, text: message });
  return undefined;
}

/** Entries without a method are Linux entries; the schema's union has to be told. */
function withDefaultMethods(recipe: unknown): unknown {
  if (typeof recipe !== "object" || recipe === null || !("entries" in recipe)) return recipe;
  if (!Array.isArray(recipe.entries)) return recipe;
  const entries = recipe.entries.map((entry: unknown) =>
    typeof entry === "object" && entry !== null && !("method" in entry)
      ? { method: "linux", ...entry }
      : entry,
  );
  return { ...recipe, entries };
}

/** Links refinements to what they refine, fills in what they inherit, sorts. */
function arrange(sources: readonly RecipeSource[], mistakes: RecipeMistake[]): Recipe[] {
  const byFamily = new Map<string, RecipeSource>();
  for (const source of sources) {
    const known = byFamily.get(source.parsed.family);
    if (known === undefined) byFamily.set(source.parsed.family, source);
    else {
      const text = `family ${source.parsed.family} is that of ${known.name} too`;
      mistakes.push({ file: source.name, line: 1, text });
    }
  }
  const recipes: { recipe: Recipe; own: boolean; depth: number }[] = [];
  for (const source of byFamily.values()) {
    const recipe = resolve(source, byFamily, 0);
    if (recipe === undefined) {
      const text = `refines: ${source.parsed.refines ?? ""} leads nowhere`;
      mistakes.push({ file: source.name, line: 1, text });
    } else {
      recipes.push({ recipe, own: source.own, depth: depthOf(recipe) });
    }
  }
  return recipes
    .toSorted(
      (a, b) =>
        Number(b.own) - Number(a.own) ||
        a.recipe.order - b.recipe.order ||
        b.depth - a.depth ||
        (a.recipe.family < b.recipe.family ? -1 : 1),
    )
    .map(({ recipe }) => recipe);
}

function resolve(
  source: RecipeSource,
  byFamily: ReadonlyMap<string, RecipeSource>,
  depth: number,
): Recipe | undefined {
  const { parsed } = source;
  let parent: Recipe | undefined;
  if (parsed.refines !== undefined) {
    const next = byFamily.get(parsed.refines);
    if (next === undefined || depth >= MAX_REFINEMENTS) return undefined;
    parent = resolve(next, byFamily, depth + 1);
    if (parent === undefined) return undefined;
  }
  return {
    file: source.name,
    family: parsed.family,
    name: parsed.name,
    order: parsed.order ?? parent?.order ?? DEFAULT_ORDER,
    generic: parsed.generic,
    refines: parent,
    detect: parsed.detect,
    identify: parsed.identify ?? parent?.identify ?? [],
    entries: parsed.entries ?? parent?.entries ?? [],
    persistence: parsed.persistence ?? parent?.persistence,
    unattended: parsed.unattended ?? parent?.unattended,
    unsupported: parsed.unsupported ?? parent?.unsupported,
    ventoy: parsed.ventoy ?? parent?.ventoy ?? true,
  };
}

function depthOf(recipe: Recipe): number {
  return recipe.refines === undefined ? 0 : 1 + depthOf(recipe.refines);
}
