/** A recipe's Linux entries as GRUB functions: the kernel and its initrds are looked for, and the recipe's own arguments taken. */
import { applyRules, splitArguments } from "../../iso/kernel-arguments.ts";
import type { LinuxRecipe } from "../../iso/recipes/schema.ts";
import { quote, quoteArguments } from "../grub-script.ts";
import { HOOK, START_HOOK, yieldRdinit } from "../hook-line.ts";
import { ALL_FIRMWARE } from "../model.ts";
import { onlyOn } from "../only-on.ts";
import { functionLines, whenTrue } from "../script-blocks.ts";
import { allKnown } from "../starts/file-word.ts";
import type { CompiledEntry, EntryPlace } from "./compiled-entry.ts";
import { globWords, starExpression, templateWord } from "./words.ts";

/** How the hook is told of the stick and of the file; grub/new-isos.cfg sets both. */
const HOOK_WORDS = [
  START_HOOK,
  `"lifeboat.part=$lifeboat_part"`,
  `"lifeboat.file=$lifeboat_file_word"`,
];

/**
 * Undefined where the recipe has nothing of its own to start with: its arguments, or even its kernel, come from the image's
 * menu, which GRUB can't take apart.
 */
export function linuxEntry(recipe: LinuxRecipe, place: EntryPlace): CompiledEntry | undefined {
  const kernels = recipe.kernel ?? [];
  const nothingOfItsOwn = recipe.args === "" && recipe.initrd.length === 0;
  if (kernels.length === 0 || (recipe.fromConfig && nothingOfItsOwn)) return undefined;
  const initrds = allKnown(recipe.initrd.map((pattern) => globWords(pattern, recipe.partition)));
  const searches = allKnown(kernels.map((pattern) => kernelLines(pattern, recipe, place)));
  if (initrds === undefined || searches === undefined) return undefined;
  const plain = applyRules(splitArguments(recipe.args), rulesOf(recipe));
  const variants = recipe.variants.flatMap((variant) => {
    const wanted = splitArguments(variant.append);
    if (wanted.length > 0 && wanted.every((word) => plain.includes(word))) return [];
    return [{ title: variant.title, args: applyRules(plain, rulesOf(variant)) }];
  });
  const title = place.title(recipe.title);
  const starts = [
    { title, args: plain },
    ...variants.map((one) => ({ ...one, title: one.title.replaceAll("{title}", title) })),
  ];
  const { number } = place;
  const lines = [
    ...starts.flatMap(({ args }, index) => goLines(args, recipe, `${number}_${index}`)),
    ...functionLines(`lifeboat_try_${number}`, [
      // The word makes sure that the list isn't empty: GRUB would make an empty word of an empty list.
      "setparams -",
      ...initrds.flatMap((words) => initrdLines(words)),
      ...(initrds.length === 0 ? [] : [`if [ "$#" = 1 ]; then return 1; fi`]),
      ...starts.map(
        ({ title: one }, index) =>
          `lifeboat_new_offer ${titleOf(one, recipe.each)} ${number}_${index} "$lifeboat_kernel" "$@"`,
      ),
      "return 0",
    ]),
  ];
  return { functions: lines, search: onlyOn(recipe.firmware ?? ALL_FIRMWARE, searches.flat()) };
}

function rulesOf(rules: {
  drop: readonly string[];
  replace: Record<string, string>;
  append: string;
}) {
  return { drop: rules.drop, replace: rules.replace, append: splitArguments(rules.append) };
}

/** Several kernels can't be told apart but by their names. */
function titleOf(title: string, each: boolean): string {
  return each ? `${templateWord(title)}" ($lifeboat_kernel_name)"` : templateWord(title);
}

function kernelLines(
  pattern: string,
  recipe: LinuxRecipe,
  { number }: EntryPlace,
): string[] | undefined {
  const words = globWords(pattern, recipe.partition);
  if (words === undefined) return undefined;
  const star = starExpression(pattern);
  return [
    "set lifeboat_kernel=",
    `while lifeboat_next "$lifeboat_kernel" ${words.join(" ")}; do`,
    `  set lifeboat_kernel="$lifeboat_found"`,
    "  set lifeboat_star=",
    ...(star === undefined
      ? []
      : [`  if regexp --set=1:lifeboat_star ${quote(star)} "$lifeboat_kernel"; then true; fi`]),
    `  if regexp --set=1:lifeboat_kernel_name '([^/]*)$' "$lifeboat_kernel"; then true; fi`,
    `  if lifeboat_try_${number}; then ${recipe.each ? "true" : "return 0"}; fi`,
    "done",
  ];
}

function initrdLines(words: readonly string[]): string[] {
  return whenTrue(`lifeboat_next "" ${words.join(" ")}`, [
    `if lifeboat_listed "$lifeboat_found" "$@"; then true; else setparams "$@" "$lifeboat_found"; fi`,
  ]);
}

function goLines(args: readonly string[], recipe: LinuxRecipe, number: string): string[] {
  if (recipe.hook && recipe.hookFiles.length > 0) {
    return [`function lifeboat_go_${number} { lifeboat_say "$lifeboat_new_needs_refresh"; }`];
  }
  const words = args.map((word) => argumentWord(recipe.hook ? yieldRdinit(word) : word));
  const line = ["lifeboat_new_linux", ...(recipe.hook ? HOOK_WORDS : []), ...words].join(" ");
  const images = [
    ...(recipe.hook ? [HOOK] : []),
    ...(recipe.initrd.length > 0 ? [`"$@"`] : []),
  ].join(" ");
  return functionLines(`lifeboat_go_${number}`, [
    "shift",
    images === "" ? line : `if ${line}; then initrd ${images}; fi`,
  ]);
}

/** GRUB puts quotes around a word with a space by itself. */
function argumentWord(word: string): string {
  return /\{\w+\}/.test(word)
    ? templateWord(word.replaceAll(/"([^"]*)"/g, "$1"))
    : quoteArguments(word);
}
