/** What refresh and verify say of a stick's settings: mistakes by line, and rules that lead nowhere. */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { MenuNode } from "../../menu/model.ts";
import { COMPUTER } from "../../menu/menu.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { defaultOf } from "../menu/menu.ts";
import { say } from "./messages.ts";
import { fitsPattern } from "./patterns.ts";
import type { ReadSettings, SettingsMistake } from "./read.ts";
import { placeOf, readSettings } from "./read.ts";
import type { StickSettings } from "./schema.ts";

/**
 * The settings that are in force, with where each stands: those of the file, or where it has a mistake (which is reported) the
 * last good ones: the stick must not lose its menu, nor its passwords, by a slip of the finger.
 */
export async function settingsInForce(
  data: ReadableVolume,
  last: StickSettings | undefined,
  job: JobContext,
): Promise<ReadSettings & { readonly settings: StickSettings }> {
  const read = await readSettings(data);
  for (const mistake of read.mistakes) warn(mistake, job);
  if (read.settings !== undefined) return { ...read, settings: read.settings };
  job.report({ kind: "note", level: "warning", text: say.inForce() });
  return { ...read, settings: last ?? {} };
}

/** Reports rules that no ISO fits, and a default entry that isn't there. */
export function reportIdleRules(
  read: ReadSettings & { readonly settings: StickSettings },
  paths: readonly string[],
  nodes: readonly MenuNode[],
  job: JobContext,
): void {
  // With a mistake in the file these are the last good settings, of which no line is known.
  if (read.mistakes.length > 0) return;
  for (const mistake of idleRules(read.settings, paths, nodes, read.lineOf)) warn(mistake, job);
}

export function reportMistakes(mistakes: readonly SettingsMistake[], job: JobContext): void {
  for (const mistake of mistakes) warn(mistake, job);
}

export function idleRules(
  settings: StickSettings,
  paths: readonly string[],
  nodes: readonly MenuNode[],
  lineOf: ReadSettings["lineOf"],
): SettingsMistake[] {
  const named: [string, PropertyKey[]][] = [];
  for (const section of ["images", "folders"] as const) {
    for (const pattern of Object.keys(settings[section] ?? {})) {
      named.push([pattern, [section, pattern]]);
    }
  }
  for (const [index, pattern] of (settings.hide ?? []).entries()) {
    named.push([pattern, ["hide", index]]);
  }
  for (const [index, pattern] of (settings.menu?.first ?? []).entries()) {
    named.push([pattern, ["menu", "first", index]]);
  }
  const idle = named
    .filter(([pattern]) => !paths.some((path) => fitsPattern(pattern, path)))
    .map(([pattern, where]) => ({ line: lineOf(where), text: say.fitsNothing(pattern) }));
  const wanted = settings.menu?.default;
  if (wanted === undefined || defaultOf(settings, nodes) !== undefined) return idle;
  const text =
    wanted.image === COMPUTER || paths.some((path) => fitsPattern(wanted.image, path))
      ? say.noDefault()
      : say.fitsNothing(wanted.image);
  return [...idle, { line: lineOf(["menu", "default"]), text }];
}

/** One line: where, and what. */
export function describeMistake({ line, text }: SettingsMistake): Text {
  return say.mistake(placeOf(line), text);
}

function warn(mistake: SettingsMistake, job: JobContext): void {
  job.report({ kind: "note", level: "warning", text: describeMistake(mistake) });
}
