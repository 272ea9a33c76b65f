/** The directories of a volume, found from the root down: their clusters are taken before those of any file. */
import { ATTRIBUTE_DIRECTORY, ATTRIBUTE_VOLUME_ID } from "../directory-entry.ts";
import { MOST_DIRECTORY_BYTES } from "../directory.ts";
import { clusterStart, SLOT_BYTES } from "../geometry.ts";
import { SHORT_NAME_LENGTH } from "../short-name.ts";
import { BAD_CLUSTER, END_OF_CHAIN_LEAST, FREE } from "./fat-reader.ts";
import type { ChainEnd } from "./fat-reader.ts";
import {
  ATTRIBUTES_AT,
  CLUSTER_HIGH_AT,
  CLUSTER_LOW_AT,
  DOT,
  DOT_DOT,
  isNoise,
  parseSlots,
} from "./slots.ts";
import type { EntryItem } from "./slots.ts";
import type { Survey } from "./survey.ts";

/** Deeper and wider than any real tree. */
const MOST_DEPTH = 128;
const MOST_FOLDERS = 100_000;

/** `noise`: it leads to what is no directory. `long`: it has more than a directory may have. */
export type FolderEnd = ChainEnd | "noise" | "long" | "unreadable";

export interface Folder {
  readonly parent: Folder | undefined;
  readonly name: string;
  readonly depth: number;
  readonly first: number;
  /** Clusters that are its own; 0 where there is no directory at all. */
  readonly length: number;
  /** The last of them. */
  readonly last: number;
  readonly end: FolderEnd;
  readonly at: number;
  /** That leads to it: offsets of its slots in the volume. The root has none. */
  readonly entry: { readonly slots: readonly number[]; readonly where: string } | undefined;
  /** By the offset of their entry in this directory. */
  readonly children: Map<number, Folder>;
}

export interface FolderContent {
  readonly bytes: Buffer;
  /** Offset within the volume of a byte of it. */
  readonly offsetOf: (at: number) => number;
}

export function pathOf(folder: Folder): string {
  const names: string[] = [];
  for (let at: Folder | undefined = folder; at?.parent !== undefined; at = at.parent)
    names.push(at.name);
  return `/${names.reverse().join("/")}`;
}

export function pathIn(folder: Folder, name: string): string {
  return folder.parent === undefined ? `/${name}` : `${pathOf(folder)}/${name}`;
}

export type EntryKind =
  | "file"
  | "directory"
  | "label"
  | "dot"
  /** One bit of its attributes says that it is something else than its content does. */
  | "file-as-directory"
  | "directory-as-file"
  | "file-as-label";

/** What an entry is, by its attributes and, where they contradict the rest of it, by its content. */
export async function kindOf(survey: Survey, entry: EntryItem): Promise<EntryKind> {
  const { attributes, firstCluster, sizeBytes, stored } = entry;
  if (DOT.equals(stored) || DOT_DOT.equals(stored)) return "dot";
  const hasCluster = survey.fat.isCluster(firstCluster);
  if ((attributes & ATTRIBUTE_VOLUME_ID) !== 0) return hasCluster ? "file-as-label" : "label";
  const isDirectory = (attributes & ATTRIBUTE_DIRECTORY) !== 0;
  if (!hasCluster || isDirectory === (sizeBytes === 0)) return isDirectory ? "directory" : "file";
  const dots = await dotsOf(survey, firstCluster);
  if (isDirectory) return dots === undefined || dots.names > 0 ? "directory" : "file-as-directory";
  return dots?.own === firstCluster && dots.names === 2 ? "directory-as-file" : "file";
}

/** What the first two slots at a cluster say. Undefined where it can't be read. */
export async function dotsOf(
  survey: Survey,
  cluster: number,
): Promise<{ names: number; own: number; parent: number } | undefined> {
  const bytes = await survey.tryCluster(cluster);
  if (bytes === undefined) return undefined;
  const named = (at: number, name: Buffer): boolean =>
    bytes.subarray(at, at + SHORT_NAME_LENGTH).equals(name) &&
    (bytes.readUInt8(at + ATTRIBUTES_AT) & ATTRIBUTE_DIRECTORY) !== 0;
  const names = Number(named(0, DOT)) + Number(named(SLOT_BYTES, DOT_DOT));
  return { names, own: clusterField(bytes, 0), parent: clusterField(bytes, SLOT_BYTES) };
}

export function clusterField(bytes: Buffer, at: number): number {
  return (
    bytes.readUInt16LE(at + CLUSTER_HIGH_AT) * 0x10000 + bytes.readUInt16LE(at + CLUSTER_LOW_AT)
  );
}

/** The slots of a directory that are entries: of a subdirectory, those behind `.` and `..`. */
export function firstEntryOf(folder: Folder): number {
  return folder.parent === undefined ? 0 : 2 * SLOT_BYTES;
}

export async function readFolder(survey: Survey, folder: Folder): Promise<FolderContent> {
  const { clusterBytes } = survey.geometry;
  const bytes = Buffer.alloc(folder.length * clusterBytes);
  const starts: number[] = [];
  for await (const cluster of survey.fat.clusters(folder.first, folder.length)) {
    const start = clusterStart(survey.geometry, cluster);
    const at = starts.length * clusterBytes;
    await survey.range.read(start, bytes.subarray(at, at + clusterBytes));
    starts.push(start);
  }
  const offsetOf = (at: number): number =>
    (starts[Math.floor(at / clusterBytes)] ?? 0) + (at % clusterBytes);
  return { bytes, offsetOf };
}

/** All directories, each before what is in it. Their clusters are claimed. */
export async function findFolders(survey: Survey): Promise<Folder[]> {
  const root = await openFolder(survey, undefined, undefined, survey.geometry.rootCluster);
  const folders: Folder[] = [];
  const waiting = root.length > 0 ? [root] : [];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    survey.signal?.throwIfAborted();
    folders.push(folder);
    const { bytes, offsetOf } = await readFolder(survey, folder);
    const found: Folder[] = [];
    for (const item of parseSlots(bytes, firstEntryOf(folder)).items) {
      if (item.kind !== "entry" || (await kindOf(survey, item)) !== "directory") continue;
      if (
        folder.depth >= MOST_DEPTH ||
        folders.length + waiting.length + found.length >= MOST_FOLDERS
      ) {
        survey.complete = false;
        continue;
      }
      if (!survey.fat.isCluster(item.firstCluster)) continue;
      const slots = [item.at, ...item.pieces].map(offsetOf);
      const child = await openFolder(survey, folder, { item, slots }, item.firstCluster);
      folder.children.set(item.at, child);
      if (child.length > 0) found.push(child);
    }
    waiting.push(...found.reverse());
  }
  return folders;
}

async function openFolder(
  survey: Survey,
  parent: Folder | undefined,
  by: { item: EntryItem; slots: readonly number[] } | undefined,
  first: number,
): Promise<Folder> {
  const { fat, claimed, geometry } = survey;
  const most = Math.ceil(MOST_DIRECTORY_BYTES / geometry.clusterBytes);
  let [length, last, cluster] = [0, 0, first];
  const done = (end: FolderEnd): Folder => {
    if (end !== "end") survey.complete = false;
    const depth = parent === undefined ? 0 : parent.depth + 1;
    const name = by?.item.name ?? "";
    const where = parent === undefined ? "/" : pathIn(parent, name);
    const entry = by === undefined ? undefined : { slots: by.slots, where };
    const children = new Map<number, Folder>();
    return { parent, name, depth, first, length, last, end, at: cluster, entry, children };
  };
  for (;;) {
    if (!fat.isCluster(cluster)) return done("outside");
    if (claimed.has(cluster)) return done("taken");
    if (length === most) return done("long");
    const value = await fat.entry(cluster);
    // The root directory is where the boot sector says, whatever the FAT says of it.
    const isRoot = parent === undefined && length === 0;
    if (value === FREE && !isRoot) return done("free");
    if (value === BAD_CLUSTER) return done("bad");
    const bytes = await survey.tryCluster(cluster);
    if (bytes === undefined) return done("unreadable");
    if (!isRoot && isNoise(bytes)) return done("noise");
    claimed.add(cluster);
    last = cluster;
    length++;
    if (value === FREE) return done("free");
    if (value >= END_OF_CHAIN_LEAST) return done("end");
    cluster = value;
  }
}
