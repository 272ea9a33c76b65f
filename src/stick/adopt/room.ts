/** Where the boot partition goes on a disk whose data stay: pure arithmetic, in sectors of the disk. */
import type { SectorRun } from "../../disks/geometry.ts";
import { MIB } from "../../system/sizes.ts";
import { ESP_BYTES, ESP_BYTES_4K } from "../layout.ts";

export interface RoomOptions {
  readonly sectorSize: number;
  /** The first sector behind everything that a partition may have. */
  readonly endLba: number;
  readonly data: SectorRun;
  /** Ventoy's boot partition behind the data: it is left alone, so that Ventoy can be brought back. */
  readonly kept: SectorRun | undefined;
  /** Bytes that the data partition must have with its file system as it is, and cut as far as it can be. */
  readonly presentBytes: number;
  readonly leastBytes: number;
}

/**
 * `free`: nothing of the data partition is wanted. `partition`: its file system ends before it does. `file-system`: its file system
 * becomes smaller.
 */
export type RoomFrom = "free" | "partition" | "file-system";

export interface EspRoom {
  readonly from: RoomFrom;
  readonly esp: SectorRun;
  /** Of the data partition, then. */
  readonly dataSectors: number;
}

/**
 * Holds the boot stage twice, as an upgrade needs it, and what must be left for menus (esp/store.ts); FAT32 has 65,525 clusters at
 * the least, which are 33 MiB.
 */
const LEAST_ESP_BYTES = 96 * MIB;

/** How large the boot partition is where there is room. */
export function wantedEspBytes(sectorSize: number): number {
  return sectorSize === 512 ? ESP_BYTES : ESP_BYTES_4K;
}

export function leastEspBytes(sectorSize: number): number {
  return sectorSize === 512 ? LEAST_ESP_BYTES : ESP_BYTES_4K;
}

/** The room that costs the data least, and of several the largest; undefined where there is none. */
export function findEspRoom(options: RoomOptions): EspRoom | undefined {
  const { data, kept, endLba, sectorSize, presentBytes, leastBytes } = options;
  const dataEnd = data.startLba + data.sectors;
  // In this order: behind Ventoy's, or between.
  const behind = kept === undefined ? dataEnd : kept.startLba + kept.sectors;
  const border = kept?.startLba ?? endLba;
  const sectorsFor = (bytes: number) => Math.ceil(bytes / sectorSize);
  for (const [from, start, end] of [
    ["free", behind, endLba],
    ["free", dataEnd, border],
    ["partition", data.startLba + sectorsFor(presentBytes), border],
    ["file-system", data.startLba + sectorsFor(leastBytes), border],
  ] as const) {
    const esp = within(start, end, sectorSize);
    if (esp === undefined) continue;
    const dataSectors = from === "free" ? data.sectors : esp.startLba - data.startLba;
    // Where the disk's end was out of its reach anyway, the partition keeps its size.
    return { from, esp, dataSectors: Math.min(dataSectors, data.sectors) };
  }
  return undefined;
}

/** As large as wanted or as there is room for, at the end of it, in whole MiB. */
function within(start: number, end: number, sectorSize: number): SectorRun | undefined {
  const aligned = MIB / sectorSize;
  const first = Math.ceil(start / aligned) * aligned;
  const room = Math.floor((end - first) / aligned) * MIB;
  if (room < leastEspBytes(sectorSize)) return undefined;
  const sectors = Math.min(room, wantedEspBytes(sectorSize)) / sectorSize;
  return { startLba: Math.floor((end - sectors) / aligned) * aligned, sectors };
}
