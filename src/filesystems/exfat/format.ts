/** Makes an empty exFAT volume, by Microsoft's exFAT file system specification. Only metadata is written. */
import { writeZeroes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import {
  BOOT_REGION_SECTORS,
  encodeBootRegion,
  FIRST_CLUSTER,
  offsetOfCluster,
} from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import {
  ALLOCATION_BITMAP,
  BitmapEntry,
  LabelEntry,
  MAX_LABEL_UNITS,
  UPCASE_TABLE,
  UpcaseEntry,
  VOLUME_LABEL,
} from "./entries.ts";
import { encodeFirstChains } from "./fat.ts";
import { planLayout } from "./layout.ts";
import type { ExfatStyle } from "./layout.ts";
import { say } from "./messages.ts";
import { encodeTimestamp } from "./timestamps.ts";
import { compressUpcaseTable, recommendedUpcaseTable, upcaseChecksum } from "./upcase.ts";

export interface ExfatFormatOptions {
  /** Up to 11 UTF-16 code units; empty for none. */
  readonly label: string;
  /** 32 bits. Default: made from `now`, as section 3.1.11 recommends. */
  readonly serial?: number;
  readonly now: Date;
  /** Sectors (of the range's size) before the volume on its disk, 0 where it is alone. */
  readonly partitionOffsetSectors: number;
  /** Default by volume size: 4 KiB to 256 MiB, 32 KiB to 32 GiB, 128 KiB beyond. */
  readonly clusterBytes?: number;
  /** Default: `aligned`. */
  readonly style?: ExfatStyle;
}

/**
 * Formats the whole of `range`. What was on it is gone; until the last write it is no volume at all.
 * @throws LifeboatError `exfat-label`, `exfat-sector-size`, `exfat-cluster-size`, `volume-too-small`.
 */
export async function formatExfat(range: ByteRange, options: ExfatFormatOptions): Promise<void> {
  const { label } = options;
  if (label.length > MAX_LABEL_UNITS || /[\u0000-\u001f]/.test(label)) {
    throw new LifeboatError("exfat-label", say.badLabel(label), { kind: "usage" });
  }
  const serial = (options.serial ?? encodeTimestamp(options.now).dateTime) >>> 0;
  const plan = planLayout(range, { ...options, serial });
  const system = planSystemFiles(plan);
  const geometry = { ...plan, rootCluster: system.rootCluster };

  // The old volume's boot sector goes first: a format cut short must not leave it with a new FAT.
  await writeZeroes(range, 0, geometry.fatStart + geometry.fatBytes);
  await range.flush();
  await writePadded(range, geometry.fatStart, system.fat);
  const bitmapBytes = system.bitmapClusters * geometry.clusterSize;
  await writeZeroes(range, geometry.heapStart, bitmapBytes);
  await writePadded(range, geometry.heapStart, system.bitmap);
  await writeCluster(range, geometry, system.upcaseCluster, system.upcaseClusters, system.upcase);
  const root = encodeRoot(label, geometry, system);
  await writeCluster(range, geometry, system.rootCluster, 1, root);
  await range.flush();

  const { partitionOffsetSectors } = options;
  const region = encodeBootRegion(
    geometry,
    options.style === "mkexfatfs"
      ? { partitionOffsetSectors, percentInUse: 0, bootCodeByte: 0 }
      : {
          partitionOffsetSectors,
          percentInUse: Math.floor((system.usedClusters * 100) / geometry.clusterCount),
        },
  );
  await range.write(BOOT_REGION_SECTORS * geometry.sectorSize, region);
  await range.flush();
  await range.write(0, region);
  await range.flush();
}

/** Bitmap, up-case table and root directory, one behind the other at the start of the heap. */
interface SystemFiles {
  readonly fat: Buffer;
  readonly bitmap: Buffer;
  readonly bitmapClusters: number;
  readonly upcase: Buffer;
  readonly upcaseCluster: number;
  readonly upcaseClusters: number;
  readonly rootCluster: number;
  readonly usedClusters: number;
}

function planSystemFiles(geometry: Geometry): SystemFiles {
  const { clusterSize, clusterCount } = geometry;
  const bitmapClusters = Math.ceil(Math.ceil(clusterCount / 8) / clusterSize);
  const upcase = compressUpcaseTable(recommendedUpcaseTable());
  const upcaseClusters = Math.ceil(upcase.length / clusterSize);
  const upcaseCluster = FIRST_CLUSTER + bitmapClusters;
  const usedClusters = bitmapClusters + upcaseClusters + 1;
  if (usedClusters > clusterCount) {
    const text = say.volumeTooSmall(geometry.volumeBytes);
    throw new LifeboatError("volume-too-small", text, { kind: "refused" });
  }
  const bitmap = Buffer.alloc(Math.ceil(usedClusters / 8));
  for (let bit = 0; bit < usedClusters; bit++)
    bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (1 << (bit & 7));
  return {
    fat: encodeFirstChains([bitmapClusters, upcaseClusters, 1]),
    bitmap,
    bitmapClusters,
    upcase,
    upcaseCluster,
    upcaseClusters,
    rootCluster: upcaseCluster + upcaseClusters,
    usedClusters,
  };
}

function encodeRoot(label: string, geometry: Geometry, system: SystemFiles): Buffer {
  const volumeLabel = Buffer.alloc(MAX_LABEL_UNITS * 2);
  volumeLabel.write(label, "utf16le");
  return Buffer.concat([
    LabelEntry.encode({
      type: VOLUME_LABEL,
      characterCount: label.length,
      volumeLabel,
      reserved: Buffer.alloc(8),
    }),
    BitmapEntry.encode({
      type: ALLOCATION_BITMAP,
      bitmapFlags: 0,
      reserved: Buffer.alloc(18),
      firstCluster: FIRST_CLUSTER,
      dataLength: BigInt(Math.ceil(geometry.clusterCount / 8)),
    }),
    UpcaseEntry.encode({
      type: UPCASE_TABLE,
      reserved1: Buffer.alloc(3),
      tableChecksum: upcaseChecksum(system.upcase),
      reserved2: Buffer.alloc(12),
      firstCluster: system.upcaseCluster,
      dataLength: BigInt(system.upcase.length),
    }),
  ]);
}

/** Writes `data` at the start of `count` clusters, zeroes behind it. */
async function writeCluster(
  range: ByteRange,
  geometry: Geometry,
  cluster: number,
  count: number,
  data: Buffer,
): Promise<void> {
  const bytes = Buffer.alloc(count * geometry.clusterSize);
  data.copy(bytes);
  await range.write(offsetOfCluster(geometry, cluster), bytes);
}

/** Writes `data`, filled up with zeroes to whole sectors. */
async function writePadded(range: ByteRange, offset: number, data: Buffer): Promise<void> {
  const bytes = Buffer.alloc(Math.ceil(data.length / range.sectorSize) * range.sectorSize);
  data.copy(bytes);
  await range.write(offset, bytes);
}
