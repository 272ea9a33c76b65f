/**
 * ISOs whose kernel is signed by another vendor than the stick's shim knows are started by their own shim and GRUB, copied to the ESP:
 * nothing is enrolled for that and nothing is bypassed. What an ISO's GRUB reads there is src/menu/own-loader's.
 */
import type { BootVolume } from "../boot-volume.ts";
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
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { REFRESH_PROBLEMS } from "../as-found.ts";
import { idOf } from "../esp/ids.ts";
import type { EspStore, StoreFile } from "../esp/store.ts";
import { STORE_FOLDERS } from "../esp/store.ts";
import type { IsoRecord } from "../manifest.ts";
import { ruleOf } from "../settings/rules.ts";
import type { StickSettings } from "../settings/schema.ts";
import type { Stick } from "../stick.ts";
import { say } from "./messages.ts";
import { ownMenuName } from "./names.ts";
import { sharedConfigPath, stateOfSharedConfig } from "./shared-config.ts";

const STICK_SHIM = "/EFI/BOOT/BOOTX64.EFI";

/**
 * Copies what is missing on the ESP, and returns the records with the places in them. What is there already is not written again.
 * An ISO whose boot loader can't be used says why in its record.
 * @param records as they were found.
 */
export async function placeOwnLoaders(
  stick: Pick<Stick, "bootVolume" | "manifest">,
  records: readonly IsoRecord[],
  settings: StickSettings,
  data: ReadableVolume,
  store: EspStore,
  job: JobContext,
): Promise<IsoRecord[]> {
  const onEsp = stick.manifest.bootStage.kind === "grub";
  const placed: IsoRecord[] = [];
  let level: SbatGenerations | undefined;
  for (const record of records) {
    const chosen = ruleOf(settings, record.path).loader === "own";
    if (!chosen && !(onEsp && stick.manifest.secureBoot && needsOwnLoader(record))) {
      placed.push(record);
      continue;
    }
    if (!onEsp) {
      placed.push(cannot(record, say.needsEsp(), job));
      continue;
    }
    job.signal.throwIfAborted();
    level ??= await levelOf(stick.bootVolume);
    const result = await placeOne(record, data, stick.bootVolume, store, level);
    placed.push("reason" in result ? cannot(record, result.reason, job) : result.record);
  }
  return placed;
}

function needsOwnLoader(record: IsoRecord): boolean {
  return record.entries.some(({ secureBoot }) => secureBoot === "own-loader");
}

/** What the stick's own shim holds against the boot loaders that are started after it. */
async function levelOf(bootVolume: BootVolume): Promise<SbatGenerations> {
  try {
    const shim = await bootVolume.find(STICK_SHIM);
    const level = shim && (await readSbatLevel(await bootVolume.open(shim.path)));
    return level ?? EXPECTED_SBAT_LEVEL;
  } catch (error) {
    failureOf(error);
    return EXPECTED_SBAT_LEVEL;
  }
}

async function placeOne(
  record: IsoRecord,
  data: ReadableVolume,
  bootVolume: BootVolume,
  store: EspStore,
  level: SbatGenerations,
): Promise<{ record: IsoRecord } | { reason: Text }> {
  const judged = await judgeRecord(record, data, level);
  if ("reason" in judged) return judged;
  const ownLoader = {
    folder: `${STORE_FOLDERS.loaders}/${idOf(record)}`,
    prefix: judged.loader.prefix,
  };
  const files = filesOf(judged.loader, ownLoader);
  if (ownLoader.prefix !== "") {
    const path = sharedConfigPath(ownLoader.prefix);
    const state = await stateOfSharedConfig(ownLoader.prefix, bootVolume);
    if (state === "taken") return { reason: say.prefixTaken(path) };
    if (state === "missing") files.push({ path, data: Buffer.from(SHARED_CONFIG) });
  }
  const outcome = await store.put(files);
  if (outcome !== "there") return { reason: outcome === "full" ? say.espFull() : say.unreadable() };
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
    failureOf(error);
    return { reason: say.unreadable() };
  }
}

function filesOf(loader: OwnLoader, at: NonNullable<IsoRecord["ownLoader"]>): StoreFile[] {
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

function cannot(record: IsoRecord, reason: Text, job: JobContext): IsoRecord {
  const text = say.unusable(record.path, reason);
  job.report({ kind: "note", level: "warning", text });
  const problem = { id: REFRESH_PROBLEMS.ownLoaderUnusable, severity: "warning" as const, text };
  return { ...record, noOwnLoader: text, problems: [...record.problems, problem] };
}
