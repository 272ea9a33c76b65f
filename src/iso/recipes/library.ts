/** The recipes at hand: read at once, parsed only when an ISO asks for them. */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { packageFilesIn, readPackageFile } from "../../system/package-files.ts";
import type { BuiltInRecipes, RecipeSet, RecipeText } from "./load.ts";

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
  return libraryOf(new BuiltIn(texts), own);
}

let shared: Promise<RecipeLibrary> | undefined;

/** Those that come with lifeboat: one library for the whole program, since parsing them takes longer than an answer to a key may. */
export async function openBuiltInRecipes(): Promise<RecipeLibrary> {
  return (shared ??= readBuiltIn());
}

async function readBuiltIn(): Promise<RecipeLibrary> {
  const folder = "grub/recipes";
  const names = await packageFilesIn(folder);
  const texts = await readTexts(names, (name) => readPackageFile(`${folder}/${name}`));
  return libraryOf(new BuiltIn(texts), []);
}

async function readTexts(
  names: readonly string[],
  read: (name: string) => Promise<Buffer>,
): Promise<RecipeText[]> {
  const recipes = names.filter((name) => name.endsWith(".yaml"));
  return Promise.all(recipes.map(async (name) => ({ name, text: (await read(name)).toString() })));
}

/** Built-in recipes, parsed once for all libraries that are made of them. */
class BuiltIn {
  readonly texts: readonly RecipeText[];
  #parsed: Promise<BuiltInRecipes> | undefined;

  constructor(texts: readonly RecipeText[]) {
    this.texts = texts;
  }

  async with(own: readonly RecipeText[]): Promise<RecipeSet> {
    const { parseBuiltIn, withOwnRecipes } = await import("./load.ts");
    return withOwnRecipes(await (this.#parsed ??= parseBuiltIn(this.texts)), own);
  }
}

function libraryOf(builtIn: BuiltIn, own: readonly RecipeText[]): RecipeLibrary {
  let loaded: Promise<RecipeSet> | undefined;
  return {
    digest: digestOf([...builtIn.texts, ...own]),
    load: async () => (loaded ??= builtIn.with(own)),
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
