/** recipes.cfg of a menu slot: the functions of grub/new.cfg and the compiled recipes, made only where they would differ. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { packageRoot } from "../../system/places.ts";
import type { Language } from "../../system/text.ts";
import { VERSION } from "../../system/version.ts";

/** Raised when the same recipes give another script. */
const COMPILED_FORMAT = 1;

/**
 * @param before what the stick has already: it stays where it is whole and made from the same. Parsing all recipes takes long.
 * @throws LifeboatError `recipe-invalid` for mistakes in built-in recipes.
 */
export async function recipeScript(
  recipes: RecipeLibrary,
  language: Language,
  before = "",
): Promise<string> {
  const functions = await readFile(join(packageRoot(), "grub", "new.cfg"), "utf8");
  const origin = [VERSION, COMPILED_FORMAT, recipes.digest, language, functions];
  const made = digestOf(JSON.stringify(origin));
  if (isWhole(before) && before.startsWith(firstLine(made, bodyOf(before)))) return before;
  const { compileRecipes } = await import("./recipes.ts");
  const body = functions + compileRecipes(await recipes.load(), language);
  return firstLine(made, body) + body;
}

/** Whether it is as it was written. */
export function isWhole(script: string): boolean {
  const body = bodyOf(script);
  return script.startsWith(firstLine(/^# made from ([0-9a-f]{64})/.exec(script)?.[1] ?? "", body));
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
