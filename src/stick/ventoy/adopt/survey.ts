/** What is on a lifeboat stick that is to become a Ventoy stick, or was becoming one when that was cut short. Reads only. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import { say as sayLayout } from "../../../boot/ventoy/layout-messages.ts";
import type { PartitionView } from "../../../disks/partitions.ts";
import { readPartitions } from "../../../disks/partitions.ts";
import { recognise } from "../../../filesystems/recognise.ts";
import { LifeboatError, failureOf } from "../../../system/errors.ts";
import { refuseTable } from "../../adopt/survey.ts";
import { findBootPartition, isEfiSystem } from "../../boot-partition.ts";
import type { Scheme } from "../../layout.ts";
import type { Stick } from "../../stick.ts";
import { recogniseStick } from "../../stick.ts";
import type { UpgradeMark } from "../mark.ts";
import { MARK_BYTES, decodeMark } from "../mark.ts";
import { sliceOf } from "../recognise.ts";
import { surveyVentoy } from "../survey.ts";
import { CUT_SHORT } from "../upgrade/new-stage.ts";
import { noVentoyStick } from "../upgrade/plan.ts";
import { say as sayChain } from "../chain/messages.ts";
import { say } from "./messages.ts";

export interface LifeboatSurvey {
  readonly scheme: Scheme;
  /** Disk GUID, or signature as eight lower-case hex digits. */
  readonly diskId: string;
  readonly partitions: readonly PartitionView[];
  readonly data: PartitionView;
  /** What starts the stick: partition 2. */
  readonly esp: PartitionView;
  /** Of the data partition, as far as it is known. */
  readonly fileSystem: string;
  /** Undefined where it was cut short: its own EFI system partition is gone by then. */
  readonly stick: Stick | undefined;
  readonly interrupted: UpgradeMark | undefined;
  /**
   * Of a run that was cut short before the table showed its partition, or whose stick was brought back since: where Ventoy's partition
   * comes to lie in free room its mark stays there.
   */
  readonly earlier: UpgradeMark | undefined;
}

/**
 * @throws LifeboatError (refused) `ventoy-sector-size`, `already-a-ventoy-stick`, `not-lifeboats`, `adopt-table-damaged`, `ventoy-adopt-no-esp`; what
 * `recogniseStick` throws for a stick with a damaged manifest, or of a later lifeboat; `ventoy-lost`.
 */
export async function surveyLifeboat(disk: ByteRange, path: string): Promise<LifeboatSurvey> {
  const report = await readPartitions(disk);
  const sectorSize = Math.max(disk.sectorSize, report.sectorSize);
  if (sectorSize !== VENTOY_SECTOR) {
    throw new LifeboatError("ventoy-sector-size", sayLayout.largeSectors(sectorSize), {
      kind: "refused",
      hint: say.largeSectorsHint(),
    });
  }
  const ventoy = await surveyVentoy(disk);
  const interrupted = ventoy?.interrupted;
  if (ventoy?.chain !== undefined) {
    throw new LifeboatError("already-a-ventoy-stick", sayChain.hasMenu(path), {
      kind: "refused",
      hint: sayChain.hasMenuHint(path),
    });
  }
  if (ventoy !== undefined && interrupted?.was === undefined) {
    throw new LifeboatError("already-a-ventoy-stick", say.already(path), {
      kind: "refused",
      hint: say.alreadyHint(path),
    });
  }
  const stick = ventoy === undefined ? await lifeboatStick(disk, path) : undefined;
  const { scheme, diskId, partitions } = report;
  const data = partitions.find(({ number }) => number === 1);
  const esp = partitions.find(({ number }) => number === 2);
  const earlier =
    ventoy === undefined && data !== undefined ? await markBehind(disk, data) : undefined;
  const isCut = interrupted !== undefined || earlier !== undefined;
  await refuseTable(disk, report, isCut ? CUT_SHORT : undefined);
  if (scheme === "none" || data === undefined || esp === undefined) throw notLifeboats(path);
  if (ventoy !== undefined && ventoy.esp.number !== esp.number) throw notLifeboats(path);
  if (ventoy === undefined) await refuseUnsaved(disk, partitions, esp);
  const fileSystem = stick?.manifest.fileSystem ?? (await recognise(sliceOf(disk, data))) ?? "?";
  return { scheme, diskId, partitions, data, esp, fileSystem, stick, interrupted, earlier };
}

/** The mark right behind the data partition, where Ventoy's comes to lie. */
async function markBehind(
  disk: ByteRange,
  { startLba, sectors }: PartitionView,
): Promise<UpgradeMark | undefined> {
  const at = (startLba + sectors) * VENTOY_SECTOR;
  if (at + MARK_BYTES > disk.size) return undefined;
  const mark = decodeMark(await readBytes(disk, at, MARK_BYTES));
  return mark?.was === undefined ? undefined : mark;
}

/**
 * Only what the table calls an EFI system partition is saved before it is overwritten.
 * @throws LifeboatError `ventoy-adopt-no-esp` (refused).
 */
async function refuseUnsaved(
  disk: ByteRange,
  partitions: readonly PartitionView[],
  esp: PartitionView,
): Promise<void> {
  const isStarted = (await findBootPartition(disk, partitions)) === esp;
  if (isStarted && isEfiSystem(esp)) return;
  throw new LifeboatError("ventoy-adopt-no-esp", say.noEsp(esp.number, esp.typeName), {
    kind: "refused",
    hint: say.noEspHint(esp.number),
  });
}

async function lifeboatStick(disk: ByteRange, path: string): Promise<Stick> {
  const stick = await recogniseStick(disk, path).catch((error: unknown) => {
    throw failureOf(error).code === "not-a-stick" ? notLifeboats(path, error) : error;
  });
  // It says that Ventoy is on it, and there is none.
  const { kind, ventoyChain } = stick.manifest.bootStage;
  if (kind === "ventoy" || ventoyChain === true) throw await noVentoyStick(disk, path);
  return stick;
}

function notLifeboats(path: string, cause?: unknown): LifeboatError {
  return new LifeboatError("not-lifeboats", say.notLifeboats(path), {
    kind: "refused",
    hint: say.notLifeboatsHint(path),
    cause,
  });
}
