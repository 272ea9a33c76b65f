/**
 * Which paths of a ventoy.json lead nowhere on the stick, by Ventoy's own rules: images and folders are compared byte by byte with what the
 * menu found, `*` for one byte; other files are opened, as the file system takes upper and lower case.
 */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import type { Text } from "../../system/text.ts";
import type { Comparison } from "./match.ts";
import { fitsVentoyPattern, hasStar } from "./match.ts";
import { say } from "./messages.ts";
import { LARGEST_REPLACEMENT_BYTES } from "./names.ts";
import type { VentoyPlugins } from "./schema.ts";
import { namedPaths } from "./named-paths.ts";
import type { NamedPath } from "./named-paths.ts";

export interface PathFinding {
  /** Of the file; 0 where none is given. */
  readonly line: number;
  readonly path: string;
  readonly text: Text;
}

/** With a star in a path, all of the stick is looked through once. */
const MOST_ENTRIES = 200_000;

/**
 * @param plugins of a ventoy.json, or the section `ventoy` of a stick.yaml.
 * @param volume the partition with the images.
 * @param lineOf as `readVentoyJson` gives it.
 * @throws LifeboatError what the volume throws.
 */
export async function checkVentoyPaths(
  plugins: VentoyPlugins,
  volume: ReadableVolume,
  lineOf: (path: readonly PropertyKey[]) => number = () => 0,
): Promise<PathFinding[]> {
  const stick = new Files(volume);
  const found: PathFinding[] = [];
  for (const named of namedPaths(plugins)) {
    const text = await wrongWith(named, stick);
    if (text !== undefined) found.push({ line: lineOf(named.at), path: named.path, text });
  }
  return found.toSorted((one, other) => one.line - other.line);
}

async function wrongWith(named: NamedPath, stick: Files): Promise<Text | undefined> {
  const { key, path, kind } = named;
  if (kind === "file" || kind === "replacement") {
    const entry = await stick.volume.find(path);
    if (entry === undefined) return say.missing(key, path);
    if (entry.kind !== "file") return say.notFile(key, path);
    const isTooLarge = kind === "replacement" && entry.sizeBytes > LARGEST_REPLACEMENT_BYTES;
    return isTooLarge ? say.tooLargeFile(key, path, LARGEST_REPLACEMENT_BYTES) : undefined;
  }
  if (kind !== "folder" && named.comparison !== undefined && hasStar(path)) {
    return (await stick.hasFit(path, named.comparison)) ? undefined : say.fitsNothing(key, path);
  }
  const there = await stick.spelt(path);
  if (there === undefined) return say.missing(key, path);
  if (there.path !== path) return say.otherCase(key, path, there.path);
  if (kind === "folder") return there.kind === "directory" ? undefined : say.notFolder(key, path);
  return there.kind === "file" ? undefined : say.notFile(key, path);
}

/** The stick's files, each folder read once. */
class Files {
  readonly volume: ReadableVolume;
  readonly #folders = new Map<string, Map<string, string>>();
  #all: Promise<readonly string[]> | undefined;

  constructor(volume: ReadableVolume) {
    this.volume = volume;
  }

  /** The entry at that path, spelt as the stick has it; undefined where there is none in any case. */
  async spelt(path: string): Promise<{ path: string; kind: string } | undefined> {
    let at = "";
    let kind = "directory";
    for (const name of path.split("/").filter((part) => part !== "")) {
      if (kind !== "directory") return undefined;
      const names = await this.#names(at === "" ? "/" : at);
      const lower = name.toLowerCase();
      const there = names.has(name)
        ? name
        : [...names.keys()].find((one) => one.toLowerCase() === lower);
      if (there === undefined) return undefined;
      at = `${at}/${there}`;
      kind = names.get(there) ?? "other";
    }
    // With a slash too many, or one at the end, Ventoy finds nothing: the path that is compared has none.
    return { path: at === "" ? "/" : at, kind };
  }

  async hasFit(pattern: string, comparison: Comparison): Promise<boolean> {
    this.#all ??= allFiles(this.volume);
    return (await this.#all).some((path) => fitsVentoyPattern(pattern, path, comparison));
  }

  async #names(folder: string): Promise<Map<string, string>> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const entries = await this.volume.list(folder);
    const names = new Map(entries.map(({ name, kind }) => [name, kind]));
    this.#folders.set(folder, names);
    return names;
  }
}

async function allFiles(volume: ReadableVolume): Promise<string[]> {
  const found: string[] = [];
  for await (const { path, kind } of walk(volume, { maxEntries: MOST_ENTRIES })) {
    if (kind === "file") found.push(path);
  }
  return found;
}
