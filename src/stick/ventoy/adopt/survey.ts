/** What is on a lifeboat stick that is to become a Ventoy stick, or was becoming one when that was cut short. Reads only. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import { say as sayLayout } from "../../../boot/ventoy/layout-messages.ts";
import type { PartitionView } from "../../../disks/partitions.ts";
import { readPartitions } from "../../../disks/partitions.ts";
import { recognise } from "../../../filesystems/recognise.ts";
import { LifeboatError, failureOf } from "../../../system/errors.ts";
import { refuseTable } from "../../adopt/survey.ts";
import type { Scheme } from "../../layout.ts";
import type { Stick } from "../../stick.ts";
import { recogniseStick } from "../../stick.ts";
import type { UpgradeMark } from "../mark.ts";
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
}

/**
 * @throws LifeboatError (refused) `ventoy-sector-size`, `already-a-ventoy-stick`, `not-lifeboats`, `adopt-table-damaged`; what
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
  await refuseTable(disk, report, interrupted === undefined ? undefined : CUT_SHORT);
  const { scheme, diskId, partitions } = report;
  const data = partitions.find(({ number }) => number === 1);
  const esp = partitions.find(({ number }) => number === 2);
  if (scheme === "none" || data === undefined || esp === undefined) throw notLifeboats(path);
  const fileSystem = stick?.manifest.fileSystem ?? (await recognise(sliceOf(disk, data))) ?? "?";
  return { scheme, diskId, partitions, data, esp, fileSystem, stick, interrupted };
}

async function lifeboatStick(disk: ByteRange, path: string): Promise<Stick> {
  const stick = await recogniseStick(disk, path).catch((error: unknown) => {
    throw failureOf(error).code === "not-a-stick" ? notLifeboats(path, error) : error;
  });
  // It says that Ventoy starts it, and there is no Ventoy on it.
  if (stick.manifest.bootStage.kind === "ventoy") throw await noVentoyStick(disk, path);
  return stick;
}

function notLifeboats(path: string, cause?: unknown): LifeboatError {
  return new LifeboatError("not-lifeboats", say.notLifeboats(path), {
    kind: "refused",
    hint: say.notLifeboatsHint(path),
    cause,
  });
}
