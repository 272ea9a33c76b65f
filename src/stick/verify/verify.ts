/**
 * `verify`: holds a stick against what lifeboat knows of it. Tables, boot code, every file of the boot stage, menu, each ISO's
 * place; `deep` also reads and hashes every ISO. Reads only.
 */
import type { VentoyRelease } from "../../boot/ventoy/release/release.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { areWhole } from "../../menu/new-isos/recipe-scripts.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { splitTexts, textsOfRecords } from "../menu/slot-texts.ts";
import { readActiveSlot, readSlot, sameTexts } from "../menu/slots.ts";
import { checkOwnLoaders } from "../own-loaders/verify.ts";
import { checkSettings } from "../settings/verify.ts";
import type { Stick } from "../stick.ts";
import { openDataToRead } from "../stick.ts";
import { checkBios, checkStage } from "./boot-stage.ts";
import { checkEspFiles } from "./esp-files.ts";
import { UNCHECKED, checkFileSystems } from "./file-systems.ts";
import type { VerifyFinding } from "./finding.ts";
import { error, warning } from "./finding.ts";
import { checkCopies, checkNew, checkPersistence, checkRecords } from "./isos.ts";
import { say } from "./messages.ts";
import { checkRecipes } from "./recipes.ts";
import { checkTables } from "./tables.ts";

export interface VerifyResult {
  /** No errors. */
  readonly ok: boolean;
  readonly findings: readonly VerifyFinding[];
}

export interface VerifyOptions {
  /** Also reads and hashes every ISO. */
  readonly deep: boolean;
  /** lifeboat's own: with them the user's are held against the schema, and the menu against all of them. */
  readonly recipes?: RecipeLibrary;
  /** A Ventoy stick is held against this release, byte for byte. */
  readonly ventoy?: VentoyRelease;
}

export async function verifyStick(
  stick: Stick,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyResult> {
  const volumes = await checkFileSystems(stick, job);
  const contents = await checkContents(stick, options, run, job);
  // Who can't read the data partition at all needn't be told that its structures can't be checked.
  const isUnreadable = contents.some(({ id }) => id === "data-unreadable");
  const findings = [
    ...(await checkTables(stick)),
    ...(await checkBios(stick)),
    ...(await checkStage(stick)),
    ...volumes.filter(({ id, where }) => !(isUnreadable && id === UNCHECKED && where === "data")),
    ...contents,
  ];
  return resultOf(findings);
}

/**
 * Of a stick that Ventoy starts, what is lifeboat's: the fixed part of the menu, the menu itself and the ISOs. Its partitions are
 * checked as those of every Ventoy stick (ventoy/verify.ts).
 */
export async function verifyMenu(
  stick: Stick,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyFinding[]> {
  return [...(await checkStage(stick)), ...(await checkContents(stick, options, run, job))];
}

export function resultOf(findings: readonly VerifyFinding[]): VerifyResult {
  return { ok: findings.every(({ severity }) => severity !== "error"), findings };
}

async function checkContents(
  stick: Stick,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const active = await readActiveSlot(stick.bootVolume);
  const slot = await readSlot(stick.bootVolume, active);
  if (slot === undefined) {
    return [error("menu-damaged", say.menuDamaged(), `menu-${active}`, say.refresh(), "menu")];
  }
  const { isos } = slot.records;
  const found: VerifyFinding[] = [...(await checkEspFiles(stick, slot.records))];
  const { compiled, others: texts } = splitTexts(slot.texts);
  const { menu } = slot;
  if (!sameTexts(textsOfRecords(slot.records, stick), { menu, texts }) || !areWhole(compiled)) {
    found.push(warning("menu-differs", say.menuDiffers(), `menu-${active}`, say.refresh(), "menu"));
  }
  try {
    const data = await openDataToRead(stick, run);
    found.push(...(await checkRecords(isos, data, options.deep, job)));
    found.push(...(await checkPersistence(isos, data)));
    found.push(...(await checkNew(isos, data)), ...(await checkCopies(isos, stick)));
    found.push(...(await checkOwnLoaders(isos, stick)));
    found.push(...(await checkSettings(slot.records, stick, data, job)));
    if (options.recipes !== undefined) {
      found.push(...(await checkRecipes(slot.records, options.recipes, data)));
    }
  } catch (cause) {
    const { text } = failureOf(cause);
    found.push(error("data-unreadable", say.dataUnreadable(text), "data", say.repairData()));
  }
  return found;
}
