/** YAML files that people write: parsed, held against a schema, and what is wrong with them found by line. */
import { LineCounter, isMap, isScalar, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";

/** More than anybody writes; without a limit, aliases of aliases grow to more values than there is memory for. */
const MOST_ALIASES = 100;

export interface YamlProblem {
  /** Counted from 1. */
  readonly line: number;
  /** What the schema misses; undefined where the text isn't YAML. */
  readonly issue: z.core.$ZodIssue | undefined;
  /** In the parser's or the schema's own words, with the place in the document where it helps. */
  readonly message: string;
}

export type CheckedYaml<T> =
  | {
      readonly value: T;
      /** The line on which the value at that path stands, or the nearest one around it. */
      readonly lineOf: (path: readonly PropertyKey[]) => number;
    }
  | { readonly problems: readonly YamlProblem[] };

/** @param prepare changes the plain document before the schema sees it. */
export function checkYaml<T>(
  text: string,
  schema: z.ZodType<T>,
  prepare: (plain: unknown) => unknown = (plain) => plain,
): CheckedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => {
      return { line: lineAt(pos[0]), issue: undefined, message: message.split("\n")[0] ?? "" };
    });
    return { problems };
  }
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problems: [{ line: 1, issue: undefined, message }] };
  }
  const result = schema.safeParse(prepare(plain));
  if (result.success) {
    return { value: result.data, lineOf: (path) => lineAt(offsetOf(document, path)) };
  }
  const problems = result.error.issues.map((issue): YamlProblem => {
    const where = issue.path.map(String).join(".");
    const message = where === "" ? issue.message : `${where}: ${issue.message}`;
    return { line: lineAt(offsetOfIssue(document, issue)), issue, message };
  });
  return { problems };
}

function offsetOfIssue(document: Document, issue: z.core.$ZodIssue): number {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const parent = path.length === 0 ? document.contents : document.getIn(path, true);
    const [wrong] = issue.keys;
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === wrong);
      if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
    }
  }
  return offsetOf(document, path);
}

/** The place of the value, or of the nearest one around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return 0;
}
