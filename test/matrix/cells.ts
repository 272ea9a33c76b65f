/** The boot matrix: which system is started on which firmware from which file system. */
import type { Firmware } from "../../src/boot/qemu/firmware.ts";
import type { DataFileSystem } from "../../src/stick/layout.ts";
import type { System } from "../e2e/systems.ts";
import { SYSTEMS } from "../e2e/systems.ts";

export interface Cell {
  readonly system: System;
  readonly fileSystem: DataFileSystem;
  readonly firmware: Firmware;
}

/** In the order of the table's columns. */
export const COLUMNS: readonly { readonly firmware: Firmware; readonly name: string }[] = [
  { firmware: "bios", name: "SeaBIOS" },
  { firmware: "uefi", name: "OVMF x64" },
  { firmware: "secure-boot", name: "OVMF x64, Secure Boot" },
  { firmware: "uefi-ia32", name: "OVMF ia32" },
];

/** Started only where it is asked for. */
export const OPTIONAL: Firmware = "uefi-ia32";

/** In the order of the table's rows: the default of `build` first. */
export const FILE_SYSTEMS: readonly DataFileSystem[] = ["exfat", "ext4", "ntfs", "fat32"];

/** Where a live system is started from the other file systems, unless all cells are asked for. */
const ONE_FIRMWARE: Partial<Record<DataFileSystem, Firmware>> = {
  ext4: "bios",
  ntfs: "secure-boot",
  fat32: "uefi",
};

export interface Choice {
  readonly systems?: readonly string[];
  readonly firmwares?: readonly string[];
  readonly fileSystems?: readonly string[];
  /** Every system on every usual kind of firmware from every file system, where nothing else is chosen. */
  readonly all: boolean;
}

/** Every cell that there is, one file system after the other: each is one stick. */
export function allCells(): Cell[] {
  return FILE_SYSTEMS.flatMap((fileSystem) =>
    SYSTEMS.flatMap((system) =>
      COLUMNS.map(({ firmware }): Cell => ({ system, fileSystem, firmware })),
    ),
  );
}

/**
 * The cells of a run. Where nothing is chosen: from exFAT each system on the three usual kinds of firmware; from the other file
 * systems the live systems, which read most, on one each.
 */
export function chooseCells({ systems, firmwares, fileSystems, all }: Choice): Cell[] {
  const chosen = [systems, firmwares, fileSystems].some((list) => list !== undefined);
  return allCells().filter((cell) => {
    const { system, fileSystem, firmware } = cell;
    if (!chosen) return firmware !== OPTIONAL && (all || isUsual(cell));
    return (
      systems?.includes(system.iso) !== false &&
      firmwares?.includes(firmware) !== false &&
      fileSystems?.includes(fileSystem) !== false
    );
  });
}

function isUsual({ system, fileSystem, firmware }: Cell): boolean {
  if (fileSystem === "exfat") return true;
  return system.live === true && ONE_FIRMWARE[fileSystem] === firmware;
}
