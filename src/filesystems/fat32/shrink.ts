/**
 * A FAT32 volume made smaller: the number of sectors in the boot sector and its backup, and the count of free clusters. The FATs stay
 * as long as they are ("FAT: General Overview" 1.03 lets them be longer than the clusters want).
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { SectorWriter } from "../sector-writer.ts";
import type { ShrinkRoom } from "../shrink.ts";
import {
  BOOT_SIGNATURE,
  BOOT_SIGNATURE_OFFSET,
  BPB_EXTENSION_OFFSET,
  CommonBpb,
  Fat32Bpb,
} from "./boot-sector.ts";
import { UNKNOWN, decodeFsInfo, encodeFsInfo } from "./fsinfo.ts";
import { FAT32_LEAST_CLUSTERS, FIRST_CLUSTER, readGeometry } from "./geometry.ts";
import type { FatGeometry } from "./geometry.ts";
import { FatTable } from "./table.ts";

/** Clusters marked as bad count as used. @throws LifeboatError `not-fat`; what reading throws. */
export async function fat32ShrinkRoom(range: ByteRange): Promise<ShrinkRoom> {
  const geometry = await readGeometry(range);
  const { lastInUse } = await countUsed(range, geometry);
  // With fewer it would be FAT16 for Windows and by the specification.
  const clusters = Math.max(lastInUse, FAT32_LEAST_CLUSTERS);
  const least = geometry.dataStart + clusters * geometry.clusterBytes;
  return { presentBytes: geometry.totalBytes, leastBytes: Math.min(least, geometry.totalBytes) };
}

/**
 * Cuts the volume to `bytes`, which nothing in use lies behind (`fat32ShrinkRoom`).
 * @throws LifeboatError `not-fat`; what reading and writing throw.
 */
export async function shrinkFat32(range: ByteRange, bytes: number): Promise<void> {
  const geometry = await readGeometry(range);
  const { bytesPerSector, clusterBytes, dataStart } = geometry;
  const totalSectors = Math.floor(bytes / bytesPerSector);
  const clusterCount = Math.floor((totalSectors * bytesPerSector - dataStart) / clusterBytes);
  const { lastInUse, used } = await countUsed(range, geometry);
  const fits = clusterCount >= Math.max(lastInUse, FAT32_LEAST_CLUSTERS);
  if (geometry.bits !== 32 || !fits || totalSectors * bytesPerSector > geometry.totalBytes) {
    throw new RangeError(`the volume can't be cut to ${bytes} bytes`);
  }
  const writer = new SectorWriter(range);
  const sector = await readBytes(range, 0, 512);
  const { backupBootSector } = Fat32Bpb.decode(sector, BPB_EXTENSION_OFFSET);
  const reserved = CommonBpb.decode(sector).reservedSectors;
  if (backupBootSector > 0 && backupBootSector < reserved) {
    const at = backupBootSector * bytesPerSector;
    const backup = await readBytes(range, at, 512);
    if (backup.readUInt16LE(BOOT_SIGNATURE_OFFSET) === BOOT_SIGNATURE) {
      await writer.patch(at, resized(backup, totalSectors));
    }
  }
  // The backup first: who finds the two different takes the one that fits the partition.
  await writer.flush();
  await writer.patch(0, resized(sector, totalSectors));
  await writer.flush();

  const { fsInfoStart } = geometry;
  if (fsInfoStart !== undefined) {
    const copies = [fsInfoStart, fsInfoStart + backupBootSector * bytesPerSector];
    for (const at of backupBootSector > 0 ? copies : [fsInfoStart]) {
      if (at >= reserved * bytesPerSector) continue;
      const hints = decodeFsInfo(await readBytes(range, at, 512));
      if (hints === undefined) continue;
      const inside = hints.nextFree < FIRST_CLUSTER + clusterCount;
      const nextFree = inside || hints.nextFree === UNKNOWN ? hints.nextFree : FIRST_CLUSTER;
      await writer.patch(at, encodeFsInfo({ freeClusters: clusterCount - used, nextFree }));
    }
  }
  await writer.flush();
}

/** The same boot sector with another number of sectors, in the 32-bit field: FAT32 has no other. */
function resized(sector: Buffer, totalSectors: number): Buffer {
  const common = CommonBpb.decode(sector);
  const copy = Buffer.from(sector);
  CommonBpb.encode({ ...common, totalSectors16: 0, totalSectors32: totalSectors }).copy(copy);
  return copy;
}

async function countUsed(range: ByteRange, geometry: FatGeometry) {
  let lastInUse = 0;
  let used = 0;
  await new FatTable(range, geometry).scan((first, entries) => {
    for (let index = 0; index < entries.length; index++) {
      if (((entries[index] ?? 0) & 0x0fffffff) === 0) continue;
      used++;
      lastInUse = first + index - FIRST_CLUSTER + 1;
    }
  });
  return { lastInUse, used };
}
