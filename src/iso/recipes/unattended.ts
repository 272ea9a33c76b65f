/** Entries that install by themselves: made from an image's own, and shown once for each answer file that the settings name. */
import type { ImageFacts } from "../image-facts.ts";
import { applyRules, joinArguments, splitArguments } from "../kernel-arguments.ts";
import { matchesPath } from "../tree.ts";
import type { IsoEntry, IsoUnattended } from "../types.ts";
import { firstOfEachFirmware } from "./first-entries.ts";
import type { BuiltEntry } from "./linux-entries.ts";
import { filledRules } from "./linux-entries.ts";
import { holds } from "./match.ts";
import type { UnattendedRecipe } from "./schema.ts";
import type { TemplateValues } from "./template.ts";

/** Of the recipe's ways the first that holds; undefined where none does, or the image has no entry for it. */
export async function describeUnattended(
  facts: ImageFacts,
  recipe: readonly UnattendedRecipe[] | "none" | undefined,
  built: readonly BuiltEntry[],
  values: TemplateValues,
): Promise<IsoUnattended | undefined> {
  if (recipe === undefined || recipe === "none") return undefined;
  for (const way of recipe) {
    if (way.when !== undefined && !(await holds(facts, way.when))) continue;
    const fitting = built.map(({ entry }) => entry).filter((entry) => isLinux(entry, way.kernel));
    const entries = firstOfEachFirmware(fitting).map((entry) => told(entry, way, values));
    if (entries.length === 0) continue;
    const { file, files, firstLine } = way;
    return { file, files, ...(firstLine === undefined ? {} : { firstLine }), entries };
  }
  return undefined;
}

function isLinux(entry: IsoEntry, kernel: readonly string[] | undefined): boolean {
  const { method } = entry;
  if (method.kind !== "linux") return false;
  return kernel?.some((pattern) => matchesPath(pattern, method.kernel)) ?? true;
}

function told(entry: IsoEntry, way: UnattendedRecipe, values: TemplateValues): IsoEntry {
  const { method } = entry;
  if (method.kind !== "linux") return entry;
  const words = applyRules(splitArguments(method.args), filledRules(way, values));
  return { ...entry, method: { ...method, args: joinArguments(words) } };
}
