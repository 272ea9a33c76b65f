/** Linux entries of a recipe: from the ISO's own boot configurations where they have fitting ones, else from the tree. */
import type { BootImage } from "../boot-image.ts";
import { judgeSignature } from "../boot-image.ts";
import type { ImageFacts, OfferedEntry } from "../image-facts.ts";
import { applyRules, joinArguments, splitArguments } from "../kernel-arguments.ts";
import { CONFIG_SOURCES } from "../own-configs.ts";
import { matchesPath } from "../tree.ts";
import { FIRMWARES } from "../types.ts";
import type { Firmware, IsoEntry, Via } from "../types.ts";
import { firstOfEachFirmware } from "./first-entries.ts";
import type { LinuxRecipe } from "./schema.ts";
import { fillTemplate, fillTitle } from "./template.ts";
import type { TemplateValues } from "./template.ts";

/** Written into command lines for other boot loaders; a kernel's EFI stub would look for that initrd on the ESP. */
const LOADER_ARGUMENTS = ["initrd", "BOOT_IMAGE"];

/** A Linux start before it becomes an entry. */
interface Start {
  readonly kind: "linux" | "linux16";
  readonly title: string;
  readonly parents: readonly string[];
  readonly kernel: string;
  readonly initrd: readonly string[];
  readonly args: readonly string[];
  readonly firmware: readonly Firmware[];
  readonly image: BootImage;
}

/** An entry, and the kernel that it was made from. */
export interface BuiltEntry {
  readonly entry: IsoEntry;
  readonly image: BootImage | undefined;
  readonly parents: readonly string[];
}

/** All entries that the recipe's part yields, its variants after the first one. */
export async function buildLinuxEntries(
  facts: ImageFacts,
  recipe: LinuxRecipe,
  values: TemplateValues,
): Promise<BuiltEntry[]> {
  const own = recipe.fromConfig ? chosenSource(await facts.offered(), recipe) : [];
  const starts =
    own.length > 0
      ? own.map((entry) => fromOwn(entry, recipe, values))
      : await fromTree(facts, recipe, values);
  const variants = firstOfEachFirmware(starts).flatMap((first) =>
    recipe.variants.flatMap((variant) => {
      const wanted = splitArguments(fillTemplate(variant.append, values));
      const known = starts.some((start) => wanted.every((word) => start.args.includes(word)));
      if (known && wanted.length > 0) return [];
      const args = applyRules(first.args, filledRules(variant, values));
      const title = fillTemplate(variant.title, { ...values, title: first.title });
      return [{ ...first, title, args }];
    }),
  );
  const hookFiles = recipe.hook ? await findHookFiles(facts, recipe.hookFiles) : [];
  return [...starts, ...variants].map((start) => finish(start, recipe, hookFiles));
}

/** The fitting entries of the first kind of configuration that has any. */
function chosenSource(offered: readonly OfferedEntry[], recipe: LinuxRecipe): OfferedEntry[] {
  const fitting = offered.filter(({ kernel, title, args }) => {
    if (recipe.kernel?.some((pattern) => matchesPath(pattern, kernel)) === false) return false;
    if (recipe.onlyTitle?.test(title) === false || recipe.notTitle?.test(title) === true)
      return false;
    const line = joinArguments(args);
    return recipe.onlyArgs?.test(line) !== false && recipe.notArgs?.test(line) !== true;
  });
  for (const source of CONFIG_SOURCES) {
    const entries = fitting.filter((entry) => entry.source === source);
    if (entries.length > 0) return entries;
  }
  return [];
}

function fromOwn(entry: OfferedEntry, recipe: LinuxRecipe, values: TemplateValues): Start {
  const title = entry.title.trim() || fillTitle(recipe.title, values);
  const kind = entry.kind === "linux16" ? "linux16" : "linux";
  // GRUB makes an empty word of a quoted variable that isn't set.
  const given = entry.args.filter((word) => word !== "");
  const words = applyRules(given, { drop: LOADER_ARGUMENTS, replace: {}, append: [] });
  return { ...entry, kind, title, args: applyRules(words, filledRules(recipe, values)) };
}

async function fromTree(
  facts: ImageFacts,
  recipe: LinuxRecipe,
  values: TemplateValues,
): Promise<Start[]> {
  const starts: Start[] = [];
  for (const pattern of recipe.kernel ?? []) {
    for (const kernel of await facts.tree.glob(pattern)) {
      if (kernel.kind !== "file") continue;
      const filled = { ...values, star: starOf(pattern, kernel.path) };
      const initrd = await findInitrds(facts, recipe.initrd, filled);
      const image = await facts.image(kernel.path);
      if (image === undefined || (recipe.initrd.length > 0 && initrd.length === 0)) continue;
      const words = splitArguments(fillTemplate(recipe.args, filled));
      starts.push({
        kind: "linux",
        title: fillTitle(recipe.title, filled),
        parents: [],
        kernel: kernel.path,
        initrd,
        args: applyRules(words, filledRules(recipe, filled)),
        firmware: FIRMWARES,
        image,
      });
      if (!recipe.each) return starts;
    }
  }
  return withKernelsInTitles(starts);
}

/** Several kernels under one title could not be told apart in the menu. */
function withKernelsInTitles(starts: readonly Start[]): Start[] {
  return starts.map((start) => {
    const same = starts.filter(({ title }) => title === start.title);
    if (same.length === 1) return start;
    const kernel = start.kernel.slice(start.kernel.lastIndexOf("/") + 1);
    return { ...start, title: `${start.title} (${kernel})` };
  });
}

/** The first file that fits each pattern. */
async function findInitrds(
  facts: ImageFacts,
  patterns: readonly string[],
  values: TemplateValues,
): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    const files = await facts.tree.glob(fillTemplate(pattern, values));
    const [file] = files.filter((entry) => entry.kind === "file");
    if (file !== undefined && !found.includes(file.path)) found.push(file.path);
  }
  return found;
}

/** More would be another kind of image than the recipe means. */
const MOST_HOOK_FILES = 8;

async function findHookFiles(facts: ImageFacts, patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const { kind, path } of await facts.tree.glob(pattern)) {
      if (kind === "file" && found.size < MOST_HOOK_FILES) found.add(path);
    }
  }
  return [...found].toSorted();
}

/** What the only `*` of the pattern's last component stands for. */
function starOf(pattern: string, path: string): string {
  const [before, after, more] = pattern.slice(pattern.lastIndexOf("/") + 1).split("*");
  if (before === undefined || after === undefined || more !== undefined) return "";
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.slice(before.length, name.length - after.length);
}

/** A recipe's rules over arguments, templates filled in. */
export function filledRules(
  rules: { drop: readonly string[]; replace: Record<string, string>; append: string },
  values: TemplateValues,
) {
  const replace = Object.fromEntries(
    Object.entries(rules.replace).map(([name, value]) => [name, fillTemplate(value, values)]),
  );
  return { drop: rules.drop, replace, append: splitArguments(fillTemplate(rules.append, values)) };
}

function finish(start: Start, recipe: LinuxRecipe, hookFiles: readonly string[]): BuiltEntry {
  const { title, kernel, image, parents } = start;
  const args = joinArguments(start.args);
  const firmware = start.firmware.filter((one) => recipe.firmware?.includes(one) ?? true);
  if (start.kind === "linux16") {
    // A tool beside the system, such as memtest: the hook is none of its business.
    const method = { kind: start.kind, kernel, args };
    const bios = firmware.filter((one) => one === "bios");
    const entry: IsoEntry = {
      title,
      firmware: bios,
      method,
      via: "native",
      secureBoot: "not-needed",
    };
    return { entry, image, parents };
  }
  const via: Via = recipe.via ?? (recipe.hook ? "hook" : "native");
  const entry: IsoEntry = {
    title,
    firmware,
    method: {
      kind: "linux",
      kernel,
      initrd: [...start.initrd],
      args,
      hook: recipe.hook,
      ...(hookFiles.length === 0 ? {} : { hookFiles: [...hookFiles] }),
    },
    via,
    secureBoot: firmware.includes("x64") ? judgeSignature(image).secureBoot : "not-needed",
  };
  return { entry, image, parents };
}
