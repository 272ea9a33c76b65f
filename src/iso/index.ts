/** The room's doors: what an ISO is (`inspectIso`), by which recipes (`loadRecipes`). */
export { inspectIso } from "./inspect.ts";
export { inspectImage } from "./images/inspect.ts";
export { loadRecipes } from "./recipes/library.ts";
export type { RecipeMistake, RecipeSet, RecipeText } from "./recipes/load.ts";
export type {
  BootMethod,
  Firmware,
  IsoEdition,
  IsoEntry,
  IsoProblem,
  IsoReport,
  SecureBoot,
  Via,
} from "./types.ts";
