/** The manual as a page for docs/. */
import { EXIT_STATUS } from "../../system/errors.ts";
import type { Language, Text } from "../../system/text.ts";
import type { CommandReference, OptionReference } from "./reference.ts";
import { flatten } from "./reference.ts";
import { DESCRIPTION, EXIT_TEXTS, FILES, TITLES, VARIABLES } from "./texts.ts";

const MADE: Text = {
  en: "This page is made by the program (`npm run docs`).",
  zh: "本页由程序生成（`npm run docs`）。",
};

const CHOICES: Text = { en: "choices", zh: "可选" };
const DEFAULT: Text = { en: "default", zh: "默认" };
const NEEDED: Text = { en: "needed", zh: "必需" };

export function commandsPage(program: CommandReference, language: Language): string {
  const say = (text: Text) => text[language];
  const pairs = (list: Readonly<Record<string, Text>>) =>
    Object.entries(list).map(([name, text]) => [`\`${name}\``, say(text)]);
  const status = Object.entries({ done: 0, ...EXIT_STATUS }).map(([kind, number]) => [
    String(number),
    say(EXIT_TEXTS[kind as keyof typeof EXIT_TEXTS]),
  ]);
  const parts = [
    `# ${say(TITLES.commands)}`,
    ...DESCRIPTION.map(say),
    say(MADE),
    code([program.usage]),
    `${TITLES.examples[language]}${language === "zh" ? "：" : ":"}`,
    code(program.examples),
    `## ${say(TITLES.options)}`,
    optionTable(program.options, language),
    ...flatten(program)
      .filter(({ words }) => words.length > 0)
      .flatMap((command) => commandParts(command, language)),
    `## ${say(TITLES.exitStatus)}`,
    table([say(TITLES.number), say(TITLES.meaning)], status),
    `## ${say(TITLES.environment)}`,
    table([say(TITLES.variable), say(TITLES.meaning)], pairs(VARIABLES)),
    `## ${say(TITLES.files)}`,
    table([say(TITLES.files), say(TITLES.meaning)], pairs(FILES)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function commandParts(command: CommandReference, language: Language): string[] {
  const { words, usage, about, options, examples } = command;
  return [
    `${"#".repeat(words.length + 1)} lifeboat ${words.join(" ")}`,
    `${about.charAt(0).toUpperCase()}${about.slice(1)}${language === "zh" ? "。" : "."}`,
    code([usage]),
    ...(options.length === 0 ? [] : [optionTable(options, language)]),
    ...(examples.length === 0
      ? []
      : [`${TITLES.examples[language]}${language === "zh" ? "：" : ":"}`, code(examples)]),
  ];
}

function optionTable(options: readonly OptionReference[], language: Language): string {
  const rows = options.map(({ term, about, value, required, initial }) => {
    const choices = value?.choices.map((word) => `\`${word}\``) ?? [];
    const facts = [
      ...(required ? [NEEDED[language]] : []),
      ...(choices.length === 0 ? [] : [`${CHOICES[language]}: ${choices.join(", ")}`]),
      ...(initial === null ? [] : [`${DEFAULT[language]}: \`${initial}\``]),
    ];
    return [`\`${term}\``, [about, ...facts].join(language === "zh" ? "；" : "; ")];
  });
  return table([TITLES.option[language], TITLES.meaning[language]], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(lines: readonly string[]): string {
  return ["```sh", ...lines, "```"].join("\n");
}
