/** What `verify` finds of a stick's settings. */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { checkExtras } from "../extras/place.ts";
import { say as sayExtras } from "../extras/messages.ts";
import type { StickRecords } from "../manifest.ts";
import { menuOfStick } from "../menu/menu.ts";
import type { Stick } from "../stick.ts";
import { checkVentoyPaths } from "../ventoy-json/paths.ts";
import type { VerifyFinding } from "../verify/finding.ts";
import { warning } from "../verify/finding.ts";
import { say } from "../verify/messages.ts";
import { describeMistake, idleRules } from "./check.ts";
import type { SettingsMistake } from "./read.ts";
import { placeOf, readSettings } from "./read.ts";

/** That they have no mistakes, lead somewhere, and are those that the menu was made with. */
export async function checkSettings(
  records: StickRecords,
  stick: Stick,
  data: ReadableVolume,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const { settings, mistakes, lineOf } = await readSettings(data);
  const finding = (id: string, mistake: SettingsMistake, fix: Text) =>
    warning(id, describeMistake(mistake), placeOf(mistake.line), fix);
  if (settings === undefined) {
    return mistakes.map((mistake) => finding("settings-mistake", mistake, say.correctSettings()));
  }
  const found: VerifyFinding[] = [];
  if (JSON.stringify(settings) !== JSON.stringify(records.settings ?? {})) {
    found.push(
      warning("settings-changed", say.settingsChanged(), placeOf(0), say.refresh(), "menu"),
    );
  }
  const paths = records.isos.map(({ path }) => path);
  const idle = idleRules(settings, paths, menuOfStick(records, stick), lineOf);
  const extras = await checkExtras(records.isos, { settings, lineOf }, data, job);
  const lineInVentoy = (at: readonly PropertyKey[]) => lineOf(["ventoy", ...at]);
  const nowhere = await checkVentoyPaths(settings.ventoy ?? {}, data, lineInVentoy);
  return [
    ...found,
    ...nowhere.map((one) => finding("settings-ventoy-path", one, say.correctPath())),
    ...idle.map((one) => finding("settings-idle", one, say.correctSettings())),
    ...extras.mistakes.map((one) => finding("settings-files", one, say.correctSettings())),
    ...extras.changed.map(({ path }) =>
      warning("settings-files-changed", sayExtras.changed(path), path, say.refresh(), "menu"),
    ),
  ];
}
