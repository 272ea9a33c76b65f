/** What lifeboat's own boot stage takes from Ventoy's, on a stick that starts by lifeboat: for an upgrade of lifeboat's part. Reads only. */
import { readBytes } from "../../../block/byte-range.ts";
import type { CoreRun } from "../../../boot/bios-stage.ts";
import type { StageFile } from "../../../boot/uefi-stage.ts";
import { HAND_OVER_PATH, handOverSector } from "../../../boot/ventoy/chain/boot-code.ts";
import { leadsToLifeboat } from "../../../boot/ventoy/chain/partition.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import { readPartitions } from "../../../disks/partitions.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { Stick } from "../../stick.ts";
import { say as sayMenu } from "../menu/messages.ts";
import { surveyVentoy } from "../survey.ts";
import { CHAIN_CORE_NUMBER } from "./layout.ts";
import { say } from "./messages.ts";

export interface ChainStage {
  /** The disk's first sector, which is Ventoy's boot.img. */
  readonly bootImage: Buffer;
  /** Files of the boot stage besides the kit's. */
  readonly files: readonly StageFile[];
  /** Where lifeboat's core images may lie. */
  readonly room: CoreRun;
}

/**
 * Undefined for all other sticks.
 * @throws LifeboatError `ventoy-not-whole` where Ventoy's part isn't in order; `ventoy-chain-lost` where Ventoy starts the stick since its own
 * installer has written it.
 */
export async function chainStageOf({
  disk,
  path,
  manifest,
}: Pick<Stick, "disk" | "path" | "manifest">): Promise<ChainStage | undefined> {
  if (manifest.bootStage.ventoyChain !== true) return undefined;
  const survey = await surveyVentoy(disk);
  const { partitions } = await readPartitions(disk);
  const core = partitions.find(({ number }) => number === CHAIN_CORE_NUMBER);
  const volume = survey?.volume;
  const isWhole = survey?.deviceCheck.every(({ ok }) => ok) === true;
  if (volume === undefined || core === undefined || !isWhole) {
    throw new LifeboatError("ventoy-not-whole", sayMenu.notWhole(path), {
      kind: "refused",
      hint: sayMenu.notWholeHint(path),
    });
  }
  if (!(await leadsToLifeboat(volume))) {
    throw new LifeboatError("ventoy-chain-lost", say.startsByVentoy(path), {
      kind: "refused",
      hint: say.startsByVentoyHint(path),
    });
  }
  const bootImage = await readBytes(disk, 0, VENTOY_SECTOR);
  return {
    bootImage,
    files: [{ path: HAND_OVER_PATH, data: handOverSector(bootImage, manifest.scheme) }],
    room: { startLba: core.startLba, sectors: core.sectors },
  };
}
