/** Reads a ventoy.json: its plugins, or what is wrong with it by line. */
import type { z } from "zod";
import type { Text } from "../../system/text.ts";
import { describeProblem } from "../settings/describe.ts";
import type { JsonMistake, JsonNode } from "./json.ts";
import { parseJson } from "./json.ts";
import { say } from "./messages.ts";
import { LARGEST_VENTOY_JSON_BYTES } from "./names.ts";
import type { VentoyPlugins } from "./schema.ts";
import { ventoyJsonSchema } from "./schema.ts";

export interface ReadVentoyJson {
  /** Undefined where there are mistakes. */
  readonly plugins: VentoyPlugins | undefined;
  /** What Ventoy can't read, or leaves out. In the order of their lines. */
  readonly mistakes: readonly JsonMistake[];
  /** Lines with an escape in them. */
  readonly escapes: readonly number[];
  /** The line on which the value at that path stands, or the nearest one around it; 0 where it isn't known. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** The file's name, where a sentence is about the file as a whole. */
const FILE = "ventoy.json";

/** @param bytes the file's content. */
export function readVentoyJson(bytes: Uint8Array): ReadVentoyJson {
  if (bytes.length > LARGEST_VENTOY_JSON_BYTES) {
    return refused([{ line: 0, text: say.tooLarge(LARGEST_VENTOY_JSON_BYTES) }]);
  }
  let text: string;
  try {
    // Ventoy takes a byte order mark of UTF-8 away too, and refuses those of UTF-16.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused([{ line: 0, text: say.notUtf8() }]);
  }
  const { root, mistakes, escapes } = parseJson(text);
  if (root === undefined) return refused(mistakes);
  if (root.members === undefined) return refused([{ line: root.line, text: say.notObject() }]);
  const checked = ventoyJsonSchema.safeParse(root.value);
  const lineOf = (path: readonly PropertyKey[]) => lineAt(root, path);
  if (checked.success) return { plugins: checked.data, mistakes: [], escapes, lineOf };
  const found = checked.error.issues.map((issue): JsonMistake => {
    return { line: lineAt(root, deepest(issue)), text: textOf(issue) };
  });
  return refused(found.toSorted((one, other) => one.line - other.line));
}

function refused(mistakes: readonly JsonMistake[]): ReadVentoyJson {
  return { plugins: undefined, mistakes, escapes: [], lineOf: () => 0 };
}

function textOf(issue: z.core.$ZodIssue): Text {
  return describeProblem({ issue, message: issue.message, line: 0 }, FILE);
}

/** Of a value that may have two forms, the place in the one that it nearly has. */
function deepest(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  if (issue.code !== "invalid_union") return issue.path;
  const inner = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
  return inner === undefined ? issue.path : [...issue.path, ...inner.path];
}

function lineAt(root: JsonNode, path: readonly PropertyKey[]): number {
  let node = root;
  for (const key of path) {
    const next = typeof key === "number" ? node.items?.[key] : node.members?.get(String(key))?.node;
    if (next === undefined) break;
    node = next;
  }
  return node.line;
}
