/** The parts of a recipe's conditions, one after the other: for the question whether they hold, and for the answer why not. */
import type { ImageFacts } from "../image-facts.ts";
import { joinArguments } from "../kernel-arguments.ts";
import type { Condition } from "./schema.ts";

/** Names and versions stand at the beginning of their files. */
const MAX_TEXT_CHARACTERS = 4096;

export const CONDITION_PARTS = [
  "partition",
  "volumeId",
  "exists",
  "missing",
  "existsAny",
  "file",
  "config",
  "offers",
  "refines",
] as const;

/** `refines`: not a part of the condition itself, but that the recipe which this one refines fits too. */
export interface PartFinding {
  readonly part: (typeof CONDITION_PARTS)[number];
  /** What the recipe wants: a path, several of them, an expression. */
  readonly wanted: string;
  readonly holds: boolean;
  /** What is in the image instead of it, or for it; empty where nothing is. */
  readonly found: string;
}

/** Every part of the condition in the order in which they are asked, the cheap ones first. What isn't asked for is not done. */
export async function* partsOf(
  image: ImageFacts,
  condition: Condition,
): AsyncGenerator<PartFinding> {
  const { partition } = condition;
  const facts = partition === undefined ? image : await image.inPartition(partition);
  if (partition !== undefined) {
    const found = facts?.partition ?? "";
    yield { part: "partition", wanted: String(partition), holds: facts !== undefined, found };
  }
  if (facts === undefined) return;
  if (condition.volumeId !== undefined) {
    const { source } = condition.volumeId;
    const fits = condition.volumeId.test(facts.volumeId);
    yield { part: "volumeId", wanted: source, holds: fits, found: facts.volumeId };
  }
  for (const pattern of condition.exists ?? []) {
    const found = await firstPath(facts, pattern);
    yield { part: "exists", wanted: pattern, holds: found !== "", found };
  }
  for (const pattern of condition.missing ?? []) {
    const found = await firstPath(facts, pattern);
    yield { part: "missing", wanted: pattern, holds: found === "", found };
  }
  if (condition.existsAny !== undefined) {
    let found = "";
    for (const pattern of condition.existsAny) found ||= await firstPath(facts, pattern);
    const wanted = condition.existsAny.join(", ");
    yield { part: "existsAny", wanted, holds: found !== "", found };
  }
  if (condition.file !== undefined) {
    const { path, matches } = condition.file;
    const first = await firstMatch(facts, path, matches);
    const found = first === undefined ? "" : `${first.path}: ${first.match[0]}`;
    const wanted = `${path.join(", ")}: ${matches.source}`;
    yield { part: "file", wanted, holds: first !== undefined, found };
  }
  if (condition.config !== undefined) {
    const { config } = condition;
    const lines = (await facts.own()).map(({ kernel, args }) => `${kernel} ${joinArguments(args)}`);
    const line = lines.find((one) => config.test(one));
    const found = line ?? lines[0] ?? "";
    yield { part: "config", wanted: config.source, holds: line !== undefined, found };
  }
  if (condition.offers !== undefined) {
    const [first] = await facts.offered();
    const fits = (first !== undefined) === (condition.offers === "linux");
    yield { part: "offers", wanted: condition.offers, holds: fits, found: first?.kernel ?? "" };
  }
}

/** The first text file whose beginning fits. */
export async function firstMatch(
  facts: ImageFacts,
  paths: readonly string[],
  matches: RegExp,
): Promise<{ path: string; match: RegExpExecArray } | undefined> {
  for (const pattern of paths) {
    for (const { path } of await facts.tree.glob(pattern)) {
      const text = await facts.tree.readText(path);
      const match = matches.exec((text ?? "").slice(0, MAX_TEXT_CHARACTERS));
      if (text !== undefined && match !== null) return { path, match };
    }
  }
  return undefined;
}

async function firstPath(facts: ImageFacts, pattern: string): Promise<string> {
  const [first] = await facts.tree.glob(pattern);
  return first?.path ?? "";
}
