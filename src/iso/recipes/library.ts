/** The recipes at hand: read at once, parsed only when an ISO asks for them. */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../system/places.ts";
import type { RecipeSet, RecipeText } from "./load.ts";

/** Raised when the same recipes would find something else in an image: what an earlier lifeboat found is looked at anew. */
const READER = 1;

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
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).toSorted();
  const builtIn = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
  );
  return libraryOf(builtIn, own);
}

/** Those that come with lifeboat. */
export async function openBuiltInRecipes(): Promise<RecipeLibrary> {
  return openRecipes(join(packageRoot(), "grub", "recipes"));
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
