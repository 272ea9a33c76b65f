/** Recipes of the user's, in `lifeboat/recipes/` on the data partition: they win over those that come with lifeboat. */
import { readBytes } from "../../block/byte-range.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { RecipeText } from "../../iso/recipes/load.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { say } from "../messages.ts";

/** On the data partition. */
export const OWN_RECIPES_FOLDER = "/lifeboat/recipes";

const LARGEST_BYTES = 128 * 1024;
const MOST_FILES = 500;

export interface OwnRecipes {
  readonly texts: readonly RecipeText[];
  /** Files that can't be read; they are left out. */
  readonly problems: readonly Text[];
}

/** Reads every `*.yaml` of the folder, in the order of their names. */
export async function readOwnRecipes(volume: ReadableVolume): Promise<OwnRecipes> {
  const texts: RecipeText[] = [];
  const problems: Text[] = [];
  try {
    const folder = await volume.find(OWN_RECIPES_FOLDER);
    if (folder?.kind !== "directory") return { texts, problems };
    const files = (await volume.list(OWN_RECIPES_FOLDER))
      .filter(({ kind, name }) => kind === "file" && isRecipeName(name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const { path, name, sizeBytes } of files.slice(0, MOST_FILES)) {
      if (sizeBytes > LARGEST_BYTES) problems.push(say.recipeTooLarge(name));
      else {
        const text = await readText(volume, path);
        if (text === undefined) problems.push(say.recipeUnreadable(name));
        else texts.push({ name, text });
      }
    }
  } catch (error) {
    problems.push(say.recipesUnreadable(failureOf(error).text));
  }
  return { texts, problems };
}

/**
 * The recipes in force on a stick, and what is wrong with the user's: such a recipe is left out, and the others stay in force.
 * @throws LifeboatError `recipe-invalid` for mistakes in built-in ones.
 */
export async function recipesInForce(
  builtIn: RecipeLibrary,
  volume: ReadableVolume,
): Promise<{ library: RecipeLibrary; problems: Text[] }> {
  const { texts, problems } = await readOwnRecipes(volume);
  if (texts.length === 0) return { library: builtIn, problems: [...problems] };
  const library = builtIn.withOwn(texts);
  const { mistakes } = await library.load();
  return { library, problems: [...problems, ...mistakes.map(say.recipeMistake)] };
}

/** The same for a job, which is told of every problem. */
export async function recipesForJob(
  builtIn: RecipeLibrary,
  volume: ReadableVolume,
  job: JobContext,
): Promise<RecipeLibrary> {
  const { library, problems } = await recipesInForce(builtIn, volume);
  for (const text of problems) job.report({ kind: "note", level: "warning", text });
  return library;
}

/** `._x.yaml` is what macOS leaves beside a file on foreign file systems. */
function isRecipeName(name: string): boolean {
  return /\.ya?ml$/i.test(name) && !name.startsWith(".");
}

/** Undefined where the file can't be read, or isn't text in UTF-8. */
async function readText(volume: ReadableVolume, path: string): Promise<string | undefined> {
  try {
    const file = await volume.open(path);
    const bytes = await readBytes(file, 0, file.size);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    failureOf(error);
    return undefined;
  }
}
