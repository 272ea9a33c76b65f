/** What an ISO image is and how it would boot, from its metadata alone: the tree, its boot configurations, a few headers. */
import type { ByteRange } from "../block/byte-range.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Text } from "../system/text.ts";
import { ImageFacts } from "./image-facts.ts";
import { say } from "./messages.ts";
import { bootPlatforms, openImage } from "./open-image.ts";
import { entryProblems } from "./problems.ts";
import { MAX_ENTRIES, buildEntries } from "./recipes/entries.ts";
import type { BuiltEntry } from "./recipes/linux-entries.ts";
import type { Explanation } from "./recipes/explain.ts";
import { explainRecipes } from "./recipes/explain.ts";
import type { Recipe, RecipeSet } from "./recipes/load.ts";
import { findRecipe, identify } from "./recipes/match.ts";
import { describePersistence } from "./recipes/persistence.ts";
import { settleOwnLoader } from "./secure-boot.ts";
import { describeUnattended } from "./recipes/unattended.ts";
import { IsoTree } from "./tree.ts";
import { udevEscape } from "./kernel-arguments.ts";
import { emptyReport, problem, withProblem } from "./report.ts";
import type { IsoReport } from "./types.ts";
import { ventoyEntry } from "./ventoy-entry.ts";

/**
 * Reports on the ISO image in `range`. What is wrong with the image is in the report's problems; nothing is thrown for it.
 * @param fileName the file's name, for a name where the image has none of its own.
 */
export async function inspectIso(
  range: ByteRange,
  fileName: string,
  recipes: RecipeSet,
): Promise<IsoReport> {
  const report = emptyReport(range.size, fileName);
  try {
    if (range.size === 0) return withProblem(report, "empty-file", say.emptyFile());
    const opened = await openImage(range);
    if ("problem" in opened) return withProblem(report, ...openProblem(opened));
    const { volume, volumeId, neededBytes } = opened.image;
    Object.assign(report, { volumeId, uuid: volume.uuid });
    if (neededBytes > range.size) {
      return withProblem(report, "iso-truncated", say.truncated(range.size, neededBytes));
    }
    report.firmware = await bootPlatforms(range);
    const tree = new IsoTree(volume);
    const facts = new ImageFacts(tree, { volumeId, uuid: volume.uuid, fileName, range });
    return await describeVolume(facts, report, recipes);
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return withProblem(
      emptyReport(range.size, fileName),
      "iso-damaged",
      say.damagedTree(error.text),
    );
  }
}

/**
 * Why the image in `range` is taken for what it is; undefined where no file system can be read in it.
 * @throws LifeboatError where the medium itself can't be read.
 */
export async function explainIso(
  range: ByteRange,
  fileName: string,
  recipes: RecipeSet,
): Promise<Explanation | undefined> {
  const opened = await openImage(range);
  if ("problem" in opened) return undefined;
  const { volume, volumeId } = opened.image;
  const tree = new IsoTree(volume);
  const facts = new ImageFacts(tree, { volumeId, uuid: volume.uuid, fileName, range });
  return explainRecipes(facts, recipes);
}

/** The part of the report that comes from the tree. */
async function describeVolume(
  facts: ImageFacts,
  report: IsoReport,
  set: RecipeSet,
): Promise<IsoReport> {
  const { tree } = facts;
  const recipe = await findRecipe(facts, set);
  if (recipe === undefined)
    report.problems.push(problem("unknown-image", "warning", say.unknown()));
  else await describeByRecipe(facts, recipe, report);
  if (recipe?.family === "windows") {
    const { addEditions } = await import("./windows-editions.ts");
    await addEditions(tree, report);
    const machines = report.editions?.map(({ architecture }) => canonicalMachine(architecture));
    if (report.arch.length === 0) report.arch = [...new Set(machines)].filter((one) => one !== "");
  }
  if (report.firmware.length === 0) report.firmware = await firmwareOfTree(tree);
  if (report.arch.length === 0) report.arch = await machinesOfTree(tree);
  if (tree.damage !== undefined) {
    report.problems.push(problem("iso-damaged", "error", say.damagedTree(tree.damage.text)));
  } else if (recipe?.ventoy !== false) await addVentoy(facts, report);
  return report;
}

/** Behind the ISO's own entries, which all else of the report is made from: nothing but the hand-over can be said of this one. */
async function addVentoy({ range }: ImageFacts, report: IsoReport): Promise<void> {
  const name = [report.name, report.version].filter(Boolean).join(" ");
  const entry = range && (await ventoyEntry(range, report.entries, name));
  if (entry === undefined) return;
  report.entries.push(entry);
  report.problems.push(problem("needs-ventoy", "info", say.needsVentoy(entry.firmware)));
}

async function describeByRecipe(
  facts: ImageFacts,
  recipe: Recipe,
  report: IsoReport,
): Promise<void> {
  const identity = await identify(facts, recipe.identify);
  report.family = recipe.family;
  report.recipe = recipe.file;
  report.name = identity.name ?? (recipe.generic ? report.name : recipe.name);
  report.version = identity.version ?? "";
  const { name, version, volumeId: label, uuid } = report;
  const values = { name, version, label, uuid, udevLabel: udevEscape(label) };
  const all = await buildEntries(facts, recipe.entries, values);
  const usable = all.filter(({ image }) => runsOnX86(image?.machine));
  const { built: kept, reason } = await settleOwnLoader(facts, usable.slice(0, MAX_ENTRIES));
  report.entries = kept.map(({ entry }) => entry);
  const persistence = describePersistence(recipe.persistence, kept, values);
  if (persistence !== undefined) report.persistence = persistence;
  const unattended = await describeUnattended(facts, recipe.unattended, kept, values);
  if (unattended !== undefined) report.unattended = unattended;
  report.arch = machinesOf(identity.arch, usable.length > 0 ? usable : all);
  report.problems.push(...entryProblems(kept, recipe, all, reason));
  if (usable.length > MAX_ENTRIES) {
    report.problems.push(problem("too-many-entries", "info", say.tooManyEntries(MAX_ENTRIES)));
  }
}

/** A kernel that doesn't say is taken for one of the old ones for PCs. */
function runsOnX86(machine: string | undefined): boolean {
  return machine === undefined || machine === "x86_64" || machine === "i386";
}

function machinesOf(named: string | undefined, built: readonly BuiltEntry[]): string[] {
  const machines = built.map(({ image }) => image?.machine).filter((one) => one !== undefined);
  if (machines.length === 0 && named !== undefined) return [canonicalMachine(named)];
  return [...new Set(machines)];
}

/** One name for what Debian, Fedora and the kernel call differently. */
function canonicalMachine(name: string): string {
  if (/^(amd64|x86[-_]64|x64)$/i.test(name)) return "x86_64";
  if (/^(i[3-6]86|x86|ia32)$/i.test(name)) return "i386";
  return /^(arm64|aarch64)$/i.test(name) ? "aarch64" : name.toLowerCase();
}

async function firmwareOfTree(tree: IsoTree): Promise<("bios" | "uefi")[]> {
  const hasEfi = (await tree.glob("/EFI/BOOT/BOOT*.EFI")).length > 0;
  return hasEfi ? ["uefi"] : [];
}

/** By the names that UEFI (section 3.5.1.1) gives to removable media's boot programs. */
async function machinesOfTree(tree: IsoTree): Promise<string[]> {
  const machines: Readonly<Record<string, string>> = {
    "bootx64.efi": "x86_64",
    "bootia32.efi": "i386",
    "bootaa64.efi": "aarch64",
  };
  const programs = await tree.glob("/EFI/BOOT/BOOT*.EFI");
  return programs
    .map(({ name }) => machines[name.toLowerCase()])
    .filter((one) => one !== undefined);
}

function openProblem(opened: { problem: string; reason: Text }): [string, Text] {
  if (opened.problem === "not-an-image") return ["not-an-iso", say.notAnIso()];
  const id = opened.problem === "truncated" ? "iso-truncated" : "iso-damaged";
  return [id, say.damagedTree(opened.reason)];
}
