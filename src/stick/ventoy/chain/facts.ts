/** What lifeboat's partition behind Ventoy's says of a stick that starts by lifeboat. Reads only. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { SliceRange } from "../../../block/slice.ts";
import { HAND_OVER_PATH, handOverSector } from "../../../boot/ventoy/chain/boot-code.ts";
import { UPGRADED_CODE_BYTES } from "../../../boot/ventoy/boot-area.ts";
import { sha256Of } from "../../../boot/kit/kit.ts";
import type { StageFile } from "../../../boot/uefi-stage.ts";
import type { PartitionView } from "../../../disks/partitions.ts";
import type { Fat32Volume } from "../../../filesystems/fat32/index.ts";
import { openFat32 } from "../../../filesystems/fat32/index.ts";
import { failureOf } from "../../../system/errors.ts";
import { findBootPartition } from "../../boot-partition.ts";
import { readWhole } from "../../esp/files.ts";
import type { StickManifest } from "../../manifest.ts";
import { MANIFEST_PATH, encodeJson, parseStickManifest, sameJson } from "../../manifest.ts";

export interface ChainFacts {
  /** lifeboat's partition. */
  readonly esp: PartitionView;
  readonly manifest: StickManifest;
  /** Where lifeboat's core image begins; undefined where the stick doesn't say. */
  readonly coreLba: number | undefined;
}

/**
 * Undefined for all other Ventoy sticks.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function readChainFacts(
  disk: ByteRange,
  partitions: readonly PartitionView[],
): Promise<ChainFacts | undefined> {
  const esp = await findBootPartition(disk, partitions);
  if (esp === undefined) return undefined;
  try {
    const json = await readWhole(await openChainEsp(disk, esp), MANIFEST_PATH);
    const manifest = json && parseStickManifest(json);
    if (manifest?.bootStage.ventoyChain !== true) return undefined;
    return { esp, manifest, coreLba: manifest.bootStage.bios?.coreLba };
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

export async function openChainEsp(
  disk: ByteRange,
  { startLba, sectors }: PartitionView,
): Promise<Fat32Volume> {
  const { sectorSize } = disk;
  return openFat32(new SliceRange(disk, startLba * sectorSize, sectors * sectorSize));
}

/**
 * What of lifeboat's files goes by Ventoy's boot code, for another one, as far as it isn't there.
 * @param bootSector the disk's first sector as it is to be.
 */
export async function filesForBootCode(
  disk: ByteRange,
  { esp, manifest }: ChainFacts,
  bootSector: Buffer,
): Promise<StageFile[]> {
  const { bootStage } = manifest;
  const image = handOverSector(bootSector, manifest.scheme);
  const files = { ...bootStage.files, [HAND_OVER_PATH]: sha256Of(image) };
  const bootCode = sha256Of(bootSector.subarray(0, UPGRADED_CODE_BYTES));
  const bios = bootStage.bios && { ...bootStage.bios, bootCode };
  const after = { ...manifest, bootStage: { ...bootStage, files, ...(bios && { bios }) } };
  const volume = await openChainEsp(disk, esp);
  const there = await readWhole(volume, HAND_OVER_PATH).catch(undefinedIfDamaged);
  return [
    ...(there?.equals(image) === true ? [] : [{ path: HAND_OVER_PATH, data: image }]),
    ...(sameJson(manifest, after) ? [] : [{ path: MANIFEST_PATH, data: encodeJson(after) }]),
  ];
}

function undefinedIfDamaged(error: unknown): undefined {
  failureOf(error);
  return undefined;
}
