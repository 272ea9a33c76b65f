/**
 * The recipes of a menu slot as GRUB reads them, made only where they would differ: recipes.cfg with the functions of grub/new-isos.cfg
 * and what tells one family from another, and recipes-0.cfg and so on with the entries of some families each.
 */
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { isExecutable, readPackageFile } from "../../system/package-files.ts";
import type { Language } from "../../system/text.ts";
import { LANGUAGES } from "../../system/text.ts";
import { VERSION } from "../../system/version.ts";
import { RECIPES_NAME } from "./search.ts";

/** Raised when the same recipes give another script. */
const COMPILED_FORMAT = 3;

/** File name → text. */
export type RecipeScripts = Readonly<Record<string, string>>;

/** Whether a text of a menu slot is one of these. */
export function isRecipeScript(name: string): boolean {
  return /^recipes(?:-\d+)?\.cfg$/.test(name);
}

/** Where those of the built-in recipes lie: in the built program, beside this file. Run from its sources, it has none. */
const PREPARED_FOLDER = import.meta.dirname;

/** The same from the root of the built package, by which the executable has them. */
const PREPARED_IN_PACKAGE = "dist/menu/new-isos";

/**
 * Parsing all recipes takes long, and is done only where nobody has them compiled from the same.
 * @param before what the slot has already.
 * @param prepared the folder with what `prepareRecipes` wrote.
 * @throws LifeboatError `recipe-invalid` for mistakes in built-in recipes.
 */
export async function recipeScripts(
  recipes: RecipeLibrary,
  language: Language,
  before: RecipeScripts = {},
  prepared = PREPARED_FOLDER,
): Promise<RecipeScripts> {
  const functions = (await readPackageFile("grub/new-isos.cfg")).toString();
  const origin = [VERSION, COMPILED_FORMAT, recipes.digest, language, functions];
  const made = digestOf(JSON.stringify(origin));
  const isSame = (had: RecipeScripts) =>
    originOf(had[RECIPES_NAME] ?? "") === made && areWhole(had);
  if (isSame(before)) return before;
  const ready = await readPrepared(prepared, language);
  if (isSame(ready)) return ready;
  const { compileRecipes } = await import("./compile-recipes.ts");
  const { choose, entries } = compileRecipes(await recipes.load(), language);
  const bodies = [
    [RECIPES_NAME, functions + choose] as const,
    ...[...entries].map(([group, body]) => [nameOf(group), body] as const),
  ];
  return Object.fromEntries(bodies.map(([name, body]) => [name, firstLine(made, body) + body]));
}

/**
 * Compiles them when the program is built, so that `build` of a stick need not: a file for each language.
 * Recipes that were changed afterwards, and a user's own, have another digest, and are compiled by `recipeScripts`.
 */
export async function prepareRecipes(
  recipes: RecipeLibrary,
  folder = PREPARED_FOLDER,
): Promise<void> {
  for (const language of LANGUAGES) {
    const path = preparedPath(folder, language);
    // What an earlier build of the program compiled must not be taken for new.
    await rm(path, { force: true });
    const scripts = await recipeScripts(recipes, language, {}, folder);
    await writeFile(path, JSON.stringify(scripts));
  }
}

async function readPrepared(folder: string, language: Language): Promise<RecipeScripts> {
  try {
    const text =
      isExecutable() && folder === PREPARED_FOLDER
        ? await readPackageFile(preparedPath(PREPARED_IN_PACKAGE, language))
        : await readFile(preparedPath(folder, language));
    const read: unknown = JSON.parse(text.toString());
    return isScripts(read) ? read : {};
  } catch {
    // They only save time.
    return {};
  }
}

function isScripts(value: unknown): value is RecipeScripts {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

function preparedPath(folder: string, language: Language): string {
  return join(folder, `prepared-${language}.json`);
}

/** Whether they are as they were written, all of them and no others. */
export function areWhole(scripts: RecipeScripts): boolean {
  const main = scripts[RECIPES_NAME] ?? "";
  const groups = [...main.matchAll(/^ *if lifeboat_new_among (\d+) /gm)];
  const names = new Set([RECIPES_NAME, ...groups.map(([, group]) => nameOf(Number(group)))]);
  const made = originOf(main);
  return (
    Object.keys(scripts).length === names.size &&
    Object.entries(scripts).every(
      ([name, text]) => names.has(name) && text.startsWith(firstLine(made, bodyOf(text))),
    )
  );
}

function nameOf(group: number): string {
  return `recipes-${group}.cfg`;
}

/** What it says that it was made from; empty where it says nothing. */
function originOf(script: string): string {
  return /^# made from ([0-9a-f]{64})/.exec(script)?.[1] ?? "";
}

function firstLine(made: string, body: string): string {
  return `# made from ${made}, and is ${digestOf(body)}\n`;
}

function bodyOf(script: string): string {
  return script.slice(script.indexOf("\n") + 1);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
