/** What the program tells of its own commands. */
import type { CommandReference } from "../../src/commands/reference/reference.ts";
import { flatten } from "../../src/commands/reference/reference.ts";
import type { Language } from "../../src/system/text.ts";
import { lifeboatJson } from "./cli.ts";

/** All commands, the program itself first. */
export async function allCommands(language: Language): Promise<CommandReference[]> {
  const { json } = await lifeboatJson(["manual", "--lang", language]);
  return flatten(json as unknown as CommandReference);
}
