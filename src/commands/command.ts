/**
 * Commander's command with everything that help says as a `Text`: the sentence that fits the user is chosen when the command is
 * registered, and what was said stays readable for the manual and for shell completion.
 */
import { Command, Option } from "commander";
import type { Language, Text } from "../system/text.ts";

/** How the value of an option is read. `previous` is what an earlier mention of it gave, at first the default. */
type Parse<T> = (value: string, previous: T) => T;

export class LifeboatCommand extends Command {
  readonly language: Language;
  /** Command lines that help, the manual and the page of all commands show. */
  readonly exampleLines: string[] = [];

  constructor(name: string | undefined, language: Language) {
    super(name);
    this.language = language;
  }

  /** Commander's way to make `command(…)` return our class. */
  override createCommand(name?: string): LifeboatCommand {
    return new LifeboatCommand(name, this.language);
  }

  /** What the command does: half a sentence without a full stop. */
  about(text: Text): this {
    return this.description(text[this.language]);
  }

  /** An option without a value. */
  flag(flags: string, text: Text): this {
    return this.addOption(new Option(flags, text[this.language]));
  }

  /** An option with a value. What kind of value it is, its placeholder tells (reference/value-kinds.ts). */
  value<T>(flags: string, text: Text, parse?: Parse<T>, initial?: T): this {
    return this.addOption(this.#withValue(flags, text, parse, initial));
  }

  /** One that can't be left out. */
  needed<T>(flags: string, text: Text, parse?: Parse<T>): this {
    return this.addOption(this.#withValue(flags, text, parse).makeOptionMandatory());
  }

  /** One whose value is a word of a list. */
  choice<T extends string>(flags: string, text: Text, choices: readonly T[], initial?: T): this {
    const option = new Option(flags, text[this.language]).choices(choices);
    return this.addOption(initial === undefined ? option : option.default(initial));
  }

  /** Shown after the options. Each line is a command line that works. */
  examples(...lines: string[]): this {
    this.exampleLines.push(...lines);
    const title = { en: "Examples:", zh: "示例：" }[this.language];
    return this.addHelpText("after", `\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }

  #withValue<T>(flags: string, text: Text, parse?: Parse<T>, initial?: T): Option {
    const option = new Option(flags, text[this.language]);
    if (parse !== undefined) option.argParser(parse);
    if (initial !== undefined) option.default(initial);
    return option;
  }
}
