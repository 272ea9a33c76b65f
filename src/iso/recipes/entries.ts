/** From a recipe and an image to the entries of the menu. */
import type { BootImage } from "../boot-image.ts";
import { judgeSignature } from "../boot-image.ts";
import { findProgramInImage } from "../fat-image.ts";
import type { ImageFacts } from "../image-facts.ts";
import { FIRMWARES } from "../types.ts";
import type { BootMethod, Firmware, IsoEntry, SecureBoot } from "../types.ts";
import { buildLinuxEntries } from "./linux-entries.ts";
import type { BuiltEntry } from "./linux-entries.ts";
import { holds } from "./match.ts";
import type { EntryRecipe } from "./schema.ts";
import { fillTemplate } from "./template.ts";
import type { TemplateValues } from "./template.ts";

/** Some installers' menus have hundreds of entries; the first ones are what people choose. */
export const MAX_ENTRIES = 40;

const VIA = {
  linux16: "native",
  chainload: "chainload",
  configfile: "native",
  loopback: "loopback.cfg",
  memdisk: "memdisk",
} as const;

const MACHINE_OF: Readonly<Record<Firmware, string | undefined>> = {
  bios: undefined,
  x64: "x86_64",
  ia32: "i386",
};

/** Every entry of the recipe that the image has the files for, before cutting to `MAX_ENTRIES`. */
export async function buildEntries(
  facts: ImageFacts,
  recipes: readonly EntryRecipe[],
  values: TemplateValues,
): Promise<BuiltEntry[]> {
  const built: BuiltEntry[] = [];
  for (const recipe of recipes) {
    if (recipe.when !== undefined && !(await holds(facts, recipe.when))) continue;
    if (recipe.method === "linux") built.push(...(await buildLinuxEntries(facts, recipe, values)));
    else built.push(...(await buildOther(facts, recipe, values)));
  }
  return withDistinctTitles(joinSame(built));
}

type OtherRecipe = Exclude<EntryRecipe, { method: "linux" }>;

async function buildOther(
  facts: ImageFacts,
  recipe: OtherRecipe,
  values: TemplateValues,
): Promise<BuiltEntry[]> {
  const title = fillTemplate(recipe.title, values);
  const make = (
    method: BootMethod,
    firmware: readonly Firmware[],
    secureBoot: SecureBoot,
    image?: BootImage,
  ): BuiltEntry[] => {
    const possible = firmware.filter((one) => recipe.firmware?.includes(one) ?? true);
    const entry: IsoEntry = {
      title,
      firmware: possible,
      method,
      via: recipe.via ?? VIA[recipe.method],
      secureBoot,
      ...(recipe.method === "loopback" ? { needsDataFs: true } : {}),
    };
    return possible.length === 0 ? [] : [{ entry, image, parents: [] }];
  };
  if (recipe.method === "memdisk") return make({ kind: "memdisk" }, ["bios"], "not-needed");
  if (recipe.method === "linux16") {
    const found = await firstKernel(facts, recipe.kernel);
    if (found === undefined) return [];
    const { kernel, image } = found;
    const args = fillTemplate(recipe.args, values);
    return make({ kind: "linux16", kernel, args }, ["bios"], "not-needed", image);
  }
  if (recipe.method === "chainload") {
    const found = await programs(facts, recipe);
    return found.flatMap(({ method, image }) => {
      const firmware = FIRMWARES.filter((one) => MACHINE_OF[one] === (image.machine ?? ""));
      return make(method, firmware, judgeSignature(image).secureBoot, image);
    });
  }
  // GRUB's script is not a program: what it starts is checked when it is started.
  const path = await firstFile(facts, recipe.path);
  if (path === undefined) return [];
  return make({ kind: recipe.method, path }, FIRMWARES, await worstOfOwn(facts));
}

/** The EFI programs that are there: each file that fits, or the one inside a FAT image. */
async function programs(facts: ImageFacts, recipe: OtherRecipe & { method: "chainload" }) {
  const found: { method: BootMethod; image: BootImage }[] = [];
  if (recipe.image !== undefined) {
    const container = await firstFile(facts, recipe.image);
    const range = container === undefined ? undefined : await facts.tree.open(container);
    const image = range === undefined ? undefined : await findProgramInImage(range);
    const [path] = recipe.path;
    if (container === undefined || image === undefined || path === undefined) return [];
    return [{ method: { kind: "chainload" as const, path, image: container }, image }];
  }
  for (const pattern of recipe.path) {
    for (const file of await facts.tree.glob(pattern)) {
      const image = file.kind === "file" ? await facts.image(file.path) : undefined;
      if (image?.machine === undefined) continue;
      found.push({ method: { kind: "chainload", path: file.path }, image });
    }
  }
  return found;
}

async function firstFile(
  facts: ImageFacts,
  patterns: readonly string[],
): Promise<string | undefined> {
  for (const pattern of patterns) {
    for (const entry of await facts.tree.glob(pattern))
      if (entry.kind === "file") return entry.path;
  }
  return undefined;
}

/** The first file with the boot header of a Linux kernel: a real floppy image may have the same name. */
async function firstKernel(facts: ImageFacts, patterns: readonly string[]) {
  for (const pattern of patterns) {
    for (const entry of await facts.tree.glob(pattern)) {
      const image = entry.kind === "file" ? await facts.image(entry.path) : undefined;
      if (image?.isLinux === true) return { kernel: entry.path, image };
    }
  }
  return undefined;
}

/** What Secure Boot says to a configuration: as much as to the worst of the kernels that it starts. */
async function worstOfOwn(facts: ImageFacts): Promise<SecureBoot> {
  const order = ["unsigned", "other-vendor", "signed-by-shim"] as const;
  const all = (await facts.offered()).map(({ image }) => judgeSignature(image).secureBoot);
  return order.find((one) => all.includes(one)) ?? "not-needed";
}

/** The same start under the same title is one entry on more firmwares; under another title it is left out. */
function joinSame(built: readonly BuiltEntry[]): BuiltEntry[] {
  const joined = new Map<string, BuiltEntry>();
  for (const one of built) {
    const key = JSON.stringify([one.entry.title, one.parents, one.entry.method]);
    const known = joined.get(key)?.entry.firmware;
    if (known === undefined) joined.set(key, one);
    else known.push(...one.entry.firmware.filter((firmware) => !known.includes(firmware)));
  }
  const all = [...joined.values()].filter(({ entry }) => entry.firmware.length > 0);
  return all.filter(({ entry }, index) => {
    const method = JSON.stringify(entry.method);
    const earlier = all
      .slice(0, index)
      .filter((one) => JSON.stringify(one.entry.method) === method)
      .flatMap((one) => one.entry.firmware);
    return !entry.firmware.every((firmware) => earlier.includes(firmware));
  });
}

/** Entries of different submenus may have one title: there the submenu's name comes before it. */
function withDistinctTitles(built: readonly BuiltEntry[]): BuiltEntry[] {
  const overlapping = (a: BuiltEntry, b: BuiltEntry) =>
    a !== b &&
    a.entry.title === b.entry.title &&
    a.entry.firmware.some((firmware) => b.entry.firmware.includes(firmware));
  return built.map((one) => {
    if (one.parents.length === 0 || !built.some((other) => overlapping(one, other))) return one;
    const title = [...one.parents, one.entry.title].join(" / ");
    return { ...one, entry: { ...one.entry, title } };
  });
}
