/**
 * `/ventoy/ventoy.json` of a stick with lifeboat's menu, made from the same settings (`lifeboat/stick.yaml`). What lifeboat wrote last is
 * kept beside them: a file that is another one was changed by somebody, with Ventoy's Plugson or by hand, and stays.
 */
import type { BootVolume } from "../../boot-volume.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import { readWhole } from "../../esp/files.ts";
import type { StickSettings } from "../../settings/schema.ts";
import { importVentoyJson } from "../../ventoy-json/merge.ts";
import { VENTOY_JSON_PATH } from "../../ventoy-json/names.ts";
import type { VentoyContext } from "../../ventoy-json/shared.ts";
import { toVentoyJson } from "../../ventoy-json/to-json.ts";
import { say } from "./messages.ts";

/** What was there before lifeboat wrote the first. */
export const FORMER_JSON_PATH = "/lifeboat/ventoy.json.before";
/** What lifeboat wrote last. */
export const WRITTEN_JSON_PATH = "/lifeboat/ventoy.json";

/**
 * Writes the file where the settings come to another one. One of somebody else's stays, and that is told.
 * @param options `isTaken`: what the file says is in the settings, so that it may go.
 * @returns whether what the settings say is in the file.
 */
export async function renewVentoyJson(
  volume: BootVolume,
  settings: StickSettings,
  context: VentoyContext,
  job: JobContext,
  { isTaken = false }: { readonly isTaken?: boolean } = {},
): Promise<boolean> {
  const { text, plugins, notes } = toVentoyJson(settings, context);
  const wanted = Buffer.from(text);
  const found = await readWhole(volume, VENTOY_JSON_PATH);
  const written = await readWhole(volume, WRITTEN_JSON_PATH);
  const isOurs = [wanted, written].some((ours) => ours !== undefined && found?.equals(ours));
  if (found !== undefined && !isOurs && !isTaken) {
    job.report({ kind: "note", level: "warning", text: say.jsonChanged(VENTOY_JSON_PATH) });
    return false;
  }
  // Nothing that Ventoy must be told, and nobody has told it anything.
  if (Object.keys(plugins).length === 0 && found === undefined) return true;
  for (const note of notes) job.report({ kind: "note", level: "warning", text: note });
  if (found?.equals(wanted) === true && written?.equals(wanted) === true) return true;
  // The user's own, as it was before lifeboat wrote one.
  if (found !== undefined && written === undefined && !found.equals(wanted)) {
    await volume.writeTree([{ path: FORMER_JSON_PATH, data: found }]);
  }
  // In this order: cut in between, the file is what the settings come to, and the next refresh knows it.
  await volume.writeTree([{ path: VENTOY_JSON_PATH, data: wanted }]);
  await volume.writeTree([{ path: WRITTEN_JSON_PATH, data: wanted }]);
  return true;
}

export interface TakenJson {
  /** Of a stick.yaml. */
  readonly text: string;
  /** Whether all that the stick's ventoy.json says is in it. */
  readonly isTaken: boolean;
}

/**
 * The text of a stick.yaml that comes to the ventoy.json that is on the stick already, so that nothing of it is lost; `text` itself where
 * there is none, or one with mistakes, which stays as it is.
 */
export async function withVentoyJson(
  text: string,
  volume: BootVolume,
  context: VentoyContext,
  job: JobContext,
): Promise<TakenJson> {
  const found = await readWhole(volume, VENTOY_JSON_PATH);
  if (found === undefined) return { text, isTaken: true };
  try {
    return { text: await importVentoyJson(text, found, context, VENTOY_JSON_PATH), isTaken: true };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    job.report({ kind: "note", level: "warning", text: error.text });
    return { text, isTaken: false };
  }
}
