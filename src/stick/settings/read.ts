/** Reads and checks a stick's settings. What is wrong with them is reported by line and keeps nothing else from working. */
import { readBytes } from "../../block/byte-range.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { describeProblem } from "./describe.ts";
import { say } from "./messages.ts";
import type { StickSettings } from "./schema.ts";

/** On the data partition. */
export const SETTINGS_PATH = "/lifeboat/stick.yaml";

/** More than anybody writes. */
export const LARGEST_SETTINGS_BYTES = 128 * 1024;

export interface SettingsMistake {
  /** Counted from 1; 0 where it is the whole file. */
  readonly line: number;
  readonly text: Text;
}

export interface ReadSettings {
  /** Undefined where there are mistakes. Without a file, or with nothing but comments in it: no settings. */
  readonly settings: StickSettings | undefined;
  readonly mistakes: readonly SettingsMistake[];
  /** The line on which the value at that path stands. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

export async function readSettings(volume: ReadableVolume): Promise<ReadSettings> {
  let bytes: Buffer;
  try {
    const entry = await volume.find(SETTINGS_PATH);
    if (entry?.kind !== "file") return none();
    if (entry.sizeBytes > LARGEST_SETTINGS_BYTES) return tooLarge();
    const file = await volume.open(SETTINGS_PATH);
    bytes = await readBytes(file, 0, file.size);
  } catch (error) {
    return failed(say.unreadable(failureOf(error).text));
  }
  return parseSettings(bytes);
}

/** @param bytes the file's content. */
export async function parseSettings(bytes: Uint8Array): Promise<ReadSettings> {
  if (bytes.length > LARGEST_SETTINGS_BYTES) return tooLarge();
  let text: string;
  try {
    // Notepad begins its files with a byte order mark, which this takes away.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return failed(say.notUtf8());
  }
  // The file that `build` makes is comments only: neither the YAML parser nor the schema is loaded for it.
  if (text.split(/\r?\n/).every((line) => /^\s*(?:#.*)?$/.test(line))) return none();
  const { checkYaml } = await import("../../system/yaml.ts");
  const { settingsSchema } = await import("./schema.ts");
  const checked = checkYaml(text, settingsSchema, (plain) => plain ?? {});
  if ("value" in checked) {
    return { settings: checked.value, mistakes: [], lineOf: checked.lineOf };
  }
  const mistakes = checked.problems.map((problem) => ({
    line: problem.line,
    text: describeProblem(problem),
  }));
  return { settings: undefined, mistakes, lineOf: () => 0 };
}

/** Where a mistake is, as people and their editors know it: `lifeboat/stick.yaml:12`. */
export function placeOf(line: number): string {
  return line === 0 ? SETTINGS_PATH.slice(1) : `${SETTINGS_PATH.slice(1)}:${line}`;
}

function tooLarge(): ReadSettings {
  return failed(say.tooLarge(formatSize(LARGEST_SETTINGS_BYTES)));
}

function none(): ReadSettings {
  return { settings: {}, mistakes: [], lineOf: () => 0 };
}

function failed(text: Text): ReadSettings {
  return { settings: undefined, mistakes: [{ line: 0, text }], lineOf: () => 0 };
}
