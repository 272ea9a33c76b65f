/** What lifeboat's own boot stage takes from Ventoy's, on a stick that starts by lifeboat: for an upgrade of lifeboat's part. Reads only. */
import { readBytes } from "../../../block/byte-range.ts";
import type { CoreRun } from "../../../boot/bios-stage.ts";
import { sha256Of } from "../../../boot/kit/kit.ts";
import type { StageFile } from "../../../boot/uefi-stage.ts";
import { HAND_OVER_PATH, handOverSector } from "../../../boot/ventoy/chain/boot-code.ts";
import { leadsToLifeboat } from "../../../boot/ventoy/chain/partition.ts";
import { UPGRADED_CODE_BYTES } from "../../../boot/ventoy/boot-area.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
import { readPartitions } from "../../../disks/partitions.ts";
import { LifeboatError, failureOf } from "../../../system/errors.ts";
import { readWhole } from "../../esp/files.ts";
import type { Stick } from "../../stick.ts";
import { say as sayMenu } from "../menu/messages.ts";
import { surveyVentoy } from "../survey.ts";
import { CHAIN_CORE_NUMBER } from "./layout.ts";
import { say } from "./messages.ts";

export interface ChainStage {
  /** Ventoy's boot.img with its bytes for the disk: the first sector, or lifeboat's copy of it where that is damaged. */
  readonly bootImage: Buffer;
  /** Files of the boot stage besides the kit's. */
  readonly files: readonly StageFile[];
  /** Where lifeboat's core images may lie. */
  readonly room: CoreRun;
}

type ChainStick = Pick<Stick, "disk" | "path" | "manifest" | "bootVolume">;

/**
 * Undefined for all other sticks.
 * @throws LifeboatError `ventoy-not-whole` where Ventoy's part isn't in order; `ventoy-chain-lost` where Ventoy starts the stick since its own
 * installer has written it; `ventoy-boot-code-lost` where both copies of Ventoy's boot code are damaged.
 */
export async function chainStageOf(stick: ChainStick): Promise<ChainStage | undefined> {
  const { disk, path, manifest } = stick;
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
  const bootImage = await wholeBootImage(stick);
  return {
    bootImage,
    files: [{ path: HAND_OVER_PATH, data: handOverSector(bootImage, manifest.scheme) }],
    room: { startLba: core.startLba, sectors: core.sectors },
  };
}

/** The one of the two that is what was put there: they differ in where they lead, which lifeboat's stage writes anew. */
async function wholeBootImage({ disk, path, manifest, bootVolume }: ChainStick): Promise<Buffer> {
  const { bios, files } = manifest.bootStage;
  const sector = await readBytes(disk, 0, VENTOY_SECTOR);
  if (sha256Of(sector.subarray(0, UPGRADED_CODE_BYTES)) === bios?.bootCode) return sector;
  const copy = await readWhole(bootVolume, HAND_OVER_PATH).catch(undefinedIfDamaged);
  if (copy?.length === VENTOY_SECTOR && sha256Of(copy) === files[HAND_OVER_PATH]) return copy;
  throw new LifeboatError("ventoy-boot-code-lost", say.bootCodeLost(path), {
    kind: "refused",
    hint: say.bootCodeLostHint(path),
  });
}

function undefinedIfDamaged(error: unknown): undefined {
  failureOf(error);
  return undefined;
}
