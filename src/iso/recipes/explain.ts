/** Why an image is taken for what it is: the recipe that was chosen, the others that fit, and what the near ones lack. */
import type { ImageFacts } from "../image-facts.ts";
import { partsOf } from "./conditions.ts";
import type { PartFinding } from "./conditions.ts";
import type { Recipe, RecipeSet } from "./load.ts";
import { fits } from "./match.ts";
import type { Condition } from "./schema.ts";

/** More would only hide the ones that matter. */
const MAX_NEAR = 5;

export interface Explanation {
  /** The first that fits, with the condition that holds. */
  readonly chosen:
    | {
        readonly family: string;
        readonly recipe: string;
        /** The families that it is a special case of, which fit too. */
        readonly refines: readonly string[];
        readonly because: readonly PartFinding[];
      }
    | undefined;
  /** Others that fit and were asked later. */
  readonly alsoFit: readonly string[];
  /** Those that some of the image speaks for: what holds, and the first part that doesn't. Nearest first. */
  readonly near: readonly {
    readonly family: string;
    readonly recipe: string;
    readonly holds: readonly PartFinding[];
    readonly lacks: PartFinding;
  }[];
}

export async function explainRecipes(facts: ImageFacts, set: RecipeSet): Promise<Explanation> {
  let chosen: Explanation["chosen"];
  const alsoFit: string[] = [];
  const near: Explanation["near"][number][] = [];
  for (const recipe of set.recipes) {
    const { family, file } = recipe;
    if (await fits(facts, recipe)) {
      if (chosen !== undefined) alsoFit.push(family);
      else {
        const because = await whatHolds(facts, recipe.detect);
        chosen = { family, recipe: file, refines: ancestors(recipe), because };
      }
      continue;
    }
    const miss = await nearestMiss(facts, recipe);
    if (miss !== undefined) near.push({ family, recipe: file, ...miss });
  }
  const nearest = near.toSorted((a, b) => weight(b.holds) - weight(a.holds)).slice(0, MAX_NEAR);
  return {
    chosen,
    alsoFit: alsoFit.filter((one) => !chosen?.refines.includes(one)),
    near: nearest,
  };
}

async function whatHolds(
  facts: ImageFacts,
  conditions: readonly Condition[],
): Promise<PartFinding[]> {
  for (const condition of conditions) {
    const parts = await allParts(facts, condition);
    if (parts.every((part) => part.holds)) return parts;
  }
  return [];
}

/** Of the recipe's conditions the one of which most holds; undefined where nothing that speaks for it does. */
async function nearestMiss(facts: ImageFacts, recipe: Recipe) {
  let best: { holds: PartFinding[]; lacks: PartFinding } | undefined;
  for (const condition of recipe.detect) {
    const parts = await allParts(facts, condition);
    if (recipe.refines !== undefined && !(await fits(facts, recipe.refines))) {
      parts.push({ part: "refines", wanted: recipe.refines.family, holds: false, found: "" });
    }
    const lacks = parts.find((part) => !part.holds);
    const holding = parts.filter((part) => part.holds);
    if (lacks === undefined || weight(holding) === 0) continue;
    if (best === undefined || weight(holding) > weight(best.holds))
      best = { holds: holding, lacks };
  }
  return best;
}

async function allParts(facts: ImageFacts, condition: Condition): Promise<PartFinding[]> {
  const parts: PartFinding[] = [];
  for await (const part of partsOf(facts, condition)) parts.push(part);
  return parts;
}

/** That something isn't there speaks for nothing. */
function weight(parts: readonly PartFinding[]): number {
  return parts.filter(({ part }) => part !== "missing" && part !== "offers").length;
}

function ancestors(recipe: Recipe): string[] {
  return recipe.refines === undefined ? [] : [recipe.refines.family, ...ancestors(recipe.refines)];
}
