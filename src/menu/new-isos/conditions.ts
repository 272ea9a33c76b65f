/** A recipe's conditions as GRUB functions. What can't be asked in GRUB is not decided, and what depends on it never holds. */
import type { Condition } from "../../iso/recipes/schema.ts";
import { quote } from "../grub-script.ts";
import { posixExpression } from "./extended-regex.ts";
import { allGlobWords, wildcardExpression } from "./words.ts";

/**
 * The body of a function that succeeds where the condition holds; undefined where GRUB can't tell: it reads neither the texts of
 * an image nor the entries of its menu. There `inGrub` stands for what these would say.
 */
export function conditionLines(condition: Condition): string[] | undefined {
  const { partition, file, config, offers, inGrub, ...rest } = condition;
  const unreadable = file !== undefined || config !== undefined || offers !== undefined;
  if (unreadable && inGrub === undefined) return undefined;
  // In a partition the label is that partition's, and GRUB would have to be asked for another device.
  if (partition !== undefined && rest.volumeId !== undefined) return undefined;
  const parts = [rest, ...(inGrub === undefined ? [] : [inGrub])];
  const questions = parts.map((part) => questionsOf(part, partition));
  if (!questions.every((one) => one !== undefined)) return undefined;
  const all = questions.flat();
  return [...all.flatMap(({ quick }) => quick), ...all.flatMap(({ lines }) => lines), "return 0"];
}

interface Question {
  /** What the label and the names in the image's root say already: each look into the image itself takes GRUB long. */
  readonly quick: readonly string[];
  readonly lines: readonly string[];
}

type Part = Pick<Condition, "exists" | "existsAny" | "missing" | "volumeId">;

function questionsOf(part: Part, partition: number | undefined): Question[] | undefined {
  const { exists = [], existsAny, missing = [], volumeId } = part;
  const questions: Question[] = [];
  if (volumeId !== undefined) {
    const expression = posixExpression(volumeId);
    if (expression === undefined) return undefined;
    const { fits, unless } = expression;
    const fitting = [unlessTrue(`regexp ${quote(fits)} "$lifeboat_label"`)];
    const other =
      unless === undefined ? [] : [whereTrue(`regexp ${quote(unless)} "$lifeboat_label"`)];
    questions.push({ quick: [...fitting, ...other], lines: [] });
  }
  for (const patterns of [...exists.map((one) => [one]), ...(existsAny ? [existsAny] : [])]) {
    const words = allGlobWords(patterns, partition);
    if (words === undefined) return undefined;
    const quick = partition === undefined ? [unlessTrue(inRoot(patterns))] : [];
    questions.push({ quick, lines: [unlessTrue(`lifeboat_any ${words.join(" ")}`)] });
  }
  if (missing.length > 0) {
    const words = allGlobWords(missing, partition);
    if (words === undefined) return undefined;
    const look = whereTrue(`lifeboat_any ${words.join(" ")}`);
    const lines =
      partition === undefined ? [`if ${inRoot(missing)}; then`, `  ${look}`, "fi"] : [look];
    questions.push({ quick: [], lines });
  }
  return questions;
}

/**
 * Whether a name in the image's root could be the beginning of one of the paths. GRUB knows one case of the names of an image
 * without Rock Ridge, and finds them in any.
 */
function inRoot(patterns: readonly string[]): string {
  const names = new Set(
    patterns
      .map((pattern) => pattern.split("/")[1] ?? "")
      .flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()])
      .map((name) => wildcardExpression(name)),
  );
  return `regexp ${quote(`/(${[...names].join("|")})/`)} "$lifeboat_root"`;
}

function unlessTrue(command: string): string {
  return `if ${command}; then true; else return 1; fi`;
}

function whereTrue(command: string): string {
  return `if ${command}; then return 1; fi`;
}
