/**
 * Where everything lies on a stick that starts by lifeboat and has Ventoy behind it: Ventoy's two partitions where Ventoy's installer puts
 * them, since its check of the device asks for that (boot/ventoy/device-check.ts), and lifeboat's own behind them. Pure arithmetic.
 */
import { VENTOY_SECTOR, ventoyGeometry } from "../../../boot/ventoy/geometry.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { MIB } from "../../../system/sizes.ts";
import type { Scheme, StickLayout } from "../../layout.ts";
import { ESP_BYTES, SMALLEST_DATA_BYTES } from "../../layout.ts";
import { say as sayOfSticks } from "../../messages.ts";
import { say } from "./messages.ts";

/** lifeboat's boot partition, which Ventoy's check has no opinion about. */
export const CHAIN_ESP_NUMBER = 3;
/** lifeboat's core image: a BIOS boot partition in a GPT, "data without a file system" in an MBR. */
export const CHAIN_CORE_NUMBER = 4;
/** Room for two core images: an upgrade writes the new one beside the old one. */
const CORE_BYTES = 2 * MIB;
export const CHAIN_CORE_SECTORS = CORE_BYTES / VENTOY_SECTOR;
const ALIGNED = MIB / VENTOY_SECTOR;
/** Behind Ventoy's partition, which ends at a multiple of 4 KiB, as far as the next whole MiB. */
const OWN_BYTES = MIB + CORE_BYTES + ESP_BYTES;

export interface ChainLayoutOptions {
  readonly scheme: Scheme;
  readonly sizeBytes: number;
  readonly sectorSize: number;
  /** Left free behind all partitions, in whole MiB. */
  readonly reserveBytes: number;
}

/**
 * @throws LifeboatError `ventoy-chain-reserve` for a reserve with MBR, all of whose entries are taken; `target-too-small`; what
 * `ventoyGeometry` throws.
 */
export function chainLayout(options: ChainLayoutOptions): StickLayout {
  const { scheme, sizeBytes, sectorSize, reserveBytes } = options;
  if (scheme === "mbr" && reserveBytes > 0) {
    throw new LifeboatError("ventoy-chain-reserve", say.noReserveInMbr(), {
      kind: "usage",
      hint: say.noReserveInMbrHint(),
    });
  }
  const totalSectors = Math.floor(sizeBytes / sectorSize);
  const behind = { totalSectors, sectorSize, scheme, reserveBytes: reserveBytes + OWN_BYTES };
  const { data, efi } = ventoyGeometry(behind);
  const dataBytes = data.sectors * VENTOY_SECTOR;
  if (dataBytes < SMALLEST_DATA_BYTES) {
    const needed = sizeBytes - dataBytes + SMALLEST_DATA_BYTES;
    throw new LifeboatError("target-too-small", sayOfSticks.tooSmall(sizeBytes, needed), {
      kind: "refused",
      hint: sayOfSticks.tooSmallHint(),
    });
  }
  const coreStart = Math.ceil((efi.startLba + efi.sectors) / ALIGNED) * ALIGNED;
  const core = { startLba: coreStart, sectors: CHAIN_CORE_SECTORS };
  const esp = { startLba: core.startLba + core.sectors, sectors: ESP_BYTES / VENTOY_SECTOR };
  return {
    scheme,
    sectorSize,
    totalSectors,
    partitions: [
      { number: 1, role: "data", ...data },
      { number: 2, role: "ventoy", ...efi },
      { number: CHAIN_ESP_NUMBER, role: "esp", ...esp },
      { number: CHAIN_CORE_NUMBER, role: "bios-boot", ...core },
    ],
    core,
  };
}
