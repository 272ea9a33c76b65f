/** What a Ventoy stick is, whoever made it: read from its table, its first sector and Ventoy's partition. Reads only. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { DISK_UUID_AT, DISK_UUID_BYTES } from "../../boot/ventoy/boot-area.ts";
import { isChainedForSecureBoot, leadsToLifeboat } from "../../boot/ventoy/chain/partition.ts";
import type { DeviceCheck } from "../../boot/ventoy/device-check.ts";
import { checkVentoyDevice } from "../../boot/ventoy/device-check.ts";
import { hasSecureBoot, versionOnEsp } from "../../boot/ventoy/esp.ts";
import { VENTOY_SECTOR } from "../../boot/ventoy/geometry.ts";
import type { PartitionView } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import type { FatVolume } from "../../filesystems/fat32/index.ts";
import { failureOf } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { Scheme } from "../layout.ts";
import { tailSectors } from "../layout.ts";
import type { UpgradeMark } from "./mark.ts";
import type { ChainFacts } from "./chain/facts.ts";
import { readChainFacts } from "./chain/facts.ts";
import { decodeMark } from "./mark.ts";
import { findVentoyEsp, openVentoyVolume, sliceOf } from "./recognise.ts";

export interface VentoySurvey {
  readonly scheme: Scheme;
  /** Disk GUID, or signature as eight lower-case hex digits. */
  readonly diskId: string;
  /** Ventoy's partition. */
  readonly esp: PartitionView;
  /** The user's: the one before it. */
  readonly data: PartitionView;
  /** The volume of `esp`; undefined where it can't be read. */
  readonly volume: FatVolume | undefined;
  /** As Ventoy's menu shows it; undefined where the partition doesn't say. */
  readonly version: string | undefined;
  /** The 16 bytes by which Ventoy knows its disk, as 32 lower-case hex digits. */
  readonly uuid: string;
  /** Whether Ventoy's files for Secure Boot are there; undefined where the partition can't be read. */
  readonly secureBoot: boolean | undefined;
  /** Behind Ventoy's partition, in no other one. Ventoy reserves whole MiB: what is less than one, its alignment left, and it is 0. */
  readonly reservedBytes: number;
  /** Ventoy's own check of its device, in its order. */
  readonly deviceCheck: readonly DeviceCheck[];
  /** There where lifeboat starts the stick, or is to start it, and Ventoy lies behind its menu. */
  readonly chain: ChainFacts | undefined;
  /** lifeboat starts the stick, and its own partition doesn't say how: damaged, or of a newer lifeboat. */
  readonly chainUnreadable: boolean;
  /** There where an upgrade was cut short. */
  readonly interrupted: UpgradeMark | undefined;
}

/**
 * Undefined for a disk that is no Ventoy stick.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function surveyVentoy(disk: ByteRange): Promise<VentoySurvey | undefined> {
  // Ventoy takes no disks with larger sectors, and one sector has all that is looked at.
  if (disk.sectorSize !== VENTOY_SECTOR || disk.size < VENTOY_SECTOR) return undefined;
  const { scheme, sectorSize, diskId, partitions } = await readPartitions(disk);
  if (scheme === "none" || sectorSize !== VENTOY_SECTOR) return undefined;
  const inside = partitions.filter(
    ({ sectors, startLba, container }) =>
      container !== true && sectors > 0 && (startLba + sectors) * sectorSize <= disk.size,
  );
  const esp = await findVentoyEsp(disk, inside);
  const data = inside
    .filter(({ startLba }) => esp !== undefined && startLba < esp.startLba)
    .toSorted((a, b) => b.startLba - a.startLba)[0];
  if (esp === undefined || data === undefined) return undefined;
  const boot = await readBytes(disk, 0, VENTOY_SECTOR);
  const volume = await openVentoyVolume(disk, esp);
  const chain = await readChainFacts(disk, partitions);
  const leads = (await onVolume(volume, leadsToLifeboat)) === true;
  return {
    scheme,
    diskId,
    esp,
    data,
    volume,
    version: await onVolume(volume, versionOnEsp),
    uuid: boot.toString("hex", DISK_UUID_AT, DISK_UUID_AT + DISK_UUID_BYTES),
    secureBoot: await onVolume(volume, secureBootOf),
    reservedBytes: reservedBehind(disk, scheme, esp, inside),
    deviceCheck: await checkVentoyDevice(disk),
    chain,
    chainUnreadable: chain === undefined ? leads : chain.coreLba === undefined,
    interrupted: decodeMark(await readBytes(sliceOf(disk, esp), 0, VENTOY_SECTOR)),
  };
}

/** On a stick that starts by lifeboat Ventoy's files for it lie elsewhere. */
async function secureBootOf(volume: FatVolume): Promise<boolean> {
  return (await leadsToLifeboat(volume)) ? isChainedForSecureBoot(volume) : hasSecureBoot(volume);
}

/** A folder that is damaged doesn't tell. */
async function onVolume<T>(
  volume: FatVolume | undefined,
  ask: (volume: FatVolume) => Promise<T | undefined>,
): Promise<T | undefined> {
  if (volume === undefined) return undefined;
  try {
    return await ask(volume);
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

function reservedBehind(
  disk: ByteRange,
  scheme: Scheme,
  esp: PartitionView,
  partitions: readonly PartitionView[],
): number {
  const from = esp.startLba + esp.sectors;
  const total = Math.floor(disk.size / disk.sectorSize);
  const ends = partitions.map(({ startLba }) => startLba).filter((startLba) => startLba >= from);
  const end = Math.min(total - tailSectors(scheme, disk.sectorSize), ...ends);
  const bytes = (end - from) * disk.sectorSize;
  return bytes < MIB ? 0 : bytes;
}
