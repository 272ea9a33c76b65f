/** Everything that the command line takes, as data read from the commands themselves: manual and completion are made from it. */
import type { Argument, Command, Help, Option } from "commander";
import { LifeboatCommand } from "../command.ts";
import { defaultOf } from "../help-words.ts";
import type { ValueKind } from "./value-kinds.ts";
import { valueKindOf } from "./value-kinds.ts";

export interface ValueReference {
  readonly placeholder: string;
  /** Null for a placeholder that isn't in the list of kinds. */
  readonly kind: ValueKind | null;
  readonly choices: readonly string[];
  /** Several words may follow. */
  readonly variadic: boolean;
}

export interface ArgumentReference extends ValueReference {
  readonly required: boolean;
}

export interface OptionReference {
  /** As help shows it: `--size <size>`. */
  readonly term: string;
  /** `-h` and `--help`. */
  readonly names: readonly string[];
  readonly about: string;
  readonly value: ValueReference | null;
  readonly required: boolean;
  readonly initial: string | null;
}

export interface CommandReference {
  /** `["kit", "build"]`; none for the program itself. */
  readonly words: readonly string[];
  /** `lifeboat kit build [options]` */
  readonly usage: string;
  readonly about: string;
  readonly arguments: readonly ArgumentReference[];
  /** Its own, without those that every command has; the program's are those. */
  readonly options: readonly OptionReference[];
  readonly examples: readonly string[];
  readonly commands: readonly CommandReference[];
}

/** @param program with all its commands registered. */
export function referenceOf(program: Command): CommandReference {
  return describe(program, [], new Set());
}

/** The command and all below it, in the order of help. */
export function flatten(command: CommandReference): CommandReference[] {
  return [command, ...command.commands.flatMap(flatten)];
}

function describe(
  command: Command,
  words: readonly string[],
  ofAll: ReadonlySet<string>,
): CommandReference {
  const help = command.createHelp();
  const options = help
    .visibleOptions(command)
    .filter((option) => !ofAll.has(option.flags))
    .map((option) => optionOf(option, words, help));
  const below = ofAll.size > 0 ? ofAll : new Set(options.map(({ term }) => term));
  return {
    words,
    usage: help.commandUsage(command),
    about: command.description(),
    arguments: command.registeredArguments.map((argument) => argumentOf(argument, words)),
    options,
    examples: command instanceof LifeboatCommand ? command.exampleLines : [],
    commands: command.commands.map((child) => describe(child, [...words, child.name()], below)),
  };
}

function argumentOf(argument: Argument, words: readonly string[]): ArgumentReference {
  return {
    placeholder: argument.name(),
    kind: valueKindOf(words, argument.name()) ?? null,
    choices: argument.argChoices ?? [],
    variadic: argument.variadic,
    required: argument.required,
  };
}

function optionOf(option: Option, words: readonly string[], help: Help): OptionReference {
  const { short, long, argChoices, variadic, mandatory, description } = option;
  const placeholder = /<(.+?)(?:\.\.\.)?>/.exec(option.flags)?.[1];
  const value =
    placeholder === undefined
      ? null
      : {
          placeholder,
          kind: valueKindOf(words, placeholder) ?? null,
          choices: argChoices ?? [],
          variadic,
        };
  return {
    term: help.optionTerm(option),
    names: [short, long].filter((name) => name !== undefined),
    about: description,
    value,
    required: mandatory,
    initial: (value && defaultOf(option.defaultValue)) ?? null,
  };
}
