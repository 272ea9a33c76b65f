/**
 * Completion for PowerShell (5.1 and 7): commands, options and words of a list. Where it offers nothing, PowerShell offers files.
 */
import type { CommandReference } from "../reference/reference.ts";
import { flatten } from "../reference/reference.ts";
import { pathOf, withOptions } from "./words.ts";

export function powershellScript(program: CommandReference): string {
  const all = withOptions(program);
  const commands = flatten(program)
    .filter((command) => command.commands.length > 0)
    .map((command) =>
      entry(
        pathOf(command),
        command.commands.map(({ words, about }) => pair(words.at(-1) ?? "", about)),
      ),
    );
  const options = all.map(({ command, options }) =>
    entry(
      pathOf(command),
      options.flatMap(({ names, about }) => names.map((name) => pair(name, about))),
    ),
  );
  const values = all.flatMap(({ command, options }) =>
    options.flatMap(({ names, value }) =>
      value === null
        ? []
        : names.map((name) =>
            entry(
              `${pathOf(command)} ${name}`.trim(),
              value.choices.map((word) => pair(word, word)),
            ),
          ),
    ),
  );
  const positions = flatten(program).flatMap((command) =>
    command.arguments
      .filter(({ choices }) => choices.length > 0)
      .map(({ choices }) =>
        entry(
          pathOf(command),
          choices.map((word) => pair(word, word)),
        ),
      ),
  );
  return [
    "# Completion of lifeboat for PowerShell. Made by: lifeboat completion powershell",
    "Register-ArgumentCompleter -Native -CommandName 'lifeboat' -ScriptBlock {",
    "    param($wordToComplete, $commandAst, $cursorPosition)",
    ...table("commands", commands),
    ...table("options", options),
    ...table("values", values),
    ...table("arguments", positions),
    BODY,
    "}",
  ].join("\n");
}

function table(name: string, entries: readonly string[]): string[] {
  return [`    $${name} = @{`, ...entries.map((line) => `        ${line}`), "    }"];
}

/** The comma makes a list of one pair a list of pairs. */
function entry(key: string, pairs: readonly string[]): string {
  return `${quoted(key)} = @(${pairs.map((one) => `,${one}`).join("; ")})`;
}

function pair(word: string, about: string): string {
  return `@(${quoted(word)}, ${quoted(about)})`;
}

const BODY = `    $path = ''
    $pending = $null
    foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $word = $element.ToString()
        $longer = "$path $word".Trim()
        if ($word.StartsWith('-')) {
            $pending = if ($values.ContainsKey($longer)) { $longer } else { $null }
        } elseif ($null -ne $pending) {
            $pending = $null
        } elseif ($options.ContainsKey($longer)) {
            $path = $longer
        }
    }
    $offers = if ($null -ne $pending) { $values[$pending] }
    elseif ($wordToComplete.StartsWith('-')) { $options[$path] }
    elseif ($commands.ContainsKey($path)) { $commands[$path] }
    else { $arguments[$path] }
    foreach ($offer in $offers) {
        if ($offer[0].StartsWith($wordToComplete)) {
            [System.Management.Automation.CompletionResult]::new($offer[0], $offer[0], 'ParameterValue', $offer[1])
        }
    }`;

/** Typographic quotes end a string there as well. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}
