/** What lifeboat's partition behind Ventoy's says of a stick that starts by lifeboat. Reads only. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { SliceRange } from "../../../block/slice.ts";
import {
  HAND_OVER_PATH,
  handOverSector,
  leadsToSector,
} from "../../../boot/ventoy/chain/boot-code.ts";
import { UPGRADED_CODE_BYTES } from "../../../boot/ventoy/boot-area.ts";
import { VENTOY_SECTOR } from "../../../boot/ventoy/geometry.ts";
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
import { CHAIN_CORE_NUMBER } from "./layout.ts";

export interface ChainFacts {
  /** lifeboat's partition. */
  readonly esp: PartitionView;
  readonly manifest: StickManifest;
  /** Where lifeboat's core image begins; undefined where neither the manifest nor the boot code names a sector of its partition. */
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
    return { esp, manifest, coreLba: await coreLbaOf(disk, partitions, manifest) };
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

/** By the manifest, or else the boot code: what is believed lies in lifeboat's own partition. */
async function coreLbaOf(
  disk: ByteRange,
  partitions: readonly PartitionView[],
  { bootStage }: StickManifest,
): Promise<number | undefined> {
  const room = partitions.find(({ number }) => number === CHAIN_CORE_NUMBER);
  if (room === undefined) return undefined;
  const started = Number(leadsToSector(await readBytes(disk, 0, VENTOY_SECTOR)));
  return [bootStage.bios?.coreLba, started].find(
    (lba) => lba !== undefined && lba >= room.startLba && lba < room.startLba + room.sectors,
  );
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
