/** All that can be said of a ventoy.json: what is wrong with it, what it does, which of its paths aren't on the stick. */
import { readBytes } from "../../block/byte-range.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { Text } from "../../system/text.ts";
import { explainVentoyJson } from "./explain.ts";
import type { JsonMistake } from "./json.ts";
import { say } from "./messages.ts";
import { LARGEST_VENTOY_JSON_BYTES, VENTOY_JSON_PATH } from "./names.ts";
import type { PathFinding } from "./paths.ts";
import { checkVentoyPaths } from "./paths.ts";
import { readVentoyJson } from "./read.ts";
import { warningsOf } from "./warnings.ts";

export interface VentoyJsonLook {
  /** What Ventoy can't read, or leaves out; with any of them the rest is empty. */
  readonly mistakes: readonly JsonMistake[];
  readonly warnings: readonly JsonMistake[];
  /** Empty without a stick to look at. */
  readonly missing: readonly PathFinding[];
  /** A line for each setting. */
  readonly explained: readonly Text[];
}

/** @param volume the partition with the images; undefined for a file that is looked at by itself. */
export async function lookAtVentoyJson(
  bytes: Uint8Array,
  volume?: ReadableVolume,
): Promise<VentoyJsonLook> {
  const read = readVentoyJson(bytes);
  const { plugins, mistakes, lineOf } = read;
  if (plugins === undefined) return { mistakes, warnings: [], missing: [], explained: [] };
  const missing = volume === undefined ? [] : await checkVentoyPaths(plugins, volume, lineOf);
  return { mistakes, warnings: warningsOf(read), missing, explained: explainVentoyJson(plugins) };
}

/**
 * The ventoy.json of a stick, whoever made it.
 * @param volume its partition with the images.
 * @returns undefined where it has none.
 * @throws LifeboatError what the volume throws.
 */
export async function lookAtStickJson(volume: ReadableVolume): Promise<VentoyJsonLook | undefined> {
  const entry = await volume.find(VENTOY_JSON_PATH);
  if (entry?.kind !== "file") return undefined;
  if (entry.sizeBytes > LARGEST_VENTOY_JSON_BYTES) {
    const mistakes = [{ line: 0, text: say.tooLarge(LARGEST_VENTOY_JSON_BYTES) }];
    return { mistakes, warnings: [], missing: [], explained: [] };
  }
  const file = await volume.open(VENTOY_JSON_PATH);
  return lookAtVentoyJson(await readBytes(file, 0, file.size), volume);
}
