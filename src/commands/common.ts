/** Pieces that several commands need. */
import type { Command } from "commander";
import type { RecipeLibrary } from "../iso/recipes/library.ts";
import type { LifeboatCommand } from "./command.ts";
import type { Shell } from "./shell.ts";

/** Makes the shell of the command that runs. */
export type OpenShell = (command: Command) => Shell;

export type Register = (program: LifeboatCommand, open: OpenShell) => void;

/** The recipes that come with lifeboat. */
export async function builtInRecipes(): Promise<RecipeLibrary> {
  const { openBuiltInRecipes } = await import("../iso/recipes/library.ts");
  return openBuiltInRecipes();
}

/** The parser of an option that may be given several times; its default is `[]`. */
export function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
