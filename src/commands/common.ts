/** Pieces that several commands need. */
import type { Command } from "commander";
import { join } from "node:path";
import type { RecipeSet } from "../iso/recipes/load.ts";
import { packageRoot } from "../system/places.ts";
import type { Shell } from "./shell.ts";

/** Makes the shell of the command that runs. */
export type OpenShell = (command: Command) => Shell;

export type Register = (program: Command, open: OpenShell) => void;

/** The recipes that come with lifeboat. */
export async function builtInRecipes(): Promise<RecipeSet> {
  const { loadRecipes } = await import("../iso/recipes/load.ts");
  return loadRecipes(join(packageRoot(), "grub", "recipes"));
}

/** For `addHelpText("after", …)`. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
