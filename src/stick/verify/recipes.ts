/** What `verify` finds of the recipes on a stick. */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { StickRecords } from "../manifest.ts";
import { OWN_RECIPES_FOLDER, recipesInForce } from "../data/own-recipes.ts";
import type { VerifyFinding } from "./finding.ts";
import { info, warning } from "./finding.ts";
import { say } from "./messages.ts";

/** That the user's recipes have no mistakes, and that the menu was made with the recipes that are in force. */
export async function checkRecipes(
  records: StickRecords,
  builtIn: RecipeLibrary,
  data: ReadableVolume,
): Promise<VerifyFinding[]> {
  const { library, problems } = await recipesInForce(builtIn, data);
  const where = OWN_RECIPES_FOLDER;
  const found = problems.map((text) => warning("recipe-mistake", text, where, say.correctRecipe()));
  if (library.digest === records.recipes) return found;
  const what = say.recipesChanged();
  return [...found, info("recipes-changed", what, where, say.refresh(), "menu")];
}
