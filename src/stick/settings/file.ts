/** The settings file itself: the commented example that a new stick gets, and its place on the data partition. */
import type { WritableVolume } from "../../filesystems/volume.ts";
import { readPackageFile } from "../../system/package-files.ts";
import type { Run } from "../../system/run.ts";
import type { Language } from "../../system/text.ts";
import { readWhole } from "../esp/files.ts";
import type { Stick } from "../stick.ts";
import { openData, openDataToRead } from "../stick.ts";
import { SETTINGS_PATH } from "./read.ts";

/** Every key, commented out. */
export async function exampleSettings(language: Language): Promise<string> {
  return (await readPackageFile(`templates/stick.${language}.yaml`)).toString();
}

/** Undefined where the stick has none. */
export async function readSettingsText(stick: Stick, run: Run): Promise<Buffer | undefined> {
  return readWhole(await openDataToRead(stick, run), SETTINGS_PATH);
}

export async function writeSettings(stick: Stick, bytes: Uint8Array, run: Run): Promise<void> {
  await putSettings(await openData(stick, run), bytes);
  await stick.disk.flush();
}

/** Replaces the file; its folder is made where it isn't there. */
export async function putSettings(
  volume: WritableVolume,
  bytes: Uint8Array,
  now: Date = new Date(),
): Promise<void> {
  const folder = SETTINGS_PATH.slice(0, SETTINGS_PATH.lastIndexOf("/"));
  if ((await volume.find(folder)) === undefined) await volume.makeDirectory(folder);
  await volume.writeFile(SETTINGS_PATH, bytes, now);
}
