/** Entries that start something else than Linux: programs, menus, disk images in memory, kernels of other systems. */
import type { BootImage } from "../boot-image.ts";
import { judgeSignature } from "../boot-image.ts";
import { findProgramInImage } from "../fat-image.ts";
import type { ImageFacts } from "../image-facts.ts";
import { FIRMWARES } from "../types.ts";
import type { BootMethod, Firmware, IsoEntry, SecureBoot, Via } from "../types.ts";
import { bsdMethod, multibootMethod } from "./kernel-methods.ts";
import type { BuiltEntry } from "./linux-entries.ts";
import { firstFile } from "./find-file.ts";
import type { EntryRecipe, MethodRecipe } from "./schema.ts";
import { fillTemplate, fillTitle } from "./template.ts";
import type { TemplateValues } from "./template.ts";

type OtherRecipe = Exclude<EntryRecipe, { method: "linux" }>;

const VIA: Readonly<Record<OtherRecipe["method"], Via>> = {
  linux16: "native",
  chainload: "chainload",
  configfile: "native",
  loopback: "loopback.cfg",
  memdisk: "memdisk",
  multiboot: "native",
  multiboot2: "native",
  kfreebsd: "native",
  knetbsd: "native",
  kopenbsd: "native",
};

const MACHINE_OF: Readonly<Record<Firmware, string | undefined>> = {
  bios: undefined,
  x64: "x86_64",
  ia32: "i386",
};

/** The entries of a recipe's part that is about anything but Linux; none where the image lacks a file for it. */
export async function buildOtherEntries(
  facts: ImageFacts,
  recipe: OtherRecipe,
  values: TemplateValues,
): Promise<BuiltEntry[]> {
  const title = fillTitle(recipe.title, values);
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
  switch (recipe.method) {
    case "memdisk": {
      const method = await memdiskMethod(facts, recipe);
      return method === undefined ? [] : make(method, ["bios"], "not-needed");
    }
    case "linux16": {
      const found = await firstKernel(facts, recipe.kernel);
      if (found === undefined) return [];
      const { kernel, image } = found;
      const args = fillTemplate(recipe.args, values);
      return make({ kind: "linux16", kernel, args }, ["bios"], "not-needed", image);
    }
    case "chainload": {
      const found = await programs(facts, recipe);
      return found.flatMap(({ method, image }) => {
        const firmware = FIRMWARES.filter((one) => MACHINE_OF[one] === (image.machine ?? ""));
        return make(method, firmware, judgeSignature(image).secureBoot, image);
      });
    }
    case "configfile":
    case "loopback": {
      // GRUB's script is not a program: what it starts is checked when it is started.
      const path = await firstFile(facts, recipe.path);
      if (path === undefined) return [];
      return make({ kind: recipe.method, path }, FIRMWARES, await worstOfOwn(facts));
    }
    case "multiboot":
    case "multiboot2": {
      // The signed GRUB has no such command, and Secure Boot lets it load none.
      const method = await multibootMethod(facts, recipe, values);
      return method === undefined ? [] : make(method, FIRMWARES, unlessLegacy(FIRMWARES, recipe));
    }
    case "kfreebsd":
    case "knetbsd":
    case "kopenbsd": {
      const method = await bsdMethod(facts, recipe, values);
      const firmware = recipe.firmware ?? ["bios"];
      return method === undefined ? [] : make(method, firmware, unlessLegacy(firmware, recipe));
    }
  }
}

/** Secure Boot is a matter of 64-bit UEFI alone. */
function unlessLegacy(firmware: readonly Firmware[], recipe: OtherRecipe): SecureBoot {
  return (recipe.firmware ?? firmware).includes("x64") ? "unsigned" : "not-needed";
}

async function memdiskMethod(
  facts: ImageFacts,
  recipe: MethodRecipe<"memdisk">,
): Promise<BootMethod | undefined> {
  const args = recipe.args === undefined ? {} : { args: recipe.args };
  if (recipe.path === undefined) return { kind: "memdisk", ...args };
  const path = await firstFile(facts, recipe.path);
  return path === undefined ? undefined : { kind: "memdisk", ...args, path };
}

/** The EFI programs that are there: each file that fits, or the one inside a FAT image. */
async function programs(facts: ImageFacts, recipe: MethodRecipe<"chainload">) {
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
