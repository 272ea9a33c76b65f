/** Where everything goes on a new volume: all of it at the front, so that the free space is one run. */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { isPowerOfTwo, MAX_CLUSTER_BYTES } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { roundUp } from "./fields.ts";
import { say } from "./messages.ts";
import { UPCASE_BYTES } from "./up-case.ts";

/** $Boot is 8 KiB, whatever the cluster size. */
export const BOOT_BYTES = 8192;
const INDEX_BLOCK_BYTES = 4096;
/** Room for a few files before the table has to grow. */
const FIRST_MFT_BYTES = 64 << 10;
const MIN_MIRRORED_RECORDS = 4;

const KIB = 1 << 10;
const MIB = 1 << 20;
const GIB = 1 << 30;

/** A run of clusters of the new volume. */
export interface Place {
  readonly lcn: number;
  readonly clusters: number;
  readonly sizeBytes: number;
}

export interface Layout {
  readonly geometry: Geometry;
  /** Sectors of the volume; the backup boot sector follows behind them. */
  readonly totalSectors: number;
  readonly boot: Place;
  readonly mirror: Place;
  readonly mftBitmap: Place;
  readonly rootIndex: Place;
  readonly attrDef: Place;
  readonly upCase: Place;
  readonly sds: Place;
  readonly bitmap: Place;
  readonly log: Place;
  readonly mft: Place;
  /** All clusters before this one are taken. */
  readonly firstFree: number;
}

interface LayoutSizes {
  readonly clusterBytes: number;
  readonly serial: bigint;
  readonly attrDefBytes: number;
  readonly sdsBytes: number;
}

/** @throws LifeboatError `ntfs-cannot-format` for cluster sizes that NTFS hasn't, or a range that is too small. */
export function planLayout(range: ByteRange, sizes: LayoutSizes): Layout {
  const { clusterBytes } = sizes;
  const sectorBytes = range.sectorSize;
  if (
    !isPowerOfTwo(clusterBytes) ||
    clusterBytes < sectorBytes ||
    clusterBytes > MAX_CLUSTER_BYTES
  ) {
    throw cannotFormat(`clusters of ${clusterBytes} bytes`);
  }
  const totalSectors = Math.floor(range.size / sectorBytes) - 1;
  const clusters = Math.floor((totalSectors * sectorBytes) / clusterBytes);
  if (clusters >= 2 ** 32) throw cannotFormat("it would have more than 2^32 clusters");
  const recordBytes = Math.max(1024, sectorBytes);
  let next = 0;
  const place = (sizeBytes: number): Place => {
    const run = { lcn: next, clusters: Math.ceil(sizeBytes / clusterBytes), sizeBytes };
    next += run.clusters;
    return run;
  };
  const boot = place(BOOT_BYTES);
  const mirror = place(Math.max(MIN_MIRRORED_RECORDS * recordBytes, clusterBytes));
  const mftBytes = roundUp(FIRST_MFT_BYTES, clusterBytes);
  const mftBitmap = place(roundUp(mftBytes / recordBytes / 8, 8));
  const rootIndex = place(INDEX_BLOCK_BYTES);
  const attrDef = place(sizes.attrDefBytes);
  const upCase = place(UPCASE_BYTES);
  const sds = place(sizes.sdsBytes);
  const bitmap = place(roundUp(Math.ceil(clusters / 8), 8));
  const log = place(roundUp(logBytes(range.size), clusterBytes));
  // Last, so that it can grow into what follows.
  const mft = place(mftBytes);
  if (!(next < clusters)) throw cannotFormat(`${range.size} bytes are too few`);
  const geometry = {
    sectorBytes,
    clusterBytes,
    clusters,
    recordBytes,
    indexBlockBytes: INDEX_BLOCK_BYTES,
    mftLcn: mft.lcn,
    mftMirrorLcn: mirror.lcn,
    serial: sizes.serial,
  };
  return {
    geometry,
    totalSectors,
    boot,
    mirror,
    mftBitmap,
    rootIndex,
    attrDef,
    upCase,
    sds,
    bitmap,
    log,
    mft,
    firstFree: next,
  };
}

/** The journal's size: 2 MiB on small volumes, half a percent on larger ones, 64 MiB from 12 GiB on, as Windows chooses. */
function logBytes(volumeBytes: number): number {
  if (volumeBytes < 8 * MIB) return 256 * KIB;
  if (volumeBytes <= 200 * MIB) return 2 * MIB;
  return volumeBytes >= 12 * GIB ? 64 * MIB : Math.floor(volumeBytes / 200);
}

export function cannotFormat(reason: string): LifeboatError {
  return new LifeboatError("ntfs-cannot-format", say.cannotFormat(reason), { kind: "usage" });
}
