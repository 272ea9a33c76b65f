/** YAML files that people write: parsed, held against a schema, and what is wrong with them found by line. */
import { CST, Lexer, LineCounter, isMap, isScalar, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";

/** More than anybody writes; without a limit, aliases of aliases grow to more values than there is memory for. */
const MOST_ALIASES = 100;

/**
 * Collections within each other, and columns that a line is indented by, which bound them. The parser goes down by recursion; where
 * that has used up the stack, V8 ends the whole process instead of throwing when a regular expression has to be compiled.
 */
const DEEPEST = 100;
/** Each key of a map is compared with all others of it. */
const MOST_KEYS = 5_000;
/** Each may be a mistake, which the parser makes an error of. */
const MOST_TOKENS = 50_000;

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
  const beyond = beyondLimits(text);
  if (beyond !== undefined) return { problems: [beyond] };
  const lines = new LineCounter();
  const document = parseQuickly(text, lines);
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

function parseQuickly(text: string, lineCounter: LineCounter): Document.Parsed {
  // A text may hold thousands of mistakes, each an Error: nobody looks at their stacks, and made pretty each costs as much as its line.
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } finally {
    Error.stackTraceLimit = usual;
  }
}

/** What would cost the parser more than any text is worth; undefined where there is nothing of the kind. */
function beyondLimits(text: string): YamlProblem | undefined {
  let [line, tokens, keys, block] = [1, 0, 0, 0];
  const flow = new FlowDepth();
  // Undefined behind a line's first token that is more than white space.
  let indentation: number | undefined = 0;
  let isContent = false;
  const problem = (message: string) => ({ line, issue: undefined, message });
  for (const token of new Lexer().lex(text)) {
    if (isContent) {
      isContent = false;
      line += token.split("\n").length - 1;
      if (token.endsWith("\n")) [indentation, block] = [0, 0];
      continue;
    }
    const type = CST.tokenType(token);
    // What follows is the scalar itself, whatever it looks like.
    isContent = type === "scalar";
    if (++tokens > MOST_TOKENS) return problem(`more than ${MOST_TOKENS} words and signs`);
    if (type === "space" && indentation !== undefined) indentation = token.length;
    if (type === "newline") [indentation, block] = [0, 0];
    if (type === "newline" || type === "space" || type === "comment") {
      line += Number(type === "newline");
      continue;
    }
    if (flow.depth === 0 && indentation !== undefined) block = indentation;
    indentation = undefined;
    if (type === "map-value-ind" && ++keys > MOST_KEYS)
      return problem(`more than ${MOST_KEYS} keys`);
    if (flow.depth === 0 && INDICATORS.includes(type ?? "")) block++;
    flow.take(type);
    if (flow.depth + block > DEEPEST)
      return problem(`collections are nested more than ${DEEPEST} deep`);
    line += token.split("\n").length - 1;
  }
  return undefined;
}

/** Each may begin a collection within the one before it on its line. */
const INDICATORS = ["seq-item-ind", "explicit-key-ind", "map-value-ind"];

/** How deep collections in brackets and braces lie in each other; in `[a: b: c]` each colon begins one as well, to the next comma. */
class FlowDepth {
  depth = 0;
  /** Of each bracket that is open: the collections that began in it since its last comma. */
  readonly #begun: number[] = [];

  take(type: CST.TokenType | null): void {
    const innermost = this.#begun.length - 1;
    if (type === "flow-seq-start" || type === "flow-map-start") {
      this.#begun.push(0);
      this.depth++;
    } else if (innermost < 0) {
      return;
    } else if (type === "flow-seq-end" || type === "flow-map-end") {
      this.depth -= 1 + (this.#begun.pop() ?? 0);
    } else if (type === "comma") {
      this.depth -= this.#begun[innermost] ?? 0;
      this.#begun[innermost] = 0;
    } else if (INDICATORS.includes(type ?? "")) {
      this.#begun[innermost] = (this.#begun[innermost] ?? 0) + 1;
      this.depth++;
    }
  }
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
