/**
 * Recipes compiled to GRUB script, for ISOs that no refresh has seen: for each recipe a function that tells whether an image fits,
 * and one that makes its entries (docs/recipes.md, "In the menu that finds new ISOs").
 */
import type { Recipe, RecipeSet } from "../../iso/recipes/load.ts";
import type { EntryRecipe } from "../../iso/recipes/schema.ts";
import type { Language } from "../../system/text.ts";
import { quote } from "../grub-script.ts";
import { functionLines } from "../script-blocks.ts";
import { conditionLines } from "./conditions.ts";
import type { CompiledEntry } from "./compiled-entry.ts";
import { linuxEntry } from "./linux-entries.ts";
import { otherEntry } from "./non-linux-entries.ts";

export interface CompiledRecipes {
  /** The function `lifeboat_new_choose`, which makes the entries of the open image, and those by which it knows a family. */
  readonly choose: string;
  /** By the number of their group: the functions that make the entries of some recipes. */
  readonly entries: ReadonlyMap<number, string>;
}

/**
 * How many recipes' entries lie in one file. GRUB needs seconds for all of them (it parses longer texts ever more slowly), and an
 * image needs those of one recipe.
 */
const GROUP = 10;

export function compileRecipes(set: RecipeSet, language: Language): CompiledRecipes {
  const numbers = new Map(set.recipes.map((recipe, index) => [recipe.family, index]));
  const groups = new Map<number, { numbers: number[]; lines: string[] }>();
  const detect: string[] = [];
  for (const [number, recipe] of set.recipes.entries()) {
    if (!isAskable(recipe)) continue;
    detect.push(...detectLines(recipe, numbers));
    const key = Math.floor(number / GROUP);
    const group = groups.get(key) ?? { numbers: [], lines: [] };
    groups.set(key, group);
    group.numbers.push(number);
    group.lines.push(...entryFunctions(recipe, number, language));
  }
  const asks = [...groups].map(
    ([key, group]) => `if lifeboat_new_among ${key} ${group.numbers.join(" ")}; then return 0; fi`,
  );
  const choose = ["set lifeboat_family=", ...asks, "return 1"];
  return {
    choose: textOf([...detect, ...functionLines("lifeboat_new_choose", choose)]),
    entries: new Map([...groups].map(([key, { lines }]) => [key, textOf(lines)])),
  };
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** Whether GRUB can decide one of its conditions, and one of those of what it refines. */
function isAskable(recipe: Recipe): boolean {
  if (recipe.refines !== undefined && !isAskable(recipe.refines)) return false;
  return recipe.detect.some((condition) => conditionLines(condition) !== undefined);
}

/** A function for each condition, and one that asks them. */
function detectLines(recipe: Recipe, numbers: ReadonlyMap<string, number>): string[] {
  const number = numbers.get(recipe.family);
  const bodies = recipe.detect.map(conditionLines).filter((one) => one !== undefined);
  const parent = recipe.refines && numbers.get(recipe.refines.family);
  const asks = bodies.map(
    (_body, index) =>
      `if lifeboat_is_${number}_${index}; then ${parent === undefined ? "return 0" : `lifeboat_is_${parent}; return`}; fi`,
  );
  return [
    ...bodies.flatMap((body, index) => functionLines(`lifeboat_is_${number}_${index}`, body)),
    ...functionLines(`lifeboat_is_${number}`, [...asks, "return 1"]),
  ];
}

function entryFunctions(recipe: Recipe, number: number, language: Language): string[] {
  const title = (template: string) => titleOf(template, recipe);
  const entries = recipe.entries.flatMap((entry, index) => {
    const place = { number: `${number}_${index}`, title };
    const when = entry.when === undefined ? ["return 0"] : conditionLines(entry.when);
    const compiled = compileEntry(entry, place);
    if (compiled === undefined || when === undefined) return [];
    const functions = [
      ...compiled.functions,
      ...functionLines(`lifeboat_when_${place.number}`, when),
      ...functionLines(`lifeboat_find_${place.number}`, [...compiled.search, "return 0"]),
    ];
    const call = `if lifeboat_when_${place.number}; then lifeboat_find_${place.number}; fi`;
    return [{ functions, call }];
  });
  const { unsupported } = recipe;
  return [
    ...entries.flatMap(({ functions }) => functions),
    ...functionLines(`lifeboat_as_${number}`, [
      `set lifeboat_family=${quote(recipe.family)}`,
      ...entries.map(({ call }) => call),
      ...(unsupported === undefined
        ? []
        : [`lifeboat_new_explain ${quote(unsupported[language])}`]),
      "return 0",
    ]),
  ];
}

function compileEntry(
  entry: EntryRecipe,
  place: Parameters<typeof linuxEntry>[1],
): CompiledEntry | undefined {
  return entry.method === "linux" ? linuxEntry(entry, place) : otherEntry(entry, place);
}

/** A name is known before the image is; its version is not. GRUB takes what begins with a dash for an option. */
function titleOf(template: string, recipe: Recipe): string {
  const filled = template.replaceAll("{name}", recipe.name).replaceAll("{version}", "");
  const text = filled.replaceAll(/ {2,}/g, " ").replaceAll(" :", ":").trim();
  return /^[-{]/.test(text) || text === "" ? ` ${text}` : text;
}
