/** The commands that `wimlib-imagex update` reads, one a line; a word in double quotes is taken as it stands. */
import { LifeboatError } from "../../../system/errors.ts";
import type { UpdateCommand } from "../backend.ts";
import { backendSay } from "../backend-messages.ts";
import { fileArgument } from "./arguments.ts";

/** @throws LifeboatError `wim-bad-name` for what can't be written in such a line. */
export function updateScript(commands: readonly UpdateCommand[]): string {
  return commands.map((command) => `${lineOf(command)}\n`).join("");
}

function lineOf(command: UpdateCommand): string {
  switch (command.kind) {
    case "add":
      return `add ${quoted(fileArgument(command.source))} ${quoted(command.path)}`;
    case "delete":
      return `delete --recursive ${command.ifThere === true ? "--force " : ""}${quoted(command.path)}`;
    case "rename":
      return `rename ${quoted(command.from)} ${quoted(command.to)}`;
  }
}

/** There is no way to escape a quote: a word with one kind in it is put between the other. Between quotes too, `-…` is an option. */
function quoted(word: string): string {
  const quote = word.includes('"') ? "'" : '"';
  // oxlint-disable-next-line no-control-regex -- a line ends at any of them
  if (word.includes(quote) || /^-|[\u0000-\u001f]/.test(word)) {
    throw new LifeboatError("wim-bad-name", backendSay.badName(word), { kind: "usage" });
  }
  return `${quote}${word}${quote}`;
}
