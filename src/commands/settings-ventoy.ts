/** What `lifeboat settings` has to do with a ventoy.json. */
import { readFile } from "node:fs/promises";
import { LifeboatError, failureOf } from "../system/errors.ts";
import { reasonOf } from "../system/reason.ts";
import type { Text } from "../system/text.ts";
import type { ReadableVolume } from "../filesystems/volume.ts";
import type { StickSettings } from "../stick/settings/schema.ts";
import type { VentoyJsonLook } from "../stick/ventoy-json/look.ts";
import type { VentoyContext } from "../stick/ventoy-json/shared.ts";
import type { Shell } from "./shell.ts";

/** A text that lies on this computer, in the place of a stick. */
export function isSettingsFile(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

export function isVentoyJson(path: string): boolean {
  return /\.json$/i.test(path);
}

/** @throws LifeboatError `no-such-file`. */
export async function readGiven(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    const { en, zh } = reasonOf(cause);
    const text: Text = { en: `Can't read ${file}: ${en}`, zh: `无法读取 ${file}：${zh}` };
    throw new LifeboatError("no-such-file", text, { kind: "usage", cause });
  });
}

/** Shows a ventoy.json in words, with what is wrong with it. */
export async function showVentoyJson(file: string, shell: Shell): Promise<void> {
  const { lookAtVentoyJson } = await import("../stick/ventoy-json/look.ts");
  renderLook(await lookAtVentoyJson(await readGiven(file)), file, shell);
}

/**
 * The same for the one on a Ventoy stick that somebody else made, with the paths in it that aren't there.
 * @returns false where the target is none.
 */
export async function showVentoyStick(path: string, shell: Shell): Promise<boolean> {
  const { openTarget } = await import("../block/device.ts");
  const { surveyVentoy } = await import("../stick/ventoy/survey.ts");
  const { openUserVolume } = await import("../stick/ventoy/inspect.ts");
  const { lookAtStickJson } = await import("../stick/ventoy-json/look.ts");
  const { VENTOY_JSON_PATH } = await import("../stick/ventoy-json/names.ts");
  const disk = await openTarget(path);
  try {
    const survey = await surveyVentoy(disk);
    if (survey === undefined) return false;
    const { volume, failure } = await openUserVolume(disk, survey);
    if (failure !== undefined) throw failure;
    const look = volume && (await lookAtStickJson(volume));
    if (look !== undefined) renderLook(look, VENTOY_JSON_PATH, shell);
    else shell.result({ ventoyJson: null }, [shell.say(noVentoyJson(path))]);
    return true;
  } finally {
    await disk.close();
  }
}

function noVentoyJson(path: string): Text {
  return {
    en: `${path} is a Ventoy stick without a ventoy.json: Ventoy does what it does by default`,
    zh: `${path} 是没有 ventoy.json 的 Ventoy U 盘：Ventoy 使用默认设置`,
  };
}

/** @param name of the file, as people and their editors know it. */
export function renderLook(look: VentoyJsonLook, name: string, shell: Shell): void {
  const said = (found: readonly { readonly line: number; readonly text: Text }[]) =>
    found.map(({ line, text }) => {
      const where = line === 0 ? name : `${name}:${line}`;
      shell.warn({ en: `${where}: ${text.en}`, zh: `${where}：${text.zh}` });
      return { where, what: shell.say(text) };
    });
  const { mistakes, warnings, missing, explained } = look;
  const lines = explained.map((text) => shell.say(text));
  const json = { mistakes: said(mistakes), warnings: said(warnings), missing: said(missing) };
  shell.result({ ...json, settings: lines }, lines);
}

/** Prints the ventoy.json that settings come to; warns of what can't be in it, and of paths that the stick hasn't. */
export async function printVentoyJson(
  settings: StickSettings,
  shell: Shell,
  { context, volume }: { readonly context?: VentoyContext; readonly volume?: ReadableVolume } = {},
): Promise<void> {
  const { toVentoyJson } = await import("../stick/ventoy-json/to-json.ts");
  const { pluginWarnings } = await import("../stick/ventoy-json/warnings.ts");
  const { text, plugins, notes } = toVentoyJson(settings, context);
  const warnings = [...notes, ...pluginWarnings(plugins).map((one) => one.text)];
  if (volume !== undefined) warnings.push(...(await missingPaths(plugins, volume)));
  for (const warning of warnings) shell.warn(warning);
  const said = warnings.map((warning) => shell.say(warning));
  shell.result({ text, warnings: said }, text.trimEnd().split("\n"));
}

type Plugins = ReturnType<typeof import("../stick/ventoy-json/to-json.ts").toVentoyJson>["plugins"];

async function missingPaths(plugins: Plugins, volume: ReadableVolume): Promise<Text[]> {
  const { checkVentoyPaths } = await import("../stick/ventoy-json/paths.ts");
  const { say } = await import("../stick/ventoy-json/messages.ts");
  try {
    return (await checkVentoyPaths(plugins, volume)).map((one) => one.text);
  } catch (error) {
    return [say.notLooked(failureOf(error).text)];
  }
}
