/** Kernels that GRUB starts with commands of their own: Multiboot's (Xen, illumos) and those of the BSDs. */
import type { ImageFacts } from "../image-facts.ts";
import type { BootMethod, FreebsdModule, MultibootModule } from "../types.ts";
import { firstFile } from "./find-file.ts";
import type { MethodRecipe } from "./schema.ts";
import { fillTemplate } from "./template.ts";
import type { TemplateValues } from "./template.ts";

/** Undefined where the kernel or one of its modules isn't in the image. */
export async function multibootMethod(
  facts: ImageFacts,
  recipe: MethodRecipe<"multiboot" | "multiboot2">,
  values: TemplateValues,
): Promise<BootMethod | undefined> {
  const kernel = await firstFile(facts, recipe.kernel);
  if (kernel === undefined) return undefined;
  const modules: MultibootModule[] = [];
  for (const { path: patterns, args } of recipe.modules) {
    const path = await firstFile(facts, patterns);
    if (path === undefined) return undefined;
    modules.push({ path, args: fillTemplate(args, values) });
  }
  const version = recipe.method === "multiboot2" ? 2 : 1;
  return { kind: "multiboot", version, kernel, args: fillTemplate(recipe.args, values), modules };
}

/** Undefined where the kernel or one of its modules isn't in the image. */
export async function bsdMethod(
  facts: ImageFacts,
  recipe: MethodRecipe<"kfreebsd" | "knetbsd" | "kopenbsd">,
  values: TemplateValues,
): Promise<BootMethod | undefined> {
  const kernel = await firstFile(facts, recipe.kernel);
  if (kernel === undefined) return undefined;
  const args = fillTemplate(recipe.args, values);
  switch (recipe.method) {
    case "kopenbsd":
      return { kind: recipe.method, kernel, args };
    case "knetbsd": {
      const modules: string[] = [];
      for (const patterns of recipe.modules) {
        const path = await firstFile(facts, patterns);
        if (path === undefined) return undefined;
        modules.push(path);
      }
      return { kind: recipe.method, kernel, args, modules };
    }
    case "kfreebsd": {
      const modules: FreebsdModule[] = [];
      for (const module of recipe.modules) {
        const { type } = module;
        const path = "path" in module ? await firstFile(facts, module.path) : undefined;
        if ("path" in module && path === undefined) return undefined;
        modules.push(path === undefined ? { type } : { path, type });
      }
      const settings = Object.fromEntries(
        Object.entries(recipe.settings).map(([name, value]) => [name, fillTemplate(value, values)]),
      );
      const hints = recipe.hints && (await firstFile(facts, recipe.hints));
      const found = hints === undefined ? {} : { hints };
      return { kind: recipe.method, kernel, args, ...found, settings, modules };
    }
  }
}
