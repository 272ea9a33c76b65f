/** A recipe's entries that start something else than Linux, as GRUB functions. */
import { splitArguments } from "../../iso/kernel-arguments.ts";
import type { EntryRecipe, MethodRecipe } from "../../iso/recipes/schema.ts";
import type { Firmware } from "../../iso/types.ts";
import { quote } from "../grub-script.ts";
import { ALL_FIRMWARE } from "../model.ts";
import { onlyOn } from "../only-on.ts";
import { functionLines, whenTrue } from "../script-blocks.ts";
import type { BsdWords } from "../starts/bsd.ts";
import { bsdLines, freebsdSettings } from "../starts/bsd.ts";
import { configfileLines } from "../starts/configfile.ts";
import { allKnown } from "../starts/file-word.ts";
import { linux16Lines, memdiskArguments, memdiskLines } from "../starts/linux16.ts";
import { multibootLines } from "../starts/multiboot.ts";
import type { CompiledEntry, EntryPlace } from "./compiled-entry.ts";
import { DEVICE, allGlobWords, templateWord } from "./words.ts";

type OtherRecipe = Exclude<EntryRecipe, { method: "linux" }>;

/** How one is started: the file itself is then `$lifeboat_kernel`, and `needs` are `$1`, `$2` and so on. */
interface Start {
  /** Alternatives for the file; undefined where it is the whole image. */
  readonly path: readonly string[] | undefined;
  /** Further files, each with its alternatives; one that isn't there leaves the entry out. */
  readonly needs: readonly (readonly string[])[];
  readonly commands: readonly string[];
  readonly firmware: readonly Firmware[];
}

/** The image as a file of the stick. */
const WHOLE = `"($data)$lifeboat_path"`;
const FILE = `"$lifeboat_kernel"`;
const EFI: readonly Firmware[] = ["x64", "ia32"];

/** Undefined where a pattern can't be said in GRUB. */
export function otherEntry(recipe: OtherRecipe, place: EntryPlace): CompiledEntry | undefined {
  const { number } = place;
  const { path, needs, commands, firmware } = startOf(recipe);
  const isEach = recipe.method === "chainload" && recipe.image === undefined;
  const find = path === undefined ? [] : findFirst(path, recipe.partition);
  const further = allKnown(needs.map((patterns) => findFirst(patterns, recipe.partition)));
  const words = allGlobWords(path ?? [], recipe.partition);
  if (find === undefined || words === undefined || further === undefined) return undefined;
  const offer = `lifeboat_new_offer ${templateWord(place.title(recipe.title))} ${number} ${FILE} "$@"`;
  const search = isEach
    ? [
        "setparams -",
        "set lifeboat_kernel=",
        `while lifeboat_next ${FILE} ${words.join(" ")}; do`,
        `  set lifeboat_kernel="$lifeboat_found"`,
        `  if lifeboat_new_machine ${FILE}; then ${offer}; fi`,
        "done",
      ]
    : [
        "setparams -",
        "set lifeboat_found=",
        ...find,
        `set lifeboat_kernel="$lifeboat_found"`,
        ...further.flatMap((lines) => [...lines, `setparams "$@" "$lifeboat_found"`]),
        offer,
      ];
  const functions = functionLines(`lifeboat_go_${number}`, ["shift", ...commands]);
  const wanted = firmware.filter((one) => recipe.firmware?.includes(one) ?? true);
  return { functions, search: onlyOn(wanted, search) };
}

/** Leaves the function where none of the patterns has a file. */
function findFirst(
  patterns: readonly string[],
  partition: number | undefined,
): string[] | undefined {
  const words = allKnown(patterns.map((pattern) => allGlobWords([pattern], partition)));
  if (words === undefined) return undefined;
  const tests = words.map((one) => `if lifeboat_next "" ${one.join(" ")}; then true`);
  return [`${tests.join("; el")}; else return 1; fi`];
}

function startOf(recipe: OtherRecipe): Start {
  switch (recipe.method) {
    case "linux16":
      return plain(recipe.kernel, linux16Lines(FILE, argumentWords(recipe.args)), ["bios"]);
    case "chainload":
      return chainloadStart(recipe);
    case "configfile":
      return plain(recipe.path, configfileLines(DEVICE, FILE), ALL_FIRMWARE);
    case "loopback":
      return plain(recipe.path, ["lifeboat_go_own"], ALL_FIRMWARE);
    case "memdisk": {
      const image = recipe.path === undefined ? WHOLE : FILE;
      const lines = memdiskLines(image, argumentWords(memdiskArguments(recipe)));
      return plain(recipe.path, lines, ["bios"]);
    }
    case "multiboot":
    case "multiboot2":
      return multibootStart(recipe);
    case "kfreebsd":
    case "knetbsd":
    case "kopenbsd":
      return bsdStart(recipe);
  }
}

function plain(
  path: readonly string[] | undefined,
  commands: readonly string[],
  firmware: readonly Firmware[],
): Start {
  return { path, needs: [], commands, firmware };
}

function chainloadStart(recipe: MethodRecipe<"chainload">): Start {
  if (recipe.image === undefined) return plain(recipe.path, [`lifeboat_new_program ${FILE}`], EFI);
  const [inside = ""] = recipe.path;
  const open = [
    `if loopback efi-${DEVICE} ${FILE}; then lifeboat_new_program (efi-${DEVICE})${quote(inside)}; fi`,
  ];
  return plain(recipe.image, open, ["x64"]);
}

function multibootStart(recipe: MethodRecipe<"multiboot" | "multiboot2">): Start {
  const { needs, fileWord } = neededFiles();
  const lines = multibootLines({
    version: recipe.method === "multiboot2" ? 2 : 1,
    kernel: FILE,
    args: argumentWords(recipe.args),
    modules: recipe.modules.map(({ path, args }) => ({
      file: fileWord(path),
      args: argumentWords(args),
    })),
  });
  return { path: recipe.kernel, needs, commands: whereAllowed(lines), firmware: ALL_FIRMWARE };
}

function bsdStart(recipe: MethodRecipe<"kfreebsd" | "knetbsd" | "kopenbsd">): Start {
  const { needs, fileWord } = neededFiles();
  const lines = bsdLines(bsdWords(recipe, fileWord));
  const firmware = recipe.firmware ?? ["bios"];
  return { path: recipe.kernel, needs, commands: whereAllowed(lines), firmware };
}

function bsdWords(
  recipe: MethodRecipe<"kfreebsd" | "knetbsd" | "kopenbsd">,
  fileWord: (patterns: readonly string[]) => string,
): BsdWords {
  const common = { kernel: FILE, args: argumentWords(recipe.args) };
  switch (recipe.method) {
    case "kopenbsd":
      return { kind: "kopenbsd", ...common };
    case "knetbsd":
      return { kind: "knetbsd", ...common, modules: recipe.modules.map(fileWord) };
    case "kfreebsd": {
      // The one kind of file that may be missing.
      const hints = allGlobWords(recipe.hints ?? [], recipe.partition) ?? [];
      const when = `lifeboat_next "" ${hints.join(" ")}`;
      return {
        kind: "kfreebsd",
        ...common,
        ...(hints.length > 0 && { hints: { file: `"$lifeboat_found"`, when } }),
        settings: freebsdSettings(recipe.settings).map(templateWord),
        modules: recipe.modules.map((module) => ({
          file: "path" in module ? fileWord(module.path) : WHOLE,
          type: module.type,
        })),
      };
    }
  }
}

/** The further files of a start, and how its commands call them: `$1`, `$2` and so on. */
function neededFiles() {
  const needs: (readonly string[])[] = [];
  const fileWord = (patterns: readonly string[]) => {
    needs.push(patterns);
    return `"$${needs.length}"`;
  };
  return { needs, fileWord };
}

/** The modules for these are in no signed GRUB. */
function whereAllowed(lines: readonly string[]): string[] {
  return whenTrue("lifeboat_new_allowed", lines);
}

/** GRUB puts quotes around a word with a space by itself. */
function argumentWords(args: string): string {
  const words = splitArguments(args);
  return words.map((word) => templateWord(word.replaceAll(/"([^"]*)"/g, "$1"))).join(" ");
}
