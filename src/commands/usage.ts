/** A command line that is wrong, in lifeboat's own words and on one line. */
import type { CommanderError } from "commander";
import { LifeboatError } from "../system/errors.ts";
import type { Language } from "../system/text.ts";
import { isLanguage, languageOf } from "../system/text.ts";
import type { GlobalOptions } from "./shell.ts";

/** What commander says of each kind of mistake, with the quoted word in it, in Chinese. */
const IN_CHINESE: Readonly<Record<string, string>> = {
  "commander.unknownOption": "未知选项",
  "commander.unknownCommand": "未知命令",
  "commander.missingArgument": "缺少参数",
  "commander.optionMissingArgument": "选项缺少参数",
  "commander.invalidArgument": "参数无效",
  "commander.excessArguments": "参数过多",
  "commander.help": "缺少命令",
};

/** From commander's error, which has nothing to do with the shell yet. */
export function usageError(error: CommanderError, command: string): LifeboatError {
  const reason =
    error.code === "commander.help"
      ? "no command given"
      : error.message
          .replace(/^error: /, "")
          .replaceAll(/\s+/g, " ")
          .replace(/\.$/, "");
  const help = `${command} --help`;
  return new LifeboatError(
    "usage",
    { en: capitalised(reason), zh: inChinese(error.code, reason) },
    { kind: "usage", hint: { en: `See ${help}`, zh: `请参阅 ${help}` } },
  );
}

/** With what commander quotes, the words that are allowed, and its guess. */
function inChinese(code: string, reason: string): string {
  const zh = IN_CHINESE[code];
  if (zh === undefined) return `命令行有误：${reason}`;
  const quoted = (reason.match(/'[^']*'/g) ?? []).join(" ");
  const allowed = /Allowed choices are (.+)$/.exec(reason)?.[1];
  const meant = /\(Did you mean (?:one of )?(.+)\?\)/.exec(reason)?.[1];
  return [
    quoted === "" ? zh : `${zh}：${quoted}`,
    ...(allowed === undefined ? [] : [`可选：${allowed}`]),
    ...(meant === undefined ? [] : [`可能是 ${meant}`]),
  ].join("；");
}

/** How the user wants to be told, read without commander: it has failed. */
export function globalOptionsIn(argv: readonly string[]): GlobalOptions {
  const at = argv.findIndex((word) => word === "--lang" || word.startsWith("--lang="));
  const lang = argv[at] === "--lang" ? argv[at + 1] : argv[at]?.slice("--lang=".length);
  return { json: argv.includes("--json"), ...(lang === undefined ? {} : { lang }) };
}

/** The language of help and messages: the one that was named, or else the environment's. */
export function languageIn(argv: readonly string[]): Language {
  const { lang = "" } = globalOptionsIn(argv);
  return isLanguage(lang) ? lang : languageOf(process.env);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
