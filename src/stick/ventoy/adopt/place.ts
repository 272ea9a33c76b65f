/**
 * Where Ventoy's partition goes on a stick of lifeboat's whose data partition stays as it is: pure arithmetic. Ventoy wants it right behind
 * partition 1, with exactly 65,536 sectors; on lifeboat's own layout that is the beginning of the EFI system partition.
 */
import { DATA_START_LBA, EFI_SECTORS, coreRun } from "../../../boot/ventoy/geometry.ts";
import type { SectorRun } from "../../../disks/geometry.ts";
import { GPT_TYPE } from "../../../disks/gpt/types.ts";
import type { PartitionView } from "../../../disks/partitions.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { Text } from "../../../system/text.ts";
import type { Scheme } from "../../layout.ts";
import { MBR_SECTORS_LIMIT, tailSectors } from "../../layout.ts";
import { say } from "./messages.ts";

export interface PlaceOptions {
  readonly scheme: Scheme;
  /** Of 512 bytes. */
  readonly totalSectors: number;
  /** All that the table has. */
  readonly partitions: readonly PartitionView[];
  readonly data: PartitionView;
  /** What starts the stick now: it makes room. */
  readonly esp: PartitionView;
}

export interface VentoyPlace {
  readonly efi: SectorRun;
  /** Numbers of partitions that leave the table: GRUB's core image lay there, and Ventoy's is to. */
  readonly removed: readonly number[];
  /** Those of neither lifeboat nor Ventoy, which stay. */
  readonly kept: readonly PartitionView[];
  /** Behind Ventoy's partition, in no other one. */
  readonly freeSectors: number;
}

/** @throws LifeboatError `ventoy-adopt-data-start`, `ventoy-adopt-in-the-way`, `ventoy-adopt-no-room` (all refused). */
export function findVentoyPlace(options: PlaceOptions): VentoyPlace {
  const { scheme, totalSectors, partitions, data, esp } = options;
  if (data.startLba !== DATA_START_LBA) {
    throw refusal(
      "ventoy-adopt-data-start",
      say.dataStart(data.startLba, DATA_START_LBA),
      say.anewHint(),
    );
  }
  const core = coreRun(scheme);
  const others = partitions.filter((one) => one !== data && one !== esp);
  const removed = others.filter((one) => one.type === GPT_TYPE.biosBoot && isWithin(one, core));
  const kept = others.filter((one) => !removed.includes(one));
  const efi = { startLba: data.startLba + data.sectors, sectors: EFI_SECTORS };
  const inTheWay = kept.find((one) => overlap(one, efi) || overlap(one, core));
  if (inTheWay !== undefined) {
    const { number, typeName, name } = inTheWay;
    const about = [typeName, name].filter(Boolean).join(", ");
    throw refusal("ventoy-adopt-in-the-way", say.inTheWay(number, about), say.inTheWayHint());
  }
  const reached = scheme === "mbr" ? Math.min(totalSectors, MBR_SECTORS_LIMIT) : totalSectors;
  const end = reached - tailSectors(scheme, 512);
  const efiEnd = efi.startLba + efi.sectors;
  if (efiEnd > end) throw refusal("ventoy-adopt-no-room", say.noRoom(), say.noRoomHint());
  const next = kept.map(({ startLba }) => startLba).filter((startLba) => startLba >= efiEnd);
  return {
    efi,
    removed: removed.map(({ number }) => number),
    kept,
    freeSectors: Math.min(end, ...next) - efiEnd,
  };
}

export function overlap(a: SectorRun, b: SectorRun): boolean {
  return a.startLba < b.startLba + b.sectors && b.startLba < a.startLba + a.sectors;
}

function isWithin(inner: SectorRun, outer: SectorRun): boolean {
  return (
    inner.startLba >= outer.startLba &&
    inner.startLba + inner.sectors <= outer.startLba + outer.sectors
  );
}

function refusal(code: string, text: Text, hint: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "refused", hint });
}
