/** `upgrade` of a Ventoy stick, planned: from which release to which, what of it is written, and what of the user's would be lost. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { MemoryRange } from "../../../block/memory.ts";
import { chainedPartition } from "../../../boot/ventoy/chain/partition.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import { openFat } from "../../../filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../../filesystems/volume.ts";
import { walk } from "../../../filesystems/walk.ts";
import { compareNames } from "../../../menu/compare.ts";
import { LifeboatError, failureOf } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Text } from "../../../system/text.ts";
import { SYSTEMS_OWN } from "../../data/collect.ts";
import type { Scheme } from "../../layout.ts";
import { recogniseStick } from "../../stick.ts";
import { refuseUnreadableChain } from "../chain/refuse.ts";
import { refuseHalfAdopted } from "../interrupted.ts";
import type { UpgradeMark } from "../mark.ts";
import type { StagePart, VentoyStage } from "./new-stage.ts";
import { newVentoyStage } from "./new-stage.ts";
import { say } from "./messages.ts";
import type { VentoySurvey } from "../survey.ts";
import { surveyVentoy } from "../survey.ts";
import { refuseLayout } from "./layout.ts";

export interface VentoyUpgradePlan {
  readonly target: string;
  readonly scheme: Scheme;
  /** `before` is null where the stick doesn't say. */
  readonly versions: { readonly before: string | null; readonly after: string };
  readonly downgrade: boolean;
  readonly secureBoot: { readonly before: boolean | null; readonly after: boolean };
  readonly archive: string;
  readonly archiveSha256: string;
  /** What differs, in the order in which it is written. Empty: the stick has this release. */
  readonly parts: readonly StagePart[];
  /** Files on Ventoy's partition that the release doesn't have: they are lost (and in what is saved before). */
  readonly lost: readonly string[];
  /** An upgrade that was cut short and is brought to its end. */
  readonly interrupted: UpgradeMark | null;
  readonly upToDate: boolean;
  readonly notes: readonly Text[];
}

export interface PreparedVentoyUpgrade {
  readonly plan: VentoyUpgradePlan;
  readonly survey: VentoySurvey;
  readonly stage: VentoyStage;
}

export interface VentoyUpgradeOptions {
  /** Default: as the stick has it. */
  readonly secureBoot?: boolean | undefined;
}

/** Where a whole release has tens of files, more than these aren't listed one by one. */
const MOST_FILES = 10_000;

/**
 * @param path of `disk`, for messages.
 * @throws LifeboatError `ventoy-adoption-interrupted`, `ventoy-chain-unreadable`, `grub-stick`, `no-ventoy-stick`, `ventoy-partition-place`, `ventoy-table-place` (all refused), `ventoy-lost` (damaged).
 */
export async function planVentoyUpgrade(
  disk: ByteRange,
  path: string,
  release: VentoyRelease,
  options: VentoyUpgradeOptions,
  job: JobContext,
): Promise<PreparedVentoyUpgrade> {
  const survey = await surveyVentoy(disk);
  if (survey === undefined) throw await noVentoyStick(disk, path);
  refuseHalfAdopted(path, survey.interrupted);
  refuseUnreadableChain(path, survey);
  await refuseLayout(disk, path, survey);
  job.report({ kind: "step", text: say.comparing() });
  const { interrupted, scheme } = survey;
  const had = survey.secureBoot ?? interrupted?.secureBoot;
  // A partition that can't be read doesn't tell: Ventoy's own default.
  const secureBoot = options.secureBoot ?? had ?? true;
  const stage = await newVentoyStage(disk, survey, release, secureBoot);
  const parts = await differingParts(disk, survey, stage);
  const before = survey.version ?? (interrupted?.from || undefined);
  const downgrade = before !== undefined && compareNames(release.version, before) < 0;
  const notes: Text[] = [];
  if (interrupted !== undefined) notes.push(say.goesOn(interrupted.from, interrupted.to));
  if (downgrade) notes.push(say.downgrade(before, release.version));
  if (stage.tableDamaged) notes.push(say.tableLeft());
  const plan: VentoyUpgradePlan = {
    target: path,
    scheme,
    versions: { before: before ?? null, after: release.version },
    downgrade,
    secureBoot: { before: had ?? null, after: secureBoot },
    archive: release.archive,
    archiveSha256: release.archiveSha256,
    parts,
    lost: parts.includes("efi-partition") ? await filesLost(survey, release) : [],
    interrupted: interrupted ?? null,
    upToDate: parts.length === 0,
    notes,
  };
  return { plan, survey, stage };
}

/** Why a disk that Ventoy's archive was named for can't be taken for a Ventoy stick. */
export async function noVentoyStick(disk: ByteRange, path: string): Promise<LifeboatError> {
  const own = await recogniseStick(disk, path).catch((error: unknown) => {
    failureOf(error);
    return undefined;
  });
  if (own?.manifest.bootStage.kind === "ventoy") {
    return new LifeboatError("ventoy-lost", say.lost(path), {
      kind: "damaged",
      hint: say.lostHint(path),
    });
  }
  return own === undefined
    ? new LifeboatError("no-ventoy-stick", say.noVentoyStick(path), {
        kind: "refused",
        hint: say.noVentoyStickHint(path),
      })
    : new LifeboatError("grub-stick", say.grubStick(path), {
        kind: "refused",
        hint: say.grubStickHint(path),
      });
}

/** What of a stage isn't on the disk byte for byte, in the order in which it is written. */
export async function differingParts(
  disk: ByteRange,
  { esp }: VentoySurvey,
  stage: VentoyStage,
): Promise<StagePart[]> {
  const parts: StagePart[] = [];
  const differs = async (offset: number, wanted: Buffer) =>
    !(await readBytes(disk, offset, wanted.length)).equals(wanted);
  if (await differs(esp.startLba * VENTOY_SECTOR, stage.esp)) parts.push("efi-partition");
  if (await differs(stage.coreLba * VENTOY_SECTOR, stage.core)) parts.push("core-image");
  if (stage.table !== undefined) parts.push("partition-table");
  if (stage.handOver.length > 0) parts.push("hand-over");
  if (await differs(0, stage.bootSector)) parts.push("boot-code");
  return parts;
}

/**
 * By their paths. What operating systems leave on every volume is nobody's loss.
 */
async function filesLost(
  { volume, chain }: VentoySurvey,
  { diskImage }: VentoyRelease,
): Promise<string[]> {
  if (volume === undefined) return [];
  const known = [await openFat(new MemoryRange(diskImage))];
  // Whoever gives up Secure Boot loses nothing of their own.
  if (chain !== undefined) {
    known.push(await openFat(new MemoryRange(chainedPartition(diskImage, true))));
  }
  const lost: string[] = [];
  try {
    for await (const path of filesOn(volume)) {
      const found = await Promise.all(known.map(async (one) => one.find(path)));
      if (found.every((entry) => entry === undefined)) lost.push(path);
    }
  } catch (error) {
    // What a damaged folder held can't be told, and is in what is saved all the same.
    failureOf(error);
  }
  return lost;
}

export async function* filesOn(volume: ReadableVolume): AsyncGenerator<string> {
  const enter = ({ name }: { readonly name: string }) => !SYSTEMS_OWN.test(name);
  for await (const { path, kind } of walk(volume, { maxEntries: MOST_FILES, enter })) {
    if (kind === "file") yield path;
  }
}
