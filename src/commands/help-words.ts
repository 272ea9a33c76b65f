/** The words of help that commander brings itself, in the user's language, and lines that end where Chinese ones may. */
import type { Command, HelpConfiguration, Option } from "commander";
import { Help } from "commander";
import type { LifeboatCommand } from "./command.ts";
import type { Language, Text } from "../system/text.ts";
import { columnsOf, wrap } from "./wide-text.ts";

/** Commander's titles. */
const TITLES: Readonly<Record<string, string>> = {
  "Usage:": "用法：",
  "Options:": "选项：",
  "Commands:": "命令：",
};

const WORDS = {
  choices: { en: "choices: ", zh: "可选：" },
  default: { en: "default: ", zh: "默认：" },
  help: { en: "display help for command", zh: "显示命令的帮助" },
  version: { en: "output the version number", zh: "显示版本号" },
} as const satisfies Readonly<Record<string, Text>>;

/** To be called before commands are registered: they take these settings over from the program. */
export function speakHelp(program: LifeboatCommand, version: string): void {
  const { language } = program;
  program
    .version(version, "-V, --version", WORDS.version[language])
    .helpOption("-h, --help", WORDS.help[language])
    .helpCommand("help [command]", WORDS.help[language])
    .configureHelp({
      optionDescription: (option) => describeOption(option, language),
      ...(language === "zh" && CHINESE),
    });
}

/** What the option is for, what it can be and what it is where it isn't given. */
export function describeOption(option: Option, language: Language): string {
  const { argChoices, defaultValue, description } = option;
  const facts: string[] = [];
  if (argChoices !== undefined) facts.push(WORDS.choices[language] + argChoices.join(", "));
  const initial = defaultOf(defaultValue);
  if (initial !== undefined && !option.isBoolean()) facts.push(WORDS.default[language] + initial);
  if (facts.length === 0) return description;
  return language === "zh"
    ? `${description}（${facts.join("；")}）`
    : `${description} (${facts.join("; ")})`;
}

/** A default as it is typed; undefined for none, and for a list to which nothing was added. */
export function defaultOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

const CHINESE: HelpConfiguration = {
  styleTitle: (title) => TITLES[title] ?? title,
  // The wide colon has its space in it.
  formatHelp: (command, helper) =>
    Help.prototype.formatHelp.call(helper, command, helper).replace(/^用法： /, "用法："),
  commandUsage: (command) => usageOf(command),
  subcommandTerm: (command) => [command.name(), argumentsIn(command.usage())].join(" ").trim(),
  displayWidth: columnsOf,
  boxWrap: wrap,
};

function usageOf(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name());
  return [...names, argumentsIn(command.usage())].join(" ").trim();
}

function argumentsIn(usage: string): string {
  return usage.replace("[options]", "[选项]").replace("[command]", "[命令]");
}
