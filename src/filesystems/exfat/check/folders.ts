/** The directories of a volume, found from the root down: their clusters are taken before those of any file. */
import { readBytes } from "../../../block/byte-range.ts";
import { MAX_DIRECTORY_BYTES } from "../directory.ts";
import { ENTRY_SIZE } from "../entries.ts";
import { isContiguous, isDirectory, isNoise, nameOf, parseDirectory, streamOf } from "./sets.ts";
import type { Chain, Survey } from "./survey.ts";

const MOST_DEPTH = 128;
const MOST_FOLDERS = 100_000;

export interface Folder {
  readonly path: string;
  readonly depth: number;
  readonly first: number;
  readonly contiguous: boolean;
  readonly chain: Chain;
  /** By the slot of their entry set in this directory. */
  readonly children: Map<number, Folder>;
}

export interface FolderContent {
  readonly bytes: Buffer;
  /** Offset within the volume of an entry. */
  readonly offsetOf: (slot: number) => number;
}

export function pathIn(folder: Folder, name: string): string {
  const printable = name.replace(/[/\u0000-\u001f\u007f]/g, "_");
  return folder.path === "/" ? `/${printable}` : `${folder.path}/${printable}`;
}

export async function readFolder(survey: Survey, folder: Folder): Promise<FolderContent> {
  const { clusterSize } = survey.geometry;
  const offsets = await survey.offsets(folder.first, folder.chain.length, folder.contiguous);
  const parts: Buffer[] = [];
  for (const offset of offsets) parts.push(await readBytes(survey.range, offset, clusterSize));
  const offsetOf = (slot: number): number => {
    const at = slot * ENTRY_SIZE;
    return (offsets[Math.floor(at / clusterSize)] ?? 0) + (at % clusterSize);
  };
  return { bytes: Buffer.concat(parts), offsetOf };
}

async function openFolder(
  survey: Survey,
  place: { path: string; depth: number },
  allocation: { first: number; most: number; contiguous: boolean },
): Promise<Folder> {
  const { first, most, contiguous } = allocation;
  const isRoot = place.depth === 0;
  const chain = await survey.follow(first, most, contiguous, async (cluster) => {
    const bytes = await survey.readCluster(cluster);
    return (isRoot && cluster === first) || !isNoise(bytes);
  });
  const isWhole = isRoot ? chain.end === "end" : chain.end === "limit";
  if (!isWhole) survey.complete = false;
  return { ...place, first, contiguous, chain, children: new Map() };
}

/**
 * All directories, each before what is in it. Their clusters are claimed.
 * @param atRoot called with the root before any other is claimed.
 */
export async function findFolders(
  survey: Survey,
  atRoot: (root: Folder) => Promise<void>,
): Promise<Folder[]> {
  const { clusterSize, rootCluster } = survey.geometry;
  const most = Math.max(1, Math.floor(MAX_DIRECTORY_BYTES / clusterSize));
  const root = await openFolder(
    survey,
    { path: "/", depth: 0 },
    { first: rootCluster, most, contiguous: false },
  );
  const folders: Folder[] = [];
  const waiting = root.chain.length > 0 ? [root] : [];
  if (waiting.length > 0) await atRoot(root);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    survey.signal?.throwIfAborted();
    folders.push(folder);
    const { bytes } = await readFolder(survey, folder);
    const found: Folder[] = [];
    for (const item of parseDirectory(bytes)) {
      if (item.kind !== "set" || !isDirectory(item)) continue;
      const stream = streamOf(item);
      const clusters = Number(stream.dataLength) / clusterSize;
      if (stream.firstCluster === 0 || stream.dataLength === 0n) continue;
      if (
        folder.depth >= MOST_DEPTH ||
        folders.length + waiting.length + found.length >= MOST_FOLDERS
      ) {
        survey.complete = false;
        continue;
      }
      const child = await openFolder(
        survey,
        { path: pathIn(folder, nameOf(item)), depth: folder.depth + 1 },
        {
          first: stream.firstCluster,
          most: Math.min(most, Math.max(1, Math.ceil(clusters))),
          contiguous: isContiguous(stream),
        },
      );
      folder.children.set(item.slot, child);
      if (child.chain.length > 0) found.push(child);
    }
    waiting.push(...found.reverse());
  }
  return folders;
}
