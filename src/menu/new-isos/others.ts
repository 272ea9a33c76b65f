/** A recipe's entries that start something else than Linux, as GRUB functions. */
import { splitArguments } from "../../iso/kernel-arguments.ts";
import type { EntryRecipe, MethodRecipe } from "../../iso/recipes/schema.ts";
import type { Firmware } from "../../iso/types.ts";
import { quote } from "../grub-script.ts";
import { onFirmware } from "./entry-lines.ts";
import type { CompiledEntry, EntryPlace } from "./entry-lines.ts";
import { allGlobWords, templateWord } from "./words.ts";

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
const ANY: readonly Firmware[] = ["bios", "x64", "ia32"];
const EFI: readonly Firmware[] = ["x64", "ia32"];

/** Undefined where a pattern can't be said in GRUB. */
export function otherEntry(recipe: OtherRecipe, place: EntryPlace): CompiledEntry | undefined {
  const { number } = place;
  const { path, needs, commands, firmware } = startOf(recipe);
  const isEach = recipe.method === "chainload" && recipe.image === undefined;
  const find = path === undefined ? [] : findFirst(path, recipe.partition);
  const further = needs.map((patterns) => findFirst(patterns, recipe.partition));
  const words = allGlobWords(path ?? [], recipe.partition);
  if (find === undefined || words === undefined) return undefined;
  if (!further.every((one) => one !== undefined)) return undefined;
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
  const functions = [
    `function lifeboat_go_${number} {`,
    "  shift",
    ...commands.map((line) => `  ${line}`),
    "}",
  ];
  const wanted = firmware.filter((one) => recipe.firmware?.includes(one) ?? true);
  return { functions, search: onFirmware(wanted, search) };
}

/** Leaves the function where none of the patterns has a file. */
function findFirst(
  patterns: readonly string[],
  partition: number | undefined,
): string[] | undefined {
  const words = patterns.map((pattern) => allGlobWords([pattern], partition));
  if (!words.every((one) => one !== undefined)) return undefined;
  const tests = words.map((one) => `if lifeboat_next "" ${one.join(" ")}; then true`);
  return [`${tests.join("; el")}; else return 1; fi`];
}

function startOf(recipe: OtherRecipe): Start {
  switch (recipe.method) {
    case "linux16": {
      const line = ["linux16", FILE, ...argumentWords(recipe.args)].join(" ");
      return plain(recipe.kernel, ["set gfxpayload=text", line], ["bios"]);
    }
    case "chainload":
      return chainloadStart(recipe);
    case "configfile":
      return plain(
        recipe.path,
        ["set root=$lifeboat_iso", `configfile ${FILE}`, "set root=$lifeboat"],
        ANY,
      );
    case "loopback":
      return plain(recipe.path, ["lifeboat_go_own"], ANY);
    case "memdisk": {
      const args = recipe.args ?? (recipe.path === undefined ? "iso raw" : "raw");
      const disk = "linux16 ($lifeboat)/lifeboat/tools/memdisk";
      return plain(
        recipe.path,
        [
          [disk, ...argumentWords(args)].join(" "),
          `initrd16 ${recipe.path === undefined ? WHOLE : FILE}`,
        ],
        ["bios"],
      );
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
    `if loopback efi-$lifeboat_iso ${FILE}; then lifeboat_new_program (efi-$lifeboat_iso)${quote(inside)}; fi`,
  ];
  return plain(recipe.image, open, ["x64"]);
}

function multibootStart(recipe: MethodRecipe<"multiboot" | "multiboot2">): Start {
  const number = recipe.method === "multiboot2" ? "2" : "";
  const modules = recipe.modules.map(({ args }, index) =>
    [`module${number}`, `"$${index + 1}"`, ...argumentWords(args)].join(" "),
  );
  const kernel = [`multiboot${number}`, FILE, ...argumentWords(recipe.args)].join(" ");
  return {
    path: recipe.kernel,
    needs: recipe.modules.map(({ path }) => path),
    commands: guarded([`insmod multiboot${number}`, kernel, ...modules]),
    firmware: ANY,
  };
}

function bsdStart(recipe: MethodRecipe<"kfreebsd" | "knetbsd" | "kopenbsd">): Start {
  const kernel = [recipe.method, FILE, ...argumentWords(recipe.args)].join(" ");
  const start = ["insmod bsd", "set gfxpayload=text", kernel];
  const firmware = recipe.firmware ?? ["bios"];
  const needs: (readonly string[])[] = [];
  const file = (path: readonly string[]) => {
    needs.push(path);
    return `"$${needs.length}"`;
  };
  switch (recipe.method) {
    case "kopenbsd":
      break;
    case "knetbsd":
      for (const path of recipe.modules) start.push(`knetbsd_module_elf ${file(path)}`);
      break;
    case "kfreebsd": {
      if (recipe.hints !== undefined) {
        // The one kind of file that may be missing.
        const words = allGlobWords(recipe.hints, recipe.partition) ?? [];
        const load = `kfreebsd_loadenv "$lifeboat_found"`;
        if (words.length > 0)
          start.push(`if lifeboat_next "" ${words.join(" ")}; then ${load}; fi`);
      }
      for (const [name, value] of Object.entries(recipe.settings))
        start.push(`set ${templateWord(`kFreeBSD.${name}=${value}`)}`);
      for (const module of recipe.modules) {
        const word = "path" in module ? file(module.path) : WHOLE;
        start.push(`kfreebsd_module ${word} ${quote(`type=${module.type}`)}`);
      }
    }
  }
  return { path: recipe.kernel, needs, commands: guarded(start), firmware };
}

/** The modules for these are in no signed GRUB. */
function guarded(commands: readonly string[]): string[] {
  return ["if lifeboat_new_allowed; then", ...commands.map((line) => `  ${line}`), "fi"];
}

function argumentWords(args: string): string[] {
  return splitArguments(args).map((word) => templateWord(word.replaceAll(/"([^"]*)"/g, "$1")));
}
