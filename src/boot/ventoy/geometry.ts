/**
 * Where everything lies on a Ventoy stick, as Ventoy's own installer reckons it (INSTALL/tool/VentoyWorker.sh and
 * ventoy_lib.sh: `format_ventoy_disk_mbr`, `format_ventoy_disk_gpt`): pure arithmetic over the disk's 512-byte sectors.
 */
import type { SectorRun } from "../../disks/geometry.ts";
import { LifeboatError } from "../../system/errors.ts";
import { KIB, MIB } from "../../system/sizes.ts";
import { say } from "./layout-messages.ts";

export type VentoyScheme = "gpt" | "mbr";

export interface VentoyGeometry {
  readonly scheme: VentoyScheme;
  readonly totalSectors: number;
  /** Partition 1, for the user's files. */
  readonly data: SectorRun;
  /** Partition 2, VTOYEFI: always as long as the release's disk image. */
  readonly efi: SectorRun;
  /** Where core.img lies, in no partition; what doesn't fit there of it is left out. */
  readonly core: SectorRun;
  /** Of exFAT on partition 1. */
  readonly clusterBytes: number;
}

export interface VentoyGeometryOptions {
  /** Of 512 bytes. */
  readonly totalSectors: number;
  readonly scheme: VentoyScheme;
  /** Left free behind partition 2, in whole MiB. */
  readonly reserveBytes: number;
  /** Of the disk; Ventoy knows only 512, which is the default. */
  readonly sectorSize?: number;
}

export const VENTOY_SECTOR = 512;
/** Partition 1 begins here on every Ventoy stick: at 1 MiB. */
export const DATA_START_LBA = 2048;
/** Partition 2 and the release's disk image: 32 MiB. */
export const EFI_SECTORS = 65_536;
const SECTORS_PER_MIB = MIB / VENTOY_SECTOR;
const SECTORS_PER_GIB = 1024 * SECTORS_PER_MIB;
/** Partition 2 begins at a multiple of 4 KiB; partition 1 becomes up to seven sectors shorter for that. */
const EFI_ALIGNMENT = 8;
/** Entries and header of the backup GPT. */
const BACKUP_GPT_SECTORS = 33;
/** An MBR counts sectors in 32 bits. */
const MBR_SECTORS_LIMIT = 2 ** 32;
/** Disks of up to so many whole GiB get the small clusters. */
const SMALL_CLUSTER_GIB = 32;
/** The smallest volume of the exFAT specification (section 3.1.5). */
const LEAST_DATA_SECTORS = SECTORS_PER_MIB;

/** @throws LifeboatError `ventoy-sector-size`, `mbr-too-large`, `ventoy-reserve`, `target-too-small`. */
export function ventoyGeometry(options: VentoyGeometryOptions): VentoyGeometry {
  const { totalSectors, scheme, reserveBytes, sectorSize = VENTOY_SECTOR } = options;
  if (sectorSize !== VENTOY_SECTOR) {
    throw new LifeboatError("ventoy-sector-size", say.largeSectors(sectorSize), {
      kind: "refused",
      hint: say.largeSectorsHint(),
    });
  }
  if (scheme === "mbr" && totalSectors > MBR_SECTORS_LIMIT) {
    throw new LifeboatError("mbr-too-large", say.beyondMbr(), {
      kind: "refused",
      hint: say.beyondMbrHint(),
    });
  }
  if (!Number.isSafeInteger(reserveBytes) || reserveBytes < 0 || reserveBytes % MIB !== 0) {
    throw new LifeboatError("ventoy-reserve", say.reserveNotWhole(reserveBytes), {
      kind: "usage",
      hint: say.reserveNotWholeHint(),
    });
  }
  const tail = scheme === "gpt" ? BACKUP_GPT_SECTORS : 0;
  const behindEfi = reserveBytes / VENTOY_SECTOR + tail;
  const unaligned = totalSectors - behindEfi - EFI_SECTORS;
  const efiStart = unaligned - (unaligned % EFI_ALIGNMENT);
  if (efiStart < DATA_START_LBA + LEAST_DATA_SECTORS) {
    const needed =
      DATA_START_LBA + LEAST_DATA_SECTORS + EFI_SECTORS + behindEfi + EFI_ALIGNMENT - 1;
    const text = say.tooSmall(totalSectors * VENTOY_SECTOR, needed * VENTOY_SECTOR);
    throw new LifeboatError("target-too-small", text, {
      kind: "refused",
      hint: say.tooSmallHint(),
    });
  }
  return {
    scheme,
    totalSectors,
    data: { startLba: DATA_START_LBA, sectors: efiStart - DATA_START_LBA },
    efi: { startLba: efiStart, sectors: EFI_SECTORS },
    core: coreRun(scheme),
    clusterBytes:
      Math.floor(totalSectors / SECTORS_PER_GIB) > SMALL_CLUSTER_GIB ? 128 * KIB : 32 * KIB,
  };
}

/** From behind the table to partition 1: behind the MBR, or behind the GPT's 128 entries. */
export function coreRun(scheme: VentoyScheme): SectorRun {
  const startLba = scheme === "gpt" ? 34 : 1;
  return { startLba, sectors: DATA_START_LBA - startLba };
}
