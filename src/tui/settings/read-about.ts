/** What the settings can be about, read from the stick: its images, folders and files. */
import type { ReadableVolume, VolumeEntry } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import type { IsoRecord } from "../../stick/manifest.ts";
import { readActiveSlot, readSlot } from "../../stick/menu/slots.ts";
import { exampleSettings, readSettingsText } from "../../stick/settings/file.ts";
import { openDataToRead, openStick } from "../../stick/stick.ts";
import { failureOf } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import type { Language } from "../../system/text.ts";
import type { Draft } from "./draft.ts";
import { openDraft } from "./draft.ts";

export interface StickAbout {
  readonly path: string;
  /** As its manifest says it. */
  readonly name: string;
  /** The computer's that built it: the menu's, where the settings say nothing. */
  readonly language: Language;
  /** By path. */
  readonly isos: readonly IsoRecord[];
  /** Folders with an image in them, at any depth. */
  readonly folders: readonly string[];
  /** Files that are no images, for what is put into an initrd. */
  readonly files: readonly string[];
  /** The same, and folders. */
  readonly places: readonly string[];
}

/** More are a list that nobody looks through: other paths are typed. */
const MOST_FILES = 2_000;

/** @throws LifeboatError what `openStick` and `openDataToRead` throw. */
export async function readAbout(
  path: string,
  run: Run,
  language: Language,
): Promise<{ readonly about: StickAbout; readonly draft: Draft }> {
  const stick = await openStick(path);
  try {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const isos = (slot?.records.isos ?? []).toSorted((a, b) => a.path.localeCompare(b.path));
    const volume = await openDataToRead(stick, run);
    const found = await filesOn(volume, new Set(isos.map((iso) => iso.path)));
    const draft = await openDraft(
      await readSettingsText(stick, run),
      await exampleSettings(language),
    );
    const about = {
      path,
      name: stick.manifest.name,
      language: stick.manifest.language,
      isos,
      folders: foldersOf(isos),
      files: pathsOf(found.filter(({ kind }) => kind === "file")),
      places: pathsOf(found),
    };
    return { about, draft };
  } finally {
    await stick.disk.close();
  }
}

/** Of a damaged volume as far as it can be read: paths can be typed, and settings are wanted there, too. */
async function filesOn(
  volume: ReadableVolume,
  images: ReadonlySet<string>,
): Promise<VolumeEntry[]> {
  const found: VolumeEntry[] = [];
  try {
    for await (const entry of walk(volume)) {
      if (images.has(entry.path) || /^\/lifeboat(?:\/|$)/.test(entry.path)) continue;
      if (found.length === MOST_FILES) break;
      found.push(entry);
    }
  } catch (error) {
    failureOf(error);
  }
  return found;
}

function pathsOf(entries: readonly VolumeEntry[]): string[] {
  return entries.map(({ path }) => path).toSorted();
}

function foldersOf(isos: readonly IsoRecord[]): string[] {
  const folders = isos.flatMap(({ path }) => {
    const names = path.split("/").slice(1, -1);
    return names.map((_name, index) => `/${names.slice(0, index + 1).join("/")}`);
  });
  return [...new Set(folders)].toSorted();
}
