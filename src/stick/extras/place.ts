/**
 * The cpios with what the settings bring into initrds, on the ESP beside the hook. Each is called after its content: one that is
 * there is the right one, and what several ISOs share lies there once.
 */
import { createHash } from "node:crypto";
import { MemoryRange } from "../../block/memory.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import type { EspStore } from "../esp/store.ts";
import { STORE_FOLDERS } from "../esp/store.ts";
import type { IsoRecord } from "../manifest.ts";
import { sameJson } from "../manifest.ts";
import type { SettingsMistake } from "../settings/read.ts";
import type { StickSettings } from "../settings/schema.ts";
import { say } from "./messages.ts";
import type { ExtrasPlan } from "./plan.ts";
import { planExtras } from "./plan.ts";

/** The settings as they were read, and where each of them stands. */
export interface SettingsWithLines {
  readonly settings: StickSettings;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/**
 * Writes the cpios that are missing on the ESP, and returns the records with their places in them. What can't be had, or has no
 * room, is left out and told.
 * @param records as they were found.
 */
export async function placeExtras(
  records: readonly IsoRecord[],
  { settings, lineOf }: SettingsWithLines,
  data: ReadableVolume,
  store: EspStore,
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
      const file = { path, source: new MemoryRange(cpio) };
      if ((await store.put([file])) === "there") placed.add(path);
    }
    const full = (file: string, where: readonly PropertyKey[]) => {
      mistakes.push({ line: lineOf(where), text: say.leftOut(record.path, file, say.espFull()) });
    };
    if (plan.injected !== undefined && !placed.has(pathOf(plan.injected))) full("inject", []);
    for (const { cpio, file, where } of plan.answers) {
      if (!placed.has(pathOf(cpio))) full(file, where);
    }
    const extras = extrasOf(plan, (path) => placed.has(path));
    isos.push(extras === undefined ? record : { ...record, extras });
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
    if (
      !sameJson(
        extrasOf(plan, () => true),
        record.extras,
      )
    )
      changed.push(record);
  }
  return { changed, mistakes };
}

/** Undefined where nothing of the plan is there. */
function extrasOf(
  { injected, answers }: ExtrasPlan,
  isThere: (path: string) => boolean,
): IsoRecord["extras"] {
  const path = injected === undefined ? undefined : pathOf(injected);
  const there = answers
    .map(({ file, title, cpio }) => {
      return { file, ...(title === undefined ? {} : { title }), cpio: pathOf(cpio) };
    })
    .filter(({ cpio }) => isThere(cpio));
  const has = path !== undefined && isThere(path);
  if (!has && there.length === 0) return undefined;
  return { ...(has ? { injected: path } : {}), answers: there };
}

function cpiosOf({ injected, answers }: ExtrasPlan): Buffer[] {
  return [...(injected === undefined ? [] : [injected]), ...answers.map(({ cpio }) => cpio)];
}

function pathOf(cpio: Buffer): string {
  const name = createHash("sha256").update(cpio).digest("hex").slice(0, 16);
  return `${STORE_FOLDERS.extra}/${name}.cpio`;
}
