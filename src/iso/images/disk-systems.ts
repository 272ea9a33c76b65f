/**
 * The Linux system in a disk image: each of its file systems is looked at as if it were an ISO, by the same recipes, and the first
 * one that offers a kernel is it.
 */
import { ImageFacts } from "../image-facts.ts";
import { udevEscape } from "../kernel-arguments.ts";
import type { BuiltEntry } from "../recipes/linux-entries.ts";
import { MAX_ENTRIES, buildEntries } from "../recipes/entries.ts";
import type { Recipe, RecipeSet } from "../recipes/load.ts";
import { findRecipe, identify } from "../recipes/match.ts";
import { problem } from "../report.ts";
import { IsoTree } from "../tree.ts";
import type { IsoEntry, IsoProblem, IsoReport } from "../types.ts";
import { argumentsInDisk, startsInstalled } from "./disk-arguments.ts";
import type { DiskPart } from "./disk-parts.ts";
import { everyGrubReads, hookMaps } from "./disk-parts.ts";
import { say } from "./messages.ts";

export interface FoundSystem {
  readonly recipe: Recipe;
  readonly built: readonly BuiltEntry[];
  readonly entries: IsoEntry[];
  readonly problems: readonly IsoProblem[];
}

/** Files of an installed system, or of its `/boot`: no recipe for a live medium is meant then, whatever else lies there. */
const INSTALLED = ["/etc/fstab", "/grub/grub.cfg", "/grub2/grub.cfg"];
const OS_RELEASE = ["/etc/os-release", "/usr/lib/os-release"];

/** Fills in what the report has of the system: name, version, architecture. */
export async function findSystem(
  parts: readonly DiskPart[],
  report: IsoReport,
  recipes: RecipeSet,
): Promise<FoundSystem | undefined> {
  const generic = { ...recipes, recipes: recipes.recipes.filter((recipe) => recipe.generic) };
  for (const part of parts.filter(everyGrubReads)) {
    const tree = new IsoTree(part.volume);
    const installed = await firstText(tree, INSTALLED);
    const facts = factsOf(part, tree, report.name);
    const recipe = await findRecipe(facts, installed === undefined ? recipes : generic);
    if (recipe === undefined) continue;
    const found = await entriesOf(part, facts, recipe, report.name);
    const { built, name, version } = found;
    if (built.length === 0) continue;
    if (!hookMaps(part)) {
      const text = say.logicalPartition(part.partition ?? "");
      report.problems.push(problem("logical-partition", "warning", text));
      continue;
    }
    const release = recipe.generic ? await releaseOf(parts) : undefined;
    report.name = release?.name ?? name;
    report.version = release?.version ?? version;
    report.recipe = recipe.file;
    report.arch = [...new Set(built.flatMap(({ image }) => image?.machine ?? []))];
    const entries = built.slice(0, MAX_ENTRIES).map(({ entry }) => inDisk(entry, part, parts));
    const problems = entries.some(isInstalled)
      ? [problem("read-only", "info", say.readOnly())]
      : [];
    return { recipe, built, entries, problems };
  }
  return undefined;
}

function factsOf({ volume, partition }: DiskPart, tree: IsoTree, fileName: string): ImageFacts {
  const details = { volumeId: volume.label, uuid: volume.uuid, fileName };
  return new ImageFacts(tree, { ...details, ...(partition === undefined ? {} : { partition }) });
}

/** What GRUB starts with files of the partition alone: a menu or an image of its own would look for its disk. */
async function entriesOf(part: DiskPart, facts: ImageFacts, recipe: Recipe, fileName: string) {
  const identity = await identify(facts, recipe.identify);
  const name = identity.name ?? (recipe.generic ? fileName : recipe.name);
  const { label, uuid } = part.volume;
  const version = identity.version ?? "";
  const values = { name, version, label, uuid, udevLabel: udevEscape(label) };
  const all = await buildEntries(facts, recipe.entries, values);
  const built = all.filter(
    ({ entry: { method }, image }) =>
      (method.kind === "linux" || method.kind === "linux16") &&
      (image?.machine === undefined || ["x86_64", "i386"].includes(image.machine)),
  );
  return { built, name, version };
}

function inDisk(entry: IsoEntry, part: DiskPart, parts: readonly DiskPart[]): IsoEntry {
  const { method } = entry;
  if (method.kind !== "linux") return entry;
  return { ...entry, method: { ...method, args: argumentsInDisk(method.args, part, parts) } };
}

function isInstalled({ method }: IsoEntry): boolean {
  return method.kind === "linux" && startsInstalled(method.args);
}

/** Of the installed system, wherever its root file system is. */
async function releaseOf(
  parts: readonly DiskPart[],
): Promise<{ name: string; version: string } | undefined> {
  for (const { volume } of parts) {
    const text = await firstText(new IsoTree(volume), OS_RELEASE);
    const value = (key: string) =>
      text === undefined ? undefined : new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(text)?.[1];
    const name = value("NAME");
    if (name) return { name, version: value("VERSION_ID") ?? "" };
  }
  return undefined;
}

async function firstText(tree: IsoTree, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const text = await tree.readText(path);
    if (text !== undefined) return text;
  }
  return undefined;
}
