/**
 * Files and folders moved away from a volume's end: their bytes are copied to free clusters before a limit, read back and compared, and
 * only then does their entry, one sector, name those instead of the old ones. Name, times and attributes stay. In exFAT nothing else
 * says where a folder lies.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { LifeboatError } from "../../system/errors.ts";
import { FIRST_CLUSTER } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import { countClusters, extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import type { Directory } from "./directory.ts";
import { BitmapEntry, UPCASE_TABLE } from "./entries.ts";
import type { EntrySet } from "./entries.ts";
import { say } from "./messages.ts";
import { openBitmap } from "./shrink.ts";
import { ExfatTree } from "./tree.ts";
import { VolumeState } from "./volume-state.ts";
import { ExfatWriter } from "./writer.ts";

/** A file or a folder. */
export interface FileToMove {
  readonly path: string;
  readonly sizeBytes: number;
}

export interface RelocationHooks {
  readonly signal: AbortSignal;
  /** Drops the medium's cache. */
  readonly beforeReadBack: () => Promise<void>;
  readonly progress: (bytes: number) => void;
}

const CHUNK_BYTES = 4 << 20;

/**
 * The files and folders that have clusters at or behind `limitBytes` of the volume. Undefined where something lies there that can't be
 * moved (the volume's own, what has an entry that can't be changed at once), or where there is no room for them before. The volume should
 * have been checked.
 * @throws LifeboatError `exfat-lost-clusters` (refused) where clusters there are marked as used that nothing uses, lost or bad ones; as
 * `openExfat`.
 */
export async function planRelocation(
  range: ByteRange,
  limitBytes: number,
): Promise<FileToMove[] | undefined> {
  const tree = await ExfatTree.open(range);
  const { geometry, root } = tree;
  const limit = limitCluster(geometry, limitBytes);
  if (limit <= FIRST_CLUSTER) return undefined;
  const isBehind = (runs: readonly ClusterRun[]) =>
    runs.some(({ first, count }) => first + count > limit);
  const { bitmap, runs: bitmapRuns } = await openBitmap(tree);
  const own = [root.runs, bitmapRuns];
  for (const other of root.others) {
    if (other.type !== UPCASE_TABLE) continue;
    // Both keep first cluster and length in the same place.
    const { firstCluster, dataLength } = BitmapEntry.decode(other.bytes);
    const allocation = { firstCluster, contiguous: false, dataLength: Number(dataLength) };
    own.push(await tree.clustersOf(allocation));
  }
  if (own.some((runs) => isBehind(runs))) return undefined;

  const files: FileToMove[] = [];
  let clusters = 0;
  let clustersBehind = 0;
  const waiting: { directory: Directory; path: string }[] = [{ directory: root, path: "" }];
  const seen = new Set([geometry.rootCluster]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { directory, path } = next;
    for (const set of directory.sets) {
      const runs = await tree.clustersOf(set);
      for (const vendor of set.vendorAllocations) {
        if (isBehind(await tree.clustersOf(vendor))) return undefined;
      }
      if (isBehind(runs)) {
        if (!isMovable(directory, set)) return undefined;
        files.push({ path: `${path}/${set.name}`, sizeBytes: set.dataLength });
        clusters += countClusters(runs);
        clustersBehind += countFrom(runs, limit);
      }
      if (!set.isDirectory || set.firstCluster === 0 || seen.has(set.firstCluster)) continue;
      seen.add(set.firstCluster);
      waiting.push({ directory: await tree.directoryOf(set), path: `${path}/${set.name}` });
    }
  }
  const ofNobody = bitmap.usedFrom(limit) - clustersBehind;
  bitmap.withhold(limit);
  if (clusters > bitmap.freeClusters) return undefined;
  if (ofNobody > 0) {
    throw new LifeboatError("exfat-lost-clusters", say.ofNobody(ofNobody), {
      kind: "refused",
      hint: say.ofNobodyHint(),
    });
  }
  return files;
}

/** How many clusters of the runs lie at or behind one. */
function countFrom(runs: readonly ClusterRun[], limit: number): number {
  return runs.reduce(
    (sum, { first, count }) => sum + Math.max(0, first + count - Math.max(first, limit)),
    0,
  );
}

/**
 * Moves files and folders before `limitBytes`, one after the other. Cut off or failing at any moment, each is whole, in its old place or its
 * new one; at worst clusters of one copy are marked as used that nothing uses.
 * @throws LifeboatError `read-back-mismatch`, `volume-full`; as `openExfat`; what reading and writing throw.
 */
export async function relocateExfat(
  range: ByteRange,
  limitBytes: number,
  files: readonly FileToMove[],
  hooks: RelocationHooks,
): Promise<void> {
  for (const file of files) await moveOne(range, limitBytes, file, hooks);
  await range.flush();
}

/** Opens the volume anew: what was moved may be a folder on the way. */
async function moveOne(
  range: ByteRange,
  limitBytes: number,
  { path, sizeBytes }: FileToMove,
  hooks: RelocationHooks,
): Promise<void> {
  const tree = await ExfatTree.open(range);
  const { geometry } = tree;
  const { bitmap } = await openBitmap(tree);
  bitmap.withhold(limitCluster(geometry, limitBytes));
  const state = await VolumeState.load(range, geometry.sectorSize);
  const writer = new ExfatWriter(tree, bitmap, state);
  const place = await tree.locate(path);
  if (place?.set === undefined || place.set.dataLength !== sizeBytes) {
    throw new LifeboatError("no-such-file", say.noSuchFile(path));
  }
  const from = await tree.clustersOf(place.set);
  const to = await writer.reserve(sizeBytes);
  try {
    await copy(range, geometry, { from, to, sizeBytes, path }, hooks);
    await writer.moveTo(path, to);
  } catch (error) {
    writer.release(to);
    throw error;
  }
}

interface Copied {
  readonly from: readonly ClusterRun[];
  readonly to: readonly ClusterRun[];
  readonly sizeBytes: number;
  readonly path: string;
}

async function copy(
  range: ByteRange,
  geometry: Geometry,
  { from, to, sizeBytes, path }: Copied,
  { signal, beforeReadBack, progress }: RelocationHooks,
): Promise<void> {
  const { sectorSize } = geometry;
  const length = Math.ceil(sizeBytes / sectorSize) * sectorSize;
  const source = rangeOfExtents(range, extentsOfRuns(geometry, from, 0, length));
  const target = rangeOfExtents(range, extentsOfRuns(geometry, to, 0, length));
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    signal.throwIfAborted();
    const bytes = Math.min(CHUNK_BYTES, length - at);
    await target.write(at, await readBytes(source, at, bytes));
    progress(bytes);
  }
  await range.flush();
  await beforeReadBack();
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    signal.throwIfAborted();
    const bytes = Math.min(CHUNK_BYTES, length - at);
    if ((await readBytes(target, at, bytes)).equals(await readBytes(source, at, bytes))) continue;
    throw new LifeboatError("read-back-mismatch", say.copyDiffers(path), { kind: "damaged" });
  }
}

/** The first cluster that doesn't lie wholly before the limit. */
function limitCluster({ heapStart, clusterSize }: Geometry, limitBytes: number): number {
  return FIRST_CLUSTER + Math.floor((limitBytes - heapStart) / clusterSize);
}

/** Its entry changes by one write, and all of it was written: else there would be garbage to copy. */
function isMovable(directory: Directory, set: EntrySet): boolean {
  return directory.rewritesAtOnce(set) && set.validDataLength === set.dataLength;
}
