/** The settings file itself: the commented example that a new stick gets, and its place on the data partition. */
import type { WritableVolume } from "../../filesystems/volume.ts";
import { LifeboatError } from "../../system/errors.ts";
import { readPackageFile } from "../../system/package-files.ts";
import type { Run } from "../../system/run.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Language } from "../../system/text.ts";
import { readWhole } from "../esp/files.ts";
import type { Stick } from "../stick.ts";
import { openData, openDataToRead } from "../stick.ts";
import { say } from "./messages.ts";
import { LARGEST_SETTINGS_BYTES, SETTINGS_PATH, placeOf } from "./read.ts";

/** Every key, commented out. */
export async function exampleSettings(language: Language): Promise<string> {
  return (await readPackageFile(`templates/stick.${language}.yaml`)).toString();
}

/**
 * Undefined where the stick has none.
 * @throws LifeboatError `settings-mistake` where it is too large to be one: it is nobody's settings, and not to be written over.
 */
export async function readSettingsText(stick: Stick, run: Run): Promise<Buffer | undefined> {
  const volume = await openDataToRead(stick, run);
  const entry = await volume.find(SETTINGS_PATH);
  if (entry?.kind === "file" && entry.sizeBytes > LARGEST_SETTINGS_BYTES) {
    const reason = say.tooLarge(formatSize(LARGEST_SETTINGS_BYTES));
    throw new LifeboatError("settings-mistake", say.mistake(placeOf(0), reason), { kind: "usage" });
  }
  return readWhole(volume, SETTINGS_PATH);
}

/**
 * The file's text, which can be changed and written again: with its byte order mark, where it has one.
 * @throws LifeboatError `settings-mistake` where it isn't UTF-8: what can't be read would be lost when it is written.
 */
export function textOfSettings(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LifeboatError("settings-mistake", say.mistake(placeOf(0), say.notUtf8()), {
      kind: "usage",
      hint: say.notUtf8Hint(),
      cause,
    });
  }
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
