/**
 * Changes single settings in the user's own file: what else stands in it, comments and all, stays. Only the layout may change (the
 * spaces in brackets, the indentation), as the YAML printer has its own.
 */
import type { Document, Node, Pair, YAMLMap } from "yaml";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { describeMistake } from "./check.ts";
import { say } from "./messages.ts";
import type { SettingsMistake } from "./read.ts";
import { parseSettings } from "./read.ts";

/** The keys and indexes that lead to a setting. */
export type SettingPath = readonly (string | number)[];

export interface SettingEdit {
  readonly path: SettingPath;
  /** Plain data; undefined takes the setting out, and the groups that are empty then. */
  readonly value: unknown;
}

/**
 * The file's text with other settings.
 * @param text of the file as it is; empty where there is none.
 * @throws LifeboatError `settings-mistake` for a file with mistakes in it (those are the user's to mend), and where the edits would be
 * one: nothing is changed then.
 */
export async function withEdits(text: string, edits: readonly SettingEdit[]): Promise<string> {
  await refuseMistakes(text);
  const yaml = await import("yaml");
  // Notepad's line ends: the printer knows others only.
  const document: Document = yaml.parseDocument(text.replaceAll("\r\n", "\n"));
  let changed: string;
  try {
    for (const edit of edits) apply(document, edit, yaml);
    changed = printed(document, yaml);
    if (text.includes("\r\n")) changed = changed.replaceAll("\n", "\r\n");
  } catch (cause) {
    // An alias (`*name`) stands where the setting would go, or for what was taken out.
    const keys = edits.map(({ path }) => path.map(String).join(" › "));
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LifeboatError("settings-mistake", say.notHere(keys.join(", "), reason), {
      kind: "usage",
      cause,
    });
  }
  // Of what was asked for: the line that it would stand on says nothing yet.
  await refuseMistakes(changed, ({ text: reason }) => reason);
  return changed;
}

/**
 * The file's text with another title for an image.
 * @param path of the image, on the data partition.
 * @param title undefined: the image's own name again.
 * @throws LifeboatError as `withEdits`.
 */
export async function withTitle(
  text: string,
  path: string,
  title: string | undefined,
): Promise<string> {
  return withEdits(text, [{ path: ["images", path, "title"], value: title }]);
}

type Yaml = typeof import("yaml");

function apply(document: Document, { path, value }: SettingEdit, yaml: Yaml): void {
  // A file of comments alone has no map to put something in.
  if (document.contents === null) document.contents = document.createNode({});
  const where = keysAt(document, path, yaml);
  if (value === undefined) {
    if (document.hasIn(where)) takeOut(document, where, yaml);
    return;
  }
  const old = document.getIn(where, true);
  if (yaml.isSeq(old) && Array.isArray(value)) {
    old.items = withKept(old.items, value, document, yaml);
    return;
  }
  if (yaml.isMap(old) && isGroup(value)) {
    for (const [key, one] of Object.entries(value)) {
      apply(document, { path: [...path, key], value: one }, yaml);
    }
    const gone = old.items.flatMap(({ key }) => (yaml.isScalar(key) ? [String(key.value)] : []));
    for (const key of gone.filter((one) => !(one in value))) {
      apply(document, { path: [...path, key], value: undefined }, yaml);
    }
    return;
  }
  const isPlain = value === null || typeof value !== "object";
  document.setIn(where, isPlain ? value : document.createNode(value, { flow: isShort(value) }));
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lists of names and paths stand on one line, as in the documentation. */
function isShort(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one !== "object");
}

/** The items of a list anew, those that stay with the comments that they have. */
function withKept(
  items: readonly unknown[],
  values: readonly unknown[],
  document: Document,
  yaml: Yaml,
): unknown[] {
  const left = [...items];
  const plain = (item: unknown) =>
    yaml.isNode(item) ? JSON.stringify(item.toJS(document)) : undefined;
  return values.map((value) => {
    const at = left.findIndex((item) => plain(item) === JSON.stringify(value));
    return at < 0 ? document.createNode(value) : left.splice(at, 1)[0];
  });
}

/** The keys as the document has them: of a user named 123 a number. */
function keysAt(document: Document, path: SettingPath, yaml: Yaml): unknown[] {
  const keys: unknown[] = [];
  for (const key of path) {
    const at = keys.length === 0 ? document.contents : document.getIn(keys, true);
    const pair = yaml.isMap(at)
      ? at.items.find((one) => yaml.isScalar(one.key) && String(one.key.value) === String(key))
      : undefined;
    keys.push(pair !== undefined && yaml.isScalar(pair.key) ? pair.key.value : key);
  }
  return keys;
}

function takeOut(document: Document, where: readonly unknown[], yaml: Yaml): void {
  const parentAt = where.slice(0, -1);
  const parent = parentAt.length === 0 ? document.contents : document.getIn(parentAt, true);
  if (yaml.isMap(parent)) keepComments(parent, where.at(-1), yaml);
  document.deleteIn(where);
  if (parentAt.length === 0 || !yaml.isCollection(parent) || parent.items.length > 0) return;
  if (parent.commentBefore || parent.comment) return;
  takeOut(document, parentAt, yaml);
}

/** What stands above a key may be about more than it (an example that is commented out): it goes to the next key, or to the end. */
function keepComments(map: YAMLMap, key: unknown, yaml: Yaml): void {
  const at = map.items.findIndex((pair) => yaml.isScalar(pair.key) && pair.key.value === key);
  const gone = keyNode(map.items[at], yaml);
  const next = keyNode(map.items[at + 1], yaml);
  // The comment above the first key of a map is the map's own.
  const comment = gone?.commentBefore;
  if (!comment) return;
  if (next !== undefined) {
    next.commentBefore = [comment, next.commentBefore].filter(Boolean).join("\n");
    next.spaceBefore = gone.spaceBefore ?? false;
  } else {
    map.comment = [comment, map.comment].filter(Boolean).join("\n");
  }
}

function keyNode(pair: Pair | undefined, yaml: Yaml): Node | undefined {
  return yaml.isNode(pair?.key) ? pair.key : undefined;
}

function printed(document: Document, yaml: Yaml): string {
  const { commentBefore, comment, contents } = document;
  if (!yaml.isMap(contents) || contents.items.length > 0) {
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }
  // Of a file without a setting the printer would make `{}`.
  const blocks = [commentBefore, contents?.commentBefore, contents?.comment, comment];
  return blocks
    .filter((block) => typeof block === "string")
    .map((block) => block.replaceAll(/^(?=.)/gm, "#"))
    .map((block) => `${block}\n`)
    .join("\n");
}

async function refuseMistakes(
  text: string,
  describe: (mistake: SettingsMistake) => Text = describeMistake,
): Promise<void> {
  const { mistakes } = await parseSettings(Buffer.from(text));
  const [first] = mistakes;
  if (first === undefined) return;
  throw new LifeboatError("settings-mistake", describe(first), { kind: "usage" });
}
