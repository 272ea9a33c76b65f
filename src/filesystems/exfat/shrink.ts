/**
 * An exFAT volume made smaller. What says how large it is: VolumeLength and ClusterCount in both boot regions (sections 3.1.6, 3.1.9
 * of the specification), and the length of the allocation bitmap (7.1.5). The FAT stays as long as it is: it may be longer than the
 * clusters want (3.1.7).
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { SectorWriter } from "../sector-writer.ts";
import type { ShrinkRoom } from "../shrink.ts";
import { AllocationBitmap } from "./bitmap.ts";
import {
  BOOT_REGION_SECTORS,
  FIRST_CLUSTER,
  PERCENT_IN_USE_AT,
  VOLUME_DIRTY,
  VOLUME_FLAGS_AT,
  resizedBootRegion,
} from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { countClusters, extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import { ALLOCATION_BITMAP, BitmapEntry, END_OF_DIRECTORY, ENTRY_SIZE } from "./entries.ts";
import { damaged } from "./errors.ts";
import { END_OF_CHAIN } from "./fat.ts";
import { say } from "./messages.ts";
import { ExfatTree } from "./tree.ts";

interface OpenedBitmap {
  readonly bitmap: AllocationBitmap;
  /** Where its entry in the root directory lies, in bytes from the start of the volume. */
  readonly entryAt: number;
  readonly runs: readonly ClusterRun[];
}

/** The bitmap is believed: the volume should have been checked. @throws LifeboatError as `openExfat`. */
export async function exfatShrinkRoom(range: ByteRange): Promise<ShrinkRoom> {
  const tree = await ExfatTree.open(range);
  const { bitmap } = await openBitmap(tree);
  const { geometry } = tree;
  return {
    presentBytes: geometry.volumeBytes,
    leastBytes: geometry.heapStart + bitmap.lastInUse * geometry.clusterSize,
  };
}

/**
 * Cuts the volume to `bytes`, which nothing in use lies behind (`exfatShrinkRoom`). It is marked as being changed meanwhile.
 * @throws LifeboatError as `openExfat`; what writing throws.
 */
export async function shrinkExfat(range: ByteRange, bytes: number): Promise<void> {
  const tree = await ExfatTree.open(range);
  const { geometry, fat } = tree;
  const { bitmap, entryAt, runs } = await openBitmap(tree);
  const { sectorSize, clusterSize, heapStart } = geometry;
  const volumeBytes = Math.floor(bytes / sectorSize) * sectorSize;
  const clusterCount = Math.floor((volumeBytes - heapStart) / clusterSize);
  const fits = clusterCount <= geometry.clusterCount && clusterCount >= bitmap.lastInUse;
  if (!fits || clusterCount < 1) throw new RangeError(`the volume can't be cut to ${bytes} bytes`);
  const writer = new SectorWriter(range);

  const regionBytes = BOOT_REGION_SECTORS * sectorSize;
  const old = await readBytes(range, 0, regionBytes);
  const region = resizedBootRegion(old, sectorSize, volumeBytes, clusterCount);
  const flags = old.readUInt16LE(VOLUME_FLAGS_AT);
  // Linux reads the main region only, Windows the backup where the main one is damaged: the one that nobody looks at first.
  await writeRegion(writer, regionBytes, region, sectorSize);
  region.writeUInt16LE(flags | VOLUME_DIRTY, VOLUME_FLAGS_AT);
  await writeRegion(writer, 0, region, sectorSize);

  const dataLength = Math.ceil(clusterCount / 8);
  const entry = BitmapEntry.decode(await readBytes(range, entryAt, ENTRY_SIZE));
  await writer.patch(entryAt, BitmapEntry.encode({ ...entry, dataLength: BigInt(dataLength) }));
  await writer.flush();

  const surplus = behind(runs, Math.ceil(dataLength / clusterSize));
  if (surplus.length > 0) {
    const kept = clusterAt(runs, Math.ceil(dataLength / clusterSize) - 1);
    await fat.link(kept, END_OF_CHAIN);
    await writer.flush();
    for (const { first, count } of surplus) {
      for (let cluster = first; cluster < first + count; cluster++) await fat.link(cluster, 0);
    }
    bitmap.free(surplus);
    await bitmap.store(range);
    await writer.flush();
  }
  region.writeUInt16LE(flags, VOLUME_FLAGS_AT);
  const used = geometry.clusterCount - bitmap.freeClusters;
  region.writeUInt8(Math.floor((used * 100) / clusterCount), PERCENT_IN_USE_AT);
  await writer.patch(0, region.subarray(0, sectorSize));
  await writer.flush();
}

/**
 * Writes what another size changes of a boot region: the boot sector and the checksum's. Between the two, a cut leaves a region with a
 * wrong checksum: we read the other one then, and Linux doesn't mount the volume until it was checked.
 */
async function writeRegion(
  writer: SectorWriter,
  at: number,
  region: Buffer,
  sectorSize: number,
): Promise<void> {
  const checksumAt = (BOOT_REGION_SECTORS - 1) * sectorSize;
  await writer.patch(at, region.subarray(0, sectorSize));
  await writer.patch(at + checksumAt, region.subarray(checksumAt));
  await writer.flush();
}

/** @throws LifeboatError `exfat-directory`: there is none, or a damaged one. */
export async function openBitmap(tree: ExfatTree): Promise<OpenedBitmap> {
  const { geometry, range } = tree;
  const entryAt = await findBitmapEntry(tree);
  if (entryAt === undefined) throw noBitmap();
  const entry = BitmapEntry.decode(await readBytes(range, entryAt, ENTRY_SIZE));
  const dataLength = Math.ceil(geometry.clusterCount / 8);
  if (entry.dataLength < BigInt(dataLength)) throw noBitmap();
  const { firstCluster } = entry;
  const runs = await tree.clustersOf({ firstCluster, contiguous: false, dataLength });
  return { bitmap: await AllocationBitmap.load(range, geometry, runs), entryAt, runs };
}

async function findBitmapEntry({ geometry, range, root }: ExfatTree): Promise<number | undefined> {
  const { sectorSize } = geometry;
  for (const { start, length } of extentsOfRuns(
    geometry,
    root.runs,
    0,
    rootBytes(geometry, root),
  )) {
    for (let at = start; at < start + length; at += sectorSize) {
      const sector = await readBytes(range, at, sectorSize);
      for (let within = 0; within < sectorSize; within += ENTRY_SIZE) {
        if (sector[within] === ALLOCATION_BITMAP) return at + within;
        if (sector[within] === END_OF_DIRECTORY) return undefined;
      }
    }
  }
  return undefined;
}

function rootBytes(geometry: Geometry, { runs }: { runs: readonly ClusterRun[] }): number {
  return countClusters(runs) * geometry.clusterSize;
}

function noBitmap() {
  return damaged("exfat-directory", say.noBitmap());
}

/** What of the runs lies behind their first `count` clusters. */
function behind(runs: readonly ClusterRun[], count: number): ClusterRun[] {
  const rest: ClusterRun[] = [];
  let left = count;
  for (const run of runs) {
    const kept = Math.min(left, run.count);
    left -= kept;
    if (kept < run.count) rest.push({ first: run.first + kept, count: run.count - kept });
  }
  return rest;
}

function clusterAt(runs: readonly ClusterRun[], index: number): number {
  let left = index;
  for (const { first, count } of runs) {
    if (left < count) return first + left;
    left -= count;
  }
  return FIRST_CLUSTER;
}
