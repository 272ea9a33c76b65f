/**
 * The cpios with what the settings bring into initrds, on the ESP beside the hook. Each is called after its content: one that is
 * there is the right one, and what several ISOs share lies there once.
 */
import { createHash } from "node:crypto";
import { MemoryRange } from "../../block/memory.ts";
import type { Fat32Volume } from "../../filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { IsoRecord } from "../manifest.ts";
import { sameJson } from "../manifest.ts";
import type { SettingsMistake } from "../settings/read.ts";
import type { StickSettings } from "../settings/schema.ts";
import { say } from "./messages.ts";
import type { ExtrasPlan } from "./plan.ts";
import { planExtras } from "./plan.ts";

const FOLDER = "/lifeboat/extra";
/** They never take what the menus and the folders need. */
const ROOM_FOR_MENUS = 8 * MIB;

/** The settings as they were read, and where each of them stands. */
export interface SettingsWithLines {
  readonly settings: StickSettings;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/**
 * Writes the cpios that are missing on the ESP, and returns the records with their places in them. What can't be had, or has no
 * room, is left out and told.
 */
export async function placeExtras(
  records: readonly IsoRecord[],
  { settings, lineOf }: SettingsWithLines,
  data: ReadableVolume,
  esp: Fat32Volume,
  job: JobContext,
): Promise<{ isos: IsoRecord[]; mistakes: SettingsMistake[] }> {
  const isos: IsoRecord[] = [];
  const mistakes: SettingsMistake[] = [];
  for (const record of records) {
    const plan = await planExtras(record, settings, data, job);
    for (const { where, text } of plan.problems) mistakes.push({ line: lineOf(where), text });
    const placed = new Set<string>();
    for (const cpio of cpiosOf(plan)) {
      const path = pathOf(cpio);
      if (await put(cpio, path, esp)) placed.add(path);
    }
    const full = (file: string, where: readonly PropertyKey[]) => {
      mistakes.push({ line: lineOf(where), text: say.leftOut(record.path, file, say.espFull()) });
    };
    if (plan.injected !== undefined && !placed.has(pathOf(plan.injected))) full("inject", []);
    for (const { cpio, file, where } of plan.answers) {
      if (!placed.has(pathOf(cpio))) full(file, where);
    }
    isos.push(withExtras(record, plan, (path) => placed.has(path)));
  }
  return { isos, mistakes };
}

/** What `verify` finds of them: mistakes of the settings, and the records as a refresh would make them. */
export async function checkExtras(
  records: readonly IsoRecord[],
  { settings, lineOf }: SettingsWithLines,
  data: ReadableVolume,
  job: JobContext,
): Promise<{ changed: IsoRecord[]; mistakes: SettingsMistake[] }> {
  const changed: IsoRecord[] = [];
  const mistakes: SettingsMistake[] = [];
  for (const record of records) {
    const plan = await planExtras(record, settings, data, job);
    for (const { where, text } of plan.problems) mistakes.push({ line: lineOf(where), text });
    const now = withExtras(record, plan, () => true).extras;
    if (!sameJson(now, record.extras)) changed.push(record);
  }
  return { changed, mistakes };
}

/** Removes those that no record names any more; called once the menu that named them is out of use. */
export async function removeUnusedExtras(
  records: readonly IsoRecord[],
  esp: Fat32Volume,
): Promise<void> {
  if ((await esp.find(FOLDER)) === undefined) return;
  const used = new Set(records.flatMap((record) => extraFiles(record)));
  for (const { path } of await esp.list(FOLDER)) if (!used.has(path)) await esp.remove(path);
}

/** Paths on the ESP. */
export function extraFiles({ extras }: IsoRecord): string[] {
  if (extras === undefined) return [];
  const { injected, answers } = extras;
  return [...(injected === undefined ? [] : [injected]), ...answers.map(({ cpio }) => cpio)];
}

function withExtras(
  { extras: _old, ...record }: IsoRecord,
  { injected, answers }: ExtrasPlan,
  isThere: (path: string) => boolean,
): IsoRecord {
  const path = injected === undefined ? undefined : pathOf(injected);
  const there = answers
    .map(({ file, title, cpio }) => {
      return { file, ...(title === undefined ? {} : { title }), cpio: pathOf(cpio) };
    })
    .filter(({ cpio }) => isThere(cpio));
  const has = path !== undefined && isThere(path);
  if (!has && there.length === 0) return record;
  return { ...record, extras: { ...(has ? { injected: path } : {}), answers: there } };
}

function cpiosOf({ injected, answers }: ExtrasPlan): Buffer[] {
  return [...(injected === undefined ? [] : [injected]), ...answers.map(({ cpio }) => cpio)];
}

function pathOf(cpio: Buffer): string {
  const name = createHash("sha256").update(cpio).digest("hex").slice(0, 16);
  return `${FOLDER}/${name}.cpio`;
}

/** False where there is no room. */
async function put(cpio: Buffer, path: string, esp: Fat32Volume): Promise<boolean> {
  if ((await esp.find(path))?.sizeBytes === cpio.length) return true;
  if (esp.freeBytes < cpio.length + ROOM_FOR_MENUS) return false;
  if ((await esp.find(FOLDER)) === undefined) await esp.makeDirectory(FOLDER);
  await esp.writeFile(path, new MemoryRange(cpio));
  return true;
}
