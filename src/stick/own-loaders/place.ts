/**
 * ISOs whose kernel is signed by another vendor than the stick's shim knows are started by their own shim and GRUB, copied to the ESP:
 * nothing is enrolled for that and nothing is bypassed. What an ISO's GRUB reads there is src/menu/own-loader's.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import type { Fat32Volume } from "../../filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { openImage } from "../../iso/open-image.ts";
import type { OwnLoader, OwnLoaderResult } from "../../iso/own-loader/judge.ts";
import { judgeOwnLoader } from "../../iso/own-loader/judge.ts";
import { EXPECTED_SBAT_LEVEL } from "../../iso/own-loader/sbat-level.ts";
import type { SbatGenerations } from "../../iso/own-loader/sbat.ts";
import { readSbatLevel } from "../../iso/own-loader/sbat.ts";
import { IsoTree } from "../../iso/tree.ts";
import { programFolder } from "../../menu/own-loader/choice.ts";
import { SHIM_FILE } from "../../menu/own-loader/entries.ts";
import { SHARED_CONFIG, loaderConfig } from "../../menu/own-loader/menu.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { ROOM_FOR_MENUS, idOf } from "../esp/copies.ts";
import { readWhole, removeTree } from "../esp/files.ts";
import type { IsoRecord } from "../manifest.ts";
import { ruleOf } from "../settings/rules.ts";
import type { StickSettings } from "../settings/schema.ts";
import type { Stick } from "../stick.ts";
import { say } from "./messages.ts";
import { ownMenuName } from "./names.ts";
import {
  removeUnusedSharedConfigs,
  sharedConfigPath,
  stateOfSharedConfig,
} from "./shared-config.ts";

const FOLDER = "/lifeboat/efi";
const STICK_SHIM = "/EFI/BOOT/BOOTX64.EFI";
const UNUSABLE = "own-loader-unusable";

/**
 * Copies what is missing on the ESP, and returns the records with the places in them. What is there already is not written again.
 * An ISO whose boot loader can't be used says why in its record.
 */
export async function placeOwnLoaders(
  stick: Pick<Stick, "esp" | "manifest">,
  records: readonly IsoRecord[],
  settings: StickSettings,
  data: ReadableVolume,
  job: JobContext,
): Promise<IsoRecord[]> {
  const { esp, manifest } = stick;
  const placed: IsoRecord[] = [];
  let level: SbatGenerations | undefined;
  for (const record of records) {
    const rest = withoutLoader(record);
    const chosen = ruleOf(settings, record.path).loader === "own";
    if (!chosen && !(manifest.secureBoot && needsOwnLoader(record))) {
      placed.push(rest);
      continue;
    }
    job.signal.throwIfAborted();
    level ??= await levelOf(esp);
    const result = await placeOne(rest, data, esp, level);
    placed.push("reason" in result ? cannot(rest, result.reason, job) : result.record);
  }
  return placed;
}

/** Removes those that no record names any more; called once the menu that named them is out of use. */
export async function removeUnusedOwnLoaders(
  records: readonly IsoRecord[],
  esp: Fat32Volume,
): Promise<void> {
  const used = records.flatMap(({ ownLoader }) => ownLoader ?? []);
  const folders = new Set(used.map(({ folder }) => folder));
  if ((await esp.find(FOLDER)) !== undefined) {
    for (const { path } of await esp.list(FOLDER)) {
      if (!folders.has(path)) await removeTree(esp, path);
    }
  }
  await removeUnusedSharedConfigs(new Set(used.map(({ prefix }) => prefix)), esp);
}

function needsOwnLoader(record: IsoRecord): boolean {
  return record.entries.some(({ secureBoot }) => secureBoot === "own-loader");
}

/** What the stick's own shim holds against the boot loaders that are started after it. */
async function levelOf(esp: Fat32Volume): Promise<SbatGenerations> {
  try {
    const shim = await esp.find(STICK_SHIM);
    const level = shim && (await readSbatLevel(await esp.open(shim.path)));
    return level ?? EXPECTED_SBAT_LEVEL;
  } catch (error) {
    if (error instanceof LifeboatError && error.kind !== "cancelled") return EXPECTED_SBAT_LEVEL;
    throw error;
  }
}

async function placeOne(
  record: IsoRecord,
  data: ReadableVolume,
  esp: Fat32Volume,
  level: SbatGenerations,
): Promise<{ record: IsoRecord } | { reason: Text }> {
  const judged = await judgeRecord(record, data, level);
  if ("reason" in judged) return judged;
  const ownLoader = { folder: `${FOLDER}/${idOf(record)}`, prefix: judged.loader.prefix };
  const files = filesOf(judged.loader, ownLoader);
  if (ownLoader.prefix !== "") {
    const path = sharedConfigPath(ownLoader.prefix);
    const state = await stateOfSharedConfig(ownLoader.prefix, esp);
    if (state === "taken") return { reason: say.prefixTaken(path) };
    if (state === "missing") files.push({ path, data: Buffer.from(SHARED_CONFIG) });
  }
  const missing: EspFile[] = [];
  for (const file of files) if (!(await isThere(file, esp))) missing.push(file);
  const bytes = missing.reduce((sum, file) => sum + sizeOf(file), 0);
  if (bytes > 0 && esp.freeBytes < bytes + ROOM_FOR_MENUS) return { reason: say.espFull() };
  try {
    if (missing.length > 0) await esp.writeTree(missing);
  } catch (error) {
    // Reading the ISO's own programs: nothing was written. Where the ESP itself fails, writing the menu will say so.
    if (error instanceof LifeboatError && error.kind !== "cancelled") {
      return { reason: say.unreadable() };
    }
    throw error;
  }
  return { record: { ...record, ownLoader } };
}

/** What is wrong with one ISO must not keep the others from the menu. */
async function judgeRecord(
  record: IsoRecord,
  data: ReadableVolume,
  level: SbatGenerations,
): Promise<OwnLoaderResult> {
  try {
    const range = await data.open(record.path);
    const opened = await openImage(range);
    if (!("image" in opened)) return { reason: say.unreadable() };
    return await judgeOwnLoader(new IsoTree(opened.image.volume), range, level);
  } catch (error) {
    if (error instanceof LifeboatError && error.kind !== "cancelled") {
      return { reason: say.unreadable() };
    }
    throw error;
  }
}

type EspFile =
  | { readonly path: string; readonly data: Buffer }
  | { readonly path: string; readonly source: ByteRange };

function filesOf(loader: OwnLoader, at: NonNullable<IsoRecord["ownLoader"]>): EspFile[] {
  const folder = programFolder(at.folder);
  const { shim, grub, mokManager } = loader;
  const config = loaderConfig(at.folder, ownMenuName(at));
  return [
    { path: `${folder}/${SHIM_FILE}`, source: shim.range },
    { path: `${folder}/${grub.name}`, source: grub.range },
    ...(mokManager ? [{ path: `${folder}/${mokManager.name}`, source: mokManager.range }] : []),
    { path: `${folder}/grub.cfg`, data: Buffer.from(config) },
  ];
}

function sizeOf(file: EspFile): number {
  return "data" in file ? file.data.length : file.source.size;
}

/** The folder's name stands for one ISO in one state: a program of the right size in it is that ISO's. */
async function isThere(file: EspFile, esp: Fat32Volume): Promise<boolean> {
  const entry = await esp.find(file.path);
  if (entry?.kind !== "file" || entry.sizeBytes !== sizeOf(file)) return false;
  return !("data" in file) || (await readWhole(esp, file.path))?.equals(file.data) === true;
}

function cannot(record: IsoRecord, reason: Text, job: JobContext): IsoRecord {
  const text = say.unusable(record.path, reason);
  job.report({ kind: "note", level: "warning", text });
  const problem = { id: UNUSABLE, severity: "warning" as const, text };
  return { ...record, noOwnLoader: text, problems: [...record.problems, problem] };
}

function withoutLoader(record: IsoRecord): IsoRecord {
  const { ownLoader: _loader, noOwnLoader: _none, ...rest } = record;
  return { ...rest, problems: rest.problems.filter(({ id }) => id !== UNUSABLE) };
}
