/**
 * The files of a menu slot besides its records: the menu itself, and what it reads while it runs. All but the compiled recipes are
 * made from the records alone.
 */
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { SUMS_NAME, checkSums } from "../../menu/checks.ts";
import { isRecipeScript, recipeScripts } from "../../menu/new-isos/recipe-scripts.ts";
import { SEARCH_NAME, searchScript } from "../../menu/new-isos/search.ts";
import { ownLoaderMenu } from "../../menu/own-loader/menu.ts";
import type { StickRecords } from "../manifest.ts";
import type { StickPart } from "./menu.ts";
import { factsOf, menuTextOfStick, passwordsOf } from "./menu.ts";
import type { MenuRecords } from "./isos.ts";
import { menuIsos } from "./isos.ts";
import type { SlotContents, SlotTexts } from "./slots.ts";

/**
 * Records and what is made from them.
 * @param before what is on the stick already: recipes that were compiled need not be compiled again.
 */
export async function contentsOf(
  stick: StickPart,
  records: StickRecords,
  recipes: RecipeLibrary,
  before?: SlotContents,
): Promise<SlotContents> {
  const { language } = factsOf(records, stick);
  const { compiled: had } = splitTexts(before?.texts ?? {});
  const compiled = await recipeScripts(recipes, language, had);
  const { menu, texts } = textsOfRecords(records, stick);
  return { records, menu, texts: { ...texts, ...compiled } };
}

/** The compiled recipes, and what is made from the records alone. */
export function splitTexts(texts: SlotTexts["texts"]) {
  const all = Object.entries(texts);
  return {
    compiled: Object.fromEntries(all.filter(([name]) => isRecipeScript(name))),
    others: Object.fromEntries(all.filter(([name]) => !isRecipeScript(name))),
  };
}

/** All but the compiled recipes. */
export function textsOfRecords(records: MenuRecords, stick: StickPart): SlotTexts {
  const sums = checkSums(menuIsos(records, stick.manifest));
  return {
    menu: menuTextOfStick(records, stick),
    texts: {
      [SEARCH_NAME]: searchText(records, stick),
      ...(sums === "" ? {} : { [SUMS_NAME]: sums }),
      ...ownMenus(records, stick),
    },
  };
}

/** File name → text: the menus of ISOs that are started by their own boot loader. */
function ownMenus(records: MenuRecords, stick: StickPart): Record<string, string> {
  const passwords = passwordsOf(records.settings ?? {});
  const menus: Record<string, string> = {};
  for (const iso of menuIsos(records, stick.manifest)) {
    const text = ownLoaderMenu(iso, factsOf(records, stick), passwords);
    if (iso.ownLoader !== undefined && text !== undefined) menus[iso.ownLoader.menu] = text;
  }
  return menus;
}

/** The text of new.cfg. */
function searchText(records: MenuRecords, stick: StickPart): string {
  const { isos, settings = {} } = records;
  // As with `ruleOf`: a rule that names an ISO itself wins over its folder's.
  const rules = Object.entries(settings.images ?? {}).flatMap(([pattern, { hide }]) =>
    hide === undefined ? [] : [{ pattern, hides: hide }],
  );
  const hidden = (settings.hide ?? []).map((pattern) => ({ pattern, hides: true }));
  return searchScript({
    ...factsOf(records, stick),
    fileSystem: stick.manifest.fileSystem,
    known: isos.map(({ path }) => path),
    hidden: [...hidden, ...rules],
  });
}
