/** `lifeboat-sync.yaml`: which files of a source go where on the stick, and what becomes of those that are retired. */
import { z } from "zod";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { checkYaml } from "../../system/yaml.ts";
import { describeProblem } from "../settings/describe.ts";
import type { SettingsMistake } from "../settings/read.ts";
import { say } from "./messages.ts";
import type { RulesText } from "./source.ts";
import { RULES_NAME } from "./source.ts";

const MOST_RULES = 1_000;
const LONGEST_TEXT = 500;
const MOST_KEPT = 1_000;

/** A mistake in words for people: they travel with the issue. */
function wrong(text: Text) {
  return { error: text.en, params: { text } };
}

const shortText = z.string().min(1).max(LONGEST_TEXT);
const pattern = shortText.refine((value) => /[^/]/.test(value), wrong(say.badPattern()));
const patterns = z.array(pattern).max(MOST_RULES);

const folder = shortText.refine(
  (value) =>
    value.startsWith("/") &&
    !/[\u0000-\u001f\u007f-\u009f\\]/.test(value) &&
    !value.split("/").some((part) => part === ".." || part === ".") &&
    !/^\/+lifeboat(?:\/|$)/i.test(value),
  wrong(say.badTarget()),
);

const keepRule = z.strictObject({
  files: pattern,
  newest: z
    .number()
    .refine(
      (value) => Number.isInteger(value) && value >= 1 && value <= MOST_KEPT,
      wrong(say.badCount()),
    ),
  by: z.enum(["name", "time"]).default("name"),
});

const rulesSchema = z.strictObject({
  /** What the source is remembered by, where its path or address may change. */
  name: shortText.optional(),
  /** Folder on the stick. */
  to: folder.default("/"),
  /** Without it: everything that the menu can start, by name. */
  include: patterns.optional(),
  exclude: patterns.default([]),
  keep: z.array(keepRule).max(MOST_RULES).default([]),
  remove: z.enum(["retired", "never"]).default("retired"),
});

export type SyncRules = z.output<typeof rulesSchema>;
export type KeepRule = SyncRules["keep"][number];

/**
 * @param text undefined: the source has no rules, and the defaults hold.
 * @throws LifeboatError `sync-rules` with every mistake by file and line.
 */
export function parseRules(text: RulesText | undefined): SyncRules {
  if (text === undefined) return rulesSchema.parse({});
  const { where } = text;
  let decoded: string;
  try {
    // Notepad begins its files with a byte order mark, which this takes away.
    decoded = new TextDecoder("utf-8", { fatal: true }).decode(text.bytes);
  } catch {
    throw mistaken(where, [{ line: 0, text: say.notUtf8() }]);
  }
  const checked = checkYaml(decoded, rulesSchema, (plain) => plain ?? {});
  if ("value" in checked) return checked.value;
  const mistakes = checked.problems.map((problem) => ({
    line: problem.line,
    text: describeProblem(problem, RULES_NAME),
  }));
  throw mistaken(where, mistakes);
}

export function mistaken(where: string, mistakes: readonly SettingsMistake[]): LifeboatError {
  const list = (language: "en" | "zh") =>
    mistakes
      .map(({ line, text }) => `${where}${line === 0 ? "" : `:${line}`}: ${text[language]}`)
      .join("; ");
  const text = { en: list("en"), zh: list("zh") };
  return new LifeboatError("sync-rules", text, { kind: "usage", hint: say.rulesHint() });
}
