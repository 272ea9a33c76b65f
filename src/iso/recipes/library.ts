/** The recipes at hand: read at once, parsed only when an ISO asks for them. */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { packageFilesIn, readPackageFile } from "../../system/package-files.ts";
import type { RecipeSet, RecipeText } from "./load.ts";

/** Raised when the same recipes would find something else in an image: what an earlier lifeboat found is looked at anew. */
const READER = 2;

/** A job without new ISOs needs just the digest, and neither the YAML parser nor the schema is loaded for it. */
export interface RecipeLibrary {
  /** SHA-256 of all their texts, in hex: what was found with other recipes has to be looked at anew. */
  readonly digest: string;
  /**
   * Parsed once, and kept.
   * @throws LifeboatError `recipe-invalid` for mistakes in built-in ones, all of them in one message.
   */
  load(): Promise<RecipeSet>;
  /** The same with recipes of the user's, which come first and replace built-in ones of the same family. */
  withOwn(own: readonly RecipeText[]): RecipeLibrary;
}

/** Reads every `*.yaml` of `folder`. Recipes of the user's come first, and replace built-in ones of the same family. */
export async function openRecipes(
  folder: string,
  own: readonly RecipeText[] = [],
): Promise<RecipeLibrary> {
  const names = (await readdir(folder)).toSorted();
  const texts = await readTexts(names, (name) => readFile(join(folder, name)));
  return libraryOf(texts, own);
}

/** Those that come with lifeboat. */
export async function openBuiltInRecipes(): Promise<RecipeLibrary> {
  const folder = "grub/recipes";
  const names = await packageFilesIn(folder);
  return libraryOf(await readTexts(names, (name) => readPackageFile(`${folder}/${name}`)), []);
}

async function readTexts(
  names: readonly string[],
  read: (name: string) => Promise<Buffer>,
): Promise<RecipeText[]> {
  const recipes = names.filter((name) => name.endsWith(".yaml"));
  return Promise.all(recipes.map(async (name) => ({ name, text: (await read(name)).toString() })));
}

function libraryOf(builtIn: readonly RecipeText[], own: readonly RecipeText[]): RecipeLibrary {
  let loaded: Promise<RecipeSet> | undefined;
  const parse = async () => (await import("./load.ts")).parseRecipes(builtIn, own);
  return {
    digest: digestOf([...builtIn, ...own]),
    load: async () => (loaded ??= parse()),
    withOwn: (other) => libraryOf(builtIn, other),
  };
}

/** Reads and parses every recipe at once. @throws LifeboatError `recipe-invalid`, as `RecipeLibrary.load`. */
export async function loadRecipes(
  folder: string,
  own: readonly RecipeText[] = [],
): Promise<RecipeSet> {
  return (await openRecipes(folder, own)).load();
}

function digestOf(texts: readonly RecipeText[]): string {
  const hash = createHash("sha256").update(`${READER}\0`);
  for (const { name, text } of texts) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex");
}
