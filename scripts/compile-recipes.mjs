/** The last step of building the program: the built-in recipes as GRUB script, which every new stick gets (docs/recipes.md). */
import { join } from "node:path";
import { openRecipes } from "../dist/iso/recipes/library.js";
import { prepareRecipes } from "../dist/menu/new-isos/recipe-scripts.js";
import { root } from "./setup.mjs";

await prepareRecipes(await openRecipes(join(root, "grub", "recipes")));
