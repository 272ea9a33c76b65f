/** The manual as a man page, in man(7)'s macros: for groff and mandoc. */
import { EXIT_STATUS } from "../../system/errors.ts";
import type { Language, Text } from "../../system/text.ts";
import { piecesOf, wrap } from "../wide-text.ts";
import type { CommandReference, OptionReference } from "./reference.ts";
import { flatten } from "./reference.ts";
import { DESCRIPTION, EXIT_TEXTS, FILES, TITLES, VARIABLES } from "./texts.ts";

export interface Edition {
  readonly version: string;
  /** Of the page: YYYY-MM-DD. */
  readonly date: string;
  readonly language: Language;
}

export function manPage(program: CommandReference, edition: Edition): string {
  const { language, version, date } = edition;
  const say = (text: Text) => prose(text[language]);
  const heading = (text: Text) => `.SH ${prose(text[language].toUpperCase())}`;
  const items = (list: Readonly<Record<string, Text>>) =>
    Object.entries(list).flatMap(([name, text]) => item(bold(name), say(text)));
  const lines = [
    `.TH LIFEBOAT 1 "${date}" "lifeboat ${version}"`,
    heading(TITLES.name),
    `lifeboat \\- ${prose(program.about)}`,
    heading(TITLES.synopsis),
    synopsis(program.usage),
    heading(TITLES.description),
    ...DESCRIPTION.flatMap((text, index) => (index === 0 ? [say(text)] : [".PP", say(text)])),
    heading(TITLES.options),
    ...program.options.flatMap((option) => describeOption(option, language)),
    heading(TITLES.commands),
    ...flatten(program)
      .filter(({ words }) => words.length > 0)
      .flatMap((command) => describeCommand(command, language)),
    heading(TITLES.examples),
    ...literalLines(program.examples),
    heading(TITLES.exitStatus),
    ...Object.entries({ done: 0, ...EXIT_STATUS }).flatMap(([kind, status]) =>
      item(bold(String(status)), say(EXIT_TEXTS[kind as keyof typeof EXIT_TEXTS])),
    ),
    heading(TITLES.environment),
    ...items(VARIABLES),
    heading(TITLES.files),
    ...items(FILES),
  ];
  return `${lines.join("\n")}\n`;
}

function describeCommand(command: CommandReference, language: Language): string[] {
  const { words, usage, about, options, examples } = command;
  return [
    `.SS lifeboat ${literal(words.join(" "))}`,
    synopsis(usage),
    ".PP",
    prose(about),
    ...options.flatMap((option) => describeOption(option, language)),
    ...(examples.length === 0
      ? []
      : [
          ".PP",
          prose(language === "zh" ? "示例：" : "Examples:"),
          ".PP",
          ...literalLines(examples),
        ]),
  ];
}

function describeOption({ term, about, value, initial }: OptionReference, language: Language) {
  const facts = [
    ...(value === null || value.choices.length === 0 ? [] : [value.choices.join(", ")]),
    ...(initial === null ? [] : [{ en: `default: ${initial}`, zh: `默认：${initial}` }[language]]),
  ];
  const open = language === "zh" ? ["（", "；", "）"] : [" (", "; ", ")"];
  const more = facts.length === 0 ? "" : `${open[0]}${facts.join(open[1])}${open[2]}`;
  return item(synopsis(term), prose(about + more));
}

function item(term: string, text: string): string[] {
  return [".TP", term, text];
}

/** A usage or an option's term: placeholders in italics, the rest as typed. */
function synopsis(usage: string): string {
  return usage
    .split(/(<[^>]+>)/)
    .map((part, index) => {
      if (index % 2 === 1) return `\\fI${literal(part.slice(1, -1))}\\fR`;
      return part.trim() === "" ? part : bold(part);
    })
    .join("");
}

function bold(text: string): string {
  return `\\fB${literal(text)}\\fR`;
}

/** Lines that are shown as they are. */
function literalLines(lines: readonly string[]): string[] {
  return [".EX", ...lines.map((line) => `    ${literal(line)}`), ".EE"];
}

/** What is typed: each hyphen, quote and the like as it stands in ASCII. */
function literal(text: string): string {
  return escaped(text)
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll("`", "\\(ga");
}

/** Text in lines of its own. */
function prose(text: string): string {
  return lines(text)
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n");
}

/** A line's end is a space. Chinese has none, and what it may be broken after has to be marked. */
function lines(text: string): string[] {
  if (!/\p{Script=Han}/u.test(text)) return wrap(text, 72).split("\n").map(plain);
  const pieces = piecesOf(text).map(plain);
  return [pieces.reduce((line, piece) => line + (piece.startsWith(" ") ? "" : "\\:") + piece)];
}

function plain(text: string): string {
  return escaped(text).replaceAll("~", "\\(ti");
}

/** Backslashes, and what isn't ASCII by its code point: the page is read with any locale. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll(/[^\u0000-\u007e]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `\\[u${code}]`;
  });
}
