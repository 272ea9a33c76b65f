/** `adopt --ventoy`, planned: what of a lifeboat stick becomes Ventoy's, and what of the user's would be lost. Reads only. */
import { randomBytes } from "node:crypto";
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import {
  DISK_SIGNATURE_AT,
  DISK_SIGNATURE_BYTES,
  DISK_UUID_AT,
  DISK_UUID_BYTES,
} from "../../../boot/ventoy/boot-area.ts";
import { checkBootCode } from "../../../boot/ventoy/device-check.ts";
import { VENTOY_SECTOR, coreRun } from "../../../boot/ventoy/geometry.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import { randomGuid } from "../../../disks/guid.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run } from "../../../system/run.ts";
import type { Text } from "../../../system/text.ts";
import type { StickLayout } from "../../layout.ts";
import { readMenuInUse } from "../../menu/slots.ts";
import type { Stick } from "../../stick.ts";
import type { Target } from "../../target.ts";
import { foreignEspFiles } from "../../verify/esp-files.ts";
import { say as sayInstall } from "../install/messages.ts";
import type { PlannedMenu, ReleaseName } from "../install/plan.ts";
import type { UpgradeMark } from "../mark.ts";
import { say } from "./messages.ts";
import type { VentoyPlace } from "./place.ts";
import { findVentoyPlace } from "./place.ts";
import type { StickJson } from "./settings.ts";
import { ventoyJsonOf } from "./settings.ts";
import type { AdoptionStage } from "./stage.ts";
import { stageFor } from "./stage.ts";
import type { LifeboatSurvey } from "./survey.ts";
import { surveyLifeboat } from "./survey.ts";

export interface VentoyAdoptOptions {
  readonly secureBoot: boolean;
  /** lifeboat's menu beside Ventoy's. */
  readonly menu?: Pick<PlannedMenu, "language" | "first">;
  /** As an earlier plan has it; default: a new one. */
  readonly ventoyUuid?: string;
  readonly diskSignature?: string;
}

/** Plain data: what `--dry-run` shows is what is carried out. */
export interface VentoyAdoptPlan {
  readonly target: Target;
  /** As the table will have it: data and Ventoy's partition. */
  readonly layout: StickLayout;
  readonly fileSystem: string;
  /** Ventoy and its version. */
  readonly name: string;
  readonly release: ReleaseName;
  readonly secureBoot: boolean;
  /** The disk's own, which stays. */
  readonly diskId: string;
  /** By which Ventoy will know the disk: 32 hex digits. */
  readonly ventoyUuid: string;
  /** At 440 of the first sector: 8 hex digits. */
  readonly diskSignature: string;
  /** Behind Ventoy's partition. */
  readonly freeBytes: number;
  /** Numbers of partitions that leave the table, and of those that neither lifeboat nor Ventoy knows and that stay. */
  readonly removed: readonly number[];
  readonly kept: readonly number[];
  /** Files on the EFI system partition that lifeboat didn't put there. */
  readonly lost: readonly string[];
  /** The stick's settings say something that Ventoy knows: a ventoy.json is saved beside what the stick has now. */
  readonly ventoyJson: boolean;
  readonly menu?: Pick<PlannedMenu, "language" | "first">;
  /** The same job, cut short, that is brought to its end. */
  readonly interrupted: UpgradeMark | null;
  /** What an earlier run saved that left its mark in free room; null where there was none. */
  readonly earlierBackup: string | null;
  readonly notes: readonly Text[];
}

/** A plan with the bytes that carry it out. */
export interface PreparedVentoyAdoption {
  readonly plan: VentoyAdoptPlan;
  readonly stage: AdoptionStage;
  /** Text of the ventoy.json. */
  readonly json: string | undefined;
}

/**
 * @param disk of `target`.
 * @throws LifeboatError what `surveyLifeboat`, `findVentoyPlace` and `stageFor` throw.
 */
export async function planVentoyAdoption(
  disk: ByteRange,
  target: Target,
  release: VentoyRelease,
  options: VentoyAdoptOptions,
  run: Run,
  job: JobContext,
): Promise<PreparedVentoyAdoption> {
  job.report({ kind: "step", text: say.looking() });
  const survey = await surveyLifeboat(disk, target.path);
  const { scheme, data, esp, partitions, stick, interrupted, fileSystem } = survey;
  const totalSectors = Math.floor(disk.size / VENTOY_SECTOR);
  const place = findVentoyPlace({ scheme, totalSectors, partitions, data, esp });
  // What the first run was asked for, unless it is taken away now.
  const secureBoot = options.secureBoot && (interrupted?.secureBoot ?? true);
  const sector = await readBytes(disk, 0, VENTOY_SECTOR);
  const uuid = options.ventoyUuid ?? uuidIn(sector, interrupted);
  const signature = options.diskSignature ?? signatureIn(sector);
  const ids = { uuid, signature, efiGuid: randomGuid() };
  const stage = await stageFor(disk, survey, place, release, secureBoot, ids);
  const settings =
    stick === undefined || options.menu !== undefined ? undefined : await ventoyJsonOf(stick, run);
  const lost = stick === undefined ? [] : await filesLost(stick);
  const { archive, archiveSha256, version } = release;
  const plan: VentoyAdoptPlan = {
    target,
    layout: layoutOf(survey, place, totalSectors),
    fileSystem,
    name: `Ventoy ${version}`,
    release: { archive, archiveSha256, version },
    secureBoot,
    diskId: survey.diskId,
    ventoyUuid: uuid,
    diskSignature: signature,
    freeBytes: place.freeSectors * VENTOY_SECTOR,
    removed: place.removed,
    kept: place.kept.map(({ number }) => number),
    lost,
    ventoyJson: settings?.text !== undefined,
    ...(options.menu && { menu: options.menu }),
    interrupted: interrupted ?? null,
    earlierBackup: survey.earlier?.backup || null,
    notes: notesOf(survey, place, secureBoot, settings),
  };
  return { plan, stage, json: settings?.text };
}

/** A first sector that is Ventoy's already, of a run that was cut short, keeps it. */
function uuidIn(sector: Buffer, interrupted: UpgradeMark | undefined): string {
  const { head, mark } = checkBootCode(sector);
  if (interrupted === undefined || !head || !mark) {
    return randomBytes(DISK_UUID_BYTES).toString("hex");
  }
  return sector.toString("hex", DISK_UUID_AT, DISK_UUID_AT + DISK_UUID_BYTES);
}

/** With an MBR systems know the disk by it; Ventoy's installer always gives one. */
function signatureIn(sector: Buffer): string {
  const there = sector.subarray(DISK_SIGNATURE_AT, DISK_SIGNATURE_AT + DISK_SIGNATURE_BYTES);
  return (there.every((byte) => byte === 0) ? randomBytes(DISK_SIGNATURE_BYTES) : there).toString(
    "hex",
  );
}

async function filesLost(stick: Stick): Promise<string[]> {
  const { latest } = await readMenuInUse(stick.bootVolume);
  return foreignEspFiles(stick, latest?.records ?? { isos: [] });
}

function layoutOf(
  { scheme, data }: LifeboatSurvey,
  { efi }: VentoyPlace,
  totalSectors: number,
): StickLayout {
  const { startLba, sectors } = data;
  return {
    scheme,
    sectorSize: VENTOY_SECTOR,
    totalSectors,
    partitions: [
      { number: 1, role: "data", startLba, sectors },
      { number: 2, role: "esp", ...efi },
    ],
    core: coreRun(scheme),
  };
}

function notesOf(
  { stick, interrupted, earlier }: LifeboatSurvey,
  { kept, removed }: VentoyPlace,
  secureBoot: boolean,
  settings: StickJson | undefined,
): Text[] {
  return [
    interrupted === undefined ? say.givenUp() : say.goesOn(interrupted.to),
    ...(earlier === undefined || earlier.backup === "" ? [] : [say.earlier(earlier.backup)]),
    ...removed.map((number) => say.removed(number)),
    ...kept.map(({ number }) => say.kept(number)),
    ...(settings?.text === undefined ? [] : [say.jsonToo()]),
    ...(settings?.unreadable === undefined ? [] : [say.noJson(settings.unreadable)]),
    ...(settings?.persistence === true && stick !== undefined ? [say.persistenceListed()] : []),
    ...(secureBoot ? [sayInstall.enrolment()] : []),
  ];
}
