/** What the scripts of all shells need of the reference. */
import type { CommandReference, OptionReference } from "../reference/reference.ts";
import { flatten } from "../reference/reference.ts";

/** A word in single quotes as bash, zsh and fish read it: nothing in it means anything, but for the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `kit build`; empty for the program itself. */
export function pathOf({ words }: CommandReference): string {
  return words.join(" ");
}

export function commandNames({ commands }: CommandReference): string[] {
  return commands.map(({ words }) => words.at(-1) ?? "");
}

/** Each command with the options that may follow it: its own, and those of every command. */
export function withOptions(program: CommandReference) {
  return flatten(program).map((command) => ({
    command,
    options: command === program ? program.options : [...command.options, ...shared(program)],
  }));
}

/** Options that every command has: the program's, but for `--version`. */
function shared(program: CommandReference): readonly OptionReference[] {
  return program.options.filter(({ names }) => !names.includes("--version"));
}
